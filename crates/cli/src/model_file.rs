//! `model.json`: what must be known to use the weights beside it.

use std::path::{Path, PathBuf};

use decay_data::{Preprocess, Schema, TargetScale, Task};
use decay_model::{MemberState, ModelConfig, Network, read_weights, to_safetensors};
use decay_train::FoldScales;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::pipeline::Subject;
use crate::run_dir::RunDir;

/// The version of the format that this program writes and reads.
const FORMAT: u32 = 1;
const FILE: &str = "model.json";

/// One trained network in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WeightsFile {
    pub(crate) file: String,
    pub(crate) seed: u64,
}

/// The file `model.json`; the first of `weights` is `model.safetensors`, the one that predicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ModelFile {
    pub(crate) format: u32,
    pub(crate) version: String,
    pub(crate) architecture: ModelConfig,
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    /// Class names in the order of the outputs; empty for a regression.
    pub(crate) classes: Vec<String>,
    /// Probabilities are `softmax(logits / temperature)`.
    pub(crate) temperature: Option<f64>,
    /// Noise variance of a regression, in squared units of the target.
    pub(crate) sigma2: Option<f64>,
    pub(crate) rate: f64,
    pub(crate) half_life_epochs: Option<f64>,
    pub(crate) tau_epochs: Option<f64>,
    pub(crate) weights: Vec<WeightsFile>,
    pub(crate) target_scale: Option<TargetScale>,
    pub(crate) schema: Schema,
    pub(crate) preprocessing: Preprocess,
}

impl ModelFile {
    /// The format and version of this program.
    pub(crate) fn stamp() -> (u32, String) {
        (FORMAT, env!("CARGO_PKG_VERSION").to_owned())
    }

    /// Name of the weights of refit number `index`.
    pub(crate) fn weights_name(index: usize) -> String {
        match index {
            0 => "model.safetensors".into(),
            index => format!("refits/{index}.safetensors"),
        }
    }

    /// Writes the description and all weights.
    pub(crate) fn write(
        &self,
        dir: &RunDir,
        network: &Network,
        states: &[&MemberState],
    ) -> Result<(), Failure> {
        for (weights, state) in self.weights.iter().zip(states) {
            dir.write(&weights.file, &to_safetensors(network, state))?;
        }
        dir.write(FILE, &decay_report::to_json(FILE, self)?)
    }

    /// Reads the description; the error is the end of a sentence about the file.
    fn read(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(path)
            .map_err(|error| format!("is no model of a finished run: {error}"))?;
        let no_model = |error: serde_json::Error| format!("is not a model file: {error}");
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(no_model)?;
        match value.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if format == u64::from(FORMAT) => {}
            Some(format) => {
                return Err(format!("has format {format}, this program reads {FORMAT}"));
            }
            None => return Err("is not a model file: it has no format".into()),
        }
        let file: Self = serde_json::from_value(value).map_err(no_model)?;
        let width = file.schema.features();
        if [width, file.preprocessing.center.len()] != [file.inputs; 2] {
            return Err(format!(
                "has {} inputs, but its schema makes {width}",
                file.inputs
            ));
        }
        Ok(file)
    }

    /// The scales that were fitted on the training rows.
    pub(crate) fn scales(&self) -> FoldScales {
        FoldScales {
            features: self.preprocessing.clone(),
            target: self.target_scale,
        }
    }

    /// Whether the model says classes or values.
    pub(crate) fn is_classifier(&self) -> bool {
        matches!(self.schema.task, Task::Classification { .. })
    }
}

/// A finished model, ready to compute.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) file: ModelFile,
    pub(crate) network: Network,
    pub(crate) states: Vec<MemberState>,
}

impl Model {
    /// Its networks, to be audited.
    pub(crate) fn subject(&self) -> Subject<'_> {
        let seeds = self.file.weights.iter().map(|weights| weights.seed);
        let subject = Subject::of_models(
            &self.network,
            self.states.iter().zip(seeds),
            self.file.scales(),
            self.file.outputs,
        );
        Subject {
            temperature: self.file.temperature,
            sigma2: self.file.sigma2,
            ..subject
        }
    }

    /// Takes the weights of another file, to which no temperature or noise variance was fitted.
    pub(crate) fn replace_weights(&mut self, path: &Path) -> Result<(), Failure> {
        self.states = vec![read_weights(&self.network, path)?];
        self.file.weights.truncate(1);
        (self.file.temperature, self.file.sigma2) = (None, None);
        Ok(())
    }

    /// Reads a run directory, or the `model.json` in it, and the first `count` of its networks.
    pub(crate) fn read(run: &Path, count: usize) -> Result<Self, Failure> {
        let (dir, path) = match run.is_file() {
            true => (
                run.parent().map_or_else(PathBuf::new, Path::to_owned),
                run.to_owned(),
            ),
            false => (run.to_owned(), run.join(FILE)),
        };
        let file = ModelFile::read(&path)
            .map_err(|reason| Failure::Usage(format!("{}: {reason}", path.display())))?;
        let network = file
            .architecture
            .init(file.schema.shape().as_slice(), file.outputs)?;
        let weights = file.weights.iter().take(count);
        let states = weights
            .map(|weights| read_weights(&network, &dir.join(&weights.file)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            file,
            network,
            states,
        })
    }
}
