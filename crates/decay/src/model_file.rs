//! `model.json`: what must be known to use the weights beside it.

use std::path::{Path, PathBuf};

use decay_data::{Preprocess, Schema, TargetScale, Task};
use decay_model::{MemberState, ModelConfig, Network, read_weights, to_safetensors};
use decay_train::FoldScales;
use serde::{Deserialize, Serialize};

use crate::audit::Subject;
use crate::error::Error;
use crate::run_dir::RunDir;

/// The version of the format that this program writes and reads.
const FORMAT: u32 = 1;
const FILE: &str = "model.json";

/// One trained network in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsFile {
    pub file: String,
    pub seed: u64,
}

/// The file `model.json`; the first of `weights` is `model.safetensors`, the one that predicts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    pub format: u32,
    pub version: String,
    pub architecture: ModelConfig,
    pub inputs: usize,
    pub outputs: usize,
    /// Class names in the order of the outputs; empty for a regression.
    pub classes: Vec<String>,
    /// Probabilities are `softmax(logits / temperature)`.
    pub temperature: Option<f64>,
    /// Noise variance of a regression, in squared units of the target.
    pub sigma2: Option<f64>,
    pub rate: f64,
    pub half_life_epochs: Option<f64>,
    pub tau_epochs: Option<f64>,
    pub weights: Vec<WeightsFile>,
    pub target_scale: Option<TargetScale>,
    pub schema: Schema,
    pub preprocessing: Preprocess,
}

impl ModelFile {
    /// The format and version of this program.
    pub fn stamp() -> (u32, String) {
        (FORMAT, env!("CARGO_PKG_VERSION").to_owned())
    }

    /// Name of the weights of refit number `index`.
    pub fn weights_name(index: usize) -> String {
        match index {
            0 => "model.safetensors".into(),
            index => format!("refits/{index}.safetensors"),
        }
    }

    /// Writes the description and all weights.
    pub fn write(
        &self,
        dir: &RunDir,
        network: &Network,
        states: &[&MemberState],
    ) -> Result<(), Error> {
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
    pub fn scales(&self) -> FoldScales {
        FoldScales {
            features: self.preprocessing.clone(),
            target: self.target_scale,
        }
    }

    /// Whether the model says classes or values.
    pub fn is_classifier(&self) -> bool {
        matches!(self.schema.task, Task::Classification { .. })
    }
}

/// A finished model, ready to compute.
#[derive(Debug)]
pub struct Model {
    pub file: ModelFile,
    pub network: Network,
    pub states: Vec<MemberState>,
}

impl Model {
    /// Its networks, to be audited.
    pub fn subject(&self) -> Subject<'_> {
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
    pub fn replace_weights(&mut self, path: &Path) -> Result<(), Error> {
        self.states = vec![read_weights(&self.network, path)?];
        self.file.weights.truncate(1);
        (self.file.temperature, self.file.sigma2) = (None, None);
        Ok(())
    }

    /// Reads a run directory, or the `model.json` in it, and the first `count` of its networks.
    pub fn read(run: &Path, count: usize) -> Result<Self, Error> {
        let (dir, path) = match run.is_file() {
            true => (
                run.parent().map_or_else(PathBuf::new, Path::to_owned),
                run.to_owned(),
            ),
            false => (run.to_owned(), run.join(FILE)),
        };
        let file = ModelFile::read(&path)
            .map_err(|reason| Error::Usage(format!("{}: {reason}", path.display())))?;
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
