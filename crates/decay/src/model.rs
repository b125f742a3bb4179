//! A finished model: `model.json` with the weights beside it, and what it says of new rows.

mod coverage;
mod features;
mod frame;
mod predictions;

use std::path::{Path, PathBuf};

use decay_audit::interval::{CalibrationScores, ResidualInterval};
use decay_audit::{Logits, mean_values};
use decay_data::{
    Encoded, Options, Preprocess, Schema, TargetScale, TaskKind, load_inputs_as, one_or_many,
    read_texts, sha256_hex,
};
use decay_model::{MemberState, ModelConfig, Network, read_weights, to_safetensors, weights_of};
use decay_train::{FoldScales, Loss, Samples};
use serde::{Deserialize, Serialize};

use crate::data::Rows;
use crate::device::Machine;
use crate::error::Error;
use crate::network::network_of;
use crate::run::{RunDir, check_seal, read_checked, sealed};
use crate::said::Said;
use crate::settings::DataSettings;
use crate::targets::{self, TargetModels};
pub use features::Features;
pub use predictions::Predictions;
pub(crate) use predictions::first_largest;

/// The version of the format that this program writes and reads.
const FORMAT: u32 = 2;
const FILE: &str = "model.json";
/// Where a run keeps the models that its audit is of, if it ships others.
pub(crate) const JUDGED: &str = "audited/";

/// One trained network in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightsFile {
    /// Relative to `model.json`.
    pub file: String,
    /// What its random numbers depended on.
    pub seed: u64,
    /// Of the file, once it is written.
    #[serde(default)]
    pub sha256: String,
}

/// The file `model.json`; the first of `weights` is `model.safetensors`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    /// Of the file.
    pub format: u32,
    /// Of the program.
    pub version: String,
    /// Which network, with its settings.
    pub architecture: ModelConfig,
    /// Features of a row.
    pub inputs: usize,
    /// Of the networks: one for each class, target or label, of the loss `gaussian` two.
    pub outputs: usize,
    /// Class names in the order of the outputs; empty for a regression.
    pub classes: Vec<String>,
    /// Probabilities are `softmax(logits / temperature)`.
    pub temperature: Option<f64>,
    /// What the networks were trained by, which says what their outputs are.
    #[serde(default, skip_serializing_if = "is_auto")]
    pub loss: Loss,
    /// Of the loss `quantile`: the share of values below a prediction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantile: Option<f64>,
    /// Noise variance of each target of a regression by squared errors, in squared units of the target.
    #[serde(with = "one_or_many")]
    pub sigma2: Vec<f64>,
    /// What is added to a prediction for the ends of its interval, of each target of a regression; of the losses `gaussian` and `poisson`
    /// in units of the prediction's own standard deviation.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "one_or_many")]
    pub interval: Vec<ResidualInterval>,
    /// What out-of-fold predictions were off by, for sets and intervals of other coverages: of each target the residuals, in the unit of
    /// `interval`; of classes `1 - p` of the true one at the temperature.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<CalibrationScores>,
    /// Decay rate.
    pub rate: f64,
    /// Epochs until an undriven weight halves; absent without decay.
    pub half_life_epochs: Option<f64>,
    /// `1 / (lr λ steps)`; absent without decay.
    pub tau_epochs: Option<f64>,
    /// The networks.
    pub weights: Vec<WeightsFile>,
    /// Of each target of a regression; labels have none, but the one that leaves them as they are.
    #[serde(rename = "target_scale", with = "one_or_many")]
    pub target_scales: Vec<TargetScale>,
    /// How columns become features.
    pub schema: Schema,
    /// How features are scaled.
    pub preprocessing: Preprocess,
}

impl WeightsFile {
    /// The network's values, if the file is as it was written.
    fn read(&self, network: &Network, dir: &Path) -> Result<MemberState, Error> {
        let path = dir.join(&self.file);
        let bytes = read_checked(&path, &self.sha256)?;
        Ok(weights_of(network, &path, bytes)?)
    }
}

fn is_auto(loss: &Loss) -> bool {
    *loss == Loss::Auto
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
        check_seal(&bytes)?;
        let file: Self = serde_json::from_value(value).map_err(no_model)?;
        let width = file.schema.features();
        if width != file.inputs {
            return Err(format!(
                "has {} inputs, but its schema makes {width}",
                file.inputs
            ));
        }
        file.preprocessing.check(file.inputs)?;
        Ok(file)
    }
}

/// A finished model, ready to compute: one network or several that answer together.
///
/// ```no_run
/// let model = decay::Model::open("runs/churn")?;
/// let answers = model.predict("new.csv")?;
/// print!("{}", answers.csv());
/// # Ok::<(), decay::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Model {
    /// What must be known to use it.
    pub file: ModelFile,
    pub(crate) network: Network,
    pub(crate) states: Vec<MemberState>,
    pub(crate) machine: Machine,
    /// How new rows are read, where that is not as the training rows were.
    pub(crate) reader: DataSettings,
    /// Of the sets and intervals of its predictions, where it is not the usual one.
    pub(crate) coverage: Option<f64>,
}

/// How a model's files are opened, where [`Model::open`] is not enough.
///
/// ```no_run
/// use decay::{device::Machine, model::Opening, settings::Memory};
///
/// let machine = Machine::new("cuda:0", None, &Memory::default(), &|event| eprintln!("{event}"))?;
/// let first = Opening::new("runs/churn").member(1).on(machine).read()?;
/// # Ok::<(), decay::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Opening {
    run: PathBuf,
    only: Option<usize>,
    machine: Option<Machine>,
    network: Option<Network>,
    reader: DataSettings,
}

impl Opening {
    /// A run's directory, or the `model.json` in it.
    pub fn new(run: impl Into<PathBuf>) -> Self {
        Self {
            run: run.into(),
            only: None,
            machine: None,
            network: None,
            reader: DataSettings::default(),
        }
    }

    /// One network alone, counted from 1.
    pub fn member(mut self, number: usize) -> Self {
        self.only = Some(number);
        self
    }

    /// Where it computes; by default wherever this build computes best.
    pub fn on(mut self, machine: Machine) -> Self {
        self.machine = Some(machine);
        self
    }

    /// Separator, missing values and the like of new rows, where these are not those of the training rows: of `[data]` what says how a
    /// file is read.
    pub fn reader(mut self, settings: DataSettings) -> Self {
        self.reader = settings;
        self
    }

    /// The architecture of a run whose network is not one of decay's own.
    pub fn network(mut self, network: impl Into<Network>) -> Self {
        self.network = Some(network.into());
        self
    }

    /// Reads the files.
    ///
    /// # Errors
    /// [`Error::Run`] for what is no model, [`Error::NoMember`] for a network that it lacks, [`Error::Model`] for weights
    /// that do not fit it.
    pub fn read(self) -> Result<Model, Error> {
        let run = self.run;
        let (dir, path) = if run.is_file() {
            let dir = run.parent().map_or_else(PathBuf::new, Path::to_owned);
            (dir, run)
        } else {
            let path = run.join(FILE);
            (run, path)
        };
        let mut file = ModelFile::read(&path).map_err(|reason| Error::run(&path, reason))?;
        if let Some(member) = self.only {
            let networks = file.weights.len();
            if !(1..=networks).contains(&member) {
                return Err(Error::NoMember { member, networks });
            }
            file.weights = vec![file.weights.swap_remove(member - 1)];
        }
        let network = match self.network {
            Some(network) => network,
            None => network_of(&file.architecture, &file.schema, file.outputs)?,
        };
        let states = file
            .weights
            .iter()
            .map(|weights| weights.read(&network, &dir))
            .collect::<Result<_, _>>()?;
        Ok(Model {
            file,
            network,
            states,
            machine: self.machine.map_or_else(Machine::auto, Ok)?,
            reader: self.reader,
            coverage: None,
        })
    }
}

impl Model {
    /// All networks of a run's directory, or of the `model.json` in it.
    ///
    /// # Errors
    /// As [`Opening::read`].
    pub fn open(run: impl Into<PathBuf>) -> Result<Self, Error> {
        Opening::new(run).read()
    }

    /// What the networks say of rows: a file, folder or embedded set, or slices ([`rows`](crate::rows)), with or without a target.
    ///
    /// ```text
    /// p(x) = mean_k softmax(z_k(x) / T)      or the mean of the networks' values
    /// ```
    ///
    /// # Errors
    /// [`Error::Data`] for rows that are not like those of the training, [`Error::Train`] from the device.
    pub fn predict(&self, source: impl Into<Source>) -> Result<Predictions, Error> {
        let encoded = self.encoded(source.into())?;
        let samples = self.samples(&encoded);
        let outputs = self.targets().all_outputs(samples, &self.machine)?;
        let (values, intervals) = match self.task() {
            TaskKind::Classification => (self.answers(&outputs)?.probabilities(), None),
            TaskKind::Multilabel => {
                // Of no and yes.
                let probabilities = self.answers(&outputs)?.probabilities();
                (probabilities.into_iter().skip(1).step_by(2).collect(), None)
            }
            TaskKind::Regression => {
                let said = self.said(&outputs)?;
                (said.all_values(), self.around(&said))
            }
        };
        Ok(Predictions {
            sets: self.sets(&values)?,
            intervals,
            values,
            raw: self.raw(outputs)?,
            rows: encoded.rows,
            warning: encoded.warning(),
            task: self.task(),
            classes: self.file.classes.clone(),
            targets: self.file.schema.targets.clone(),
            files: encoded.files,
        })
    }

    /// The last hidden layer of the first network, without one the inputs as it sees them, on rows: a file, folder or embedded set, or slices ([`rows`](crate::rows)).
    ///
    /// ```text
    /// h(x)      where z(x) = h(x) W + b are the outputs
    /// ```
    ///
    /// # Errors
    /// As [`Model::predict`].
    pub fn features(&self, source: impl Into<Source>) -> Result<Features, Error> {
        let encoded = self.encoded(source.into())?;
        let layers = self
            .targets()
            .layers(self.samples(&encoded), &self.machine)?;
        let values = layers.values.first().map_or(&[][..], Vec::as_slice);
        Ok(Features::of_layers(values, &layers.widths, encoded.rows))
    }

    /// Columns of rows as they are written, to stand beside what is said of the rows.
    ///
    /// # Errors
    /// [`Error::Data`] for what is no table, and for columns that it has not.
    pub fn texts(
        &self,
        source: &str,
        names: &[String],
    ) -> Result<Vec<(String, Vec<String>)>, Error> {
        Ok(read_texts(source, names, &self.options())?)
    }

    fn encoded(&self, source: Source) -> Result<Encoded, Error> {
        Ok(match source {
            Source::Named(source) => load_inputs_as(&source, &self.file.schema, &self.options())?,
            Source::Rows(rows) => self.file.schema.encode(&rows.table(None)?)?,
        })
    }

    fn samples<'e>(&self, encoded: &'e Encoded) -> Samples<'e> {
        Samples {
            features: &encoded.features,
            rows: encoded.rows,
            inputs: self.file.inputs,
            graph: encoded.graph.as_ref(),
        }
    }

    /// How new rows are read: as the training rows were, but for what the user says otherwise.
    pub(crate) fn options(&self) -> Options {
        let usual = DataSettings::default();
        Options {
            memory: Some(self.machine.reading),
            ..self.reader.over(&usual, self.file.schema.options())
        }
    }

    /// What the networks of a classifier say together, at the temperature, as logits; of labels those of no and yes for each.
    pub(crate) fn answers(&self, outputs: &[Vec<f32>]) -> Result<Logits<'static>, Error> {
        targets::together(&self.logits(outputs)?, self.file.temperature)
    }

    /// What each network of a classifier says.
    fn logits(&self, outputs: &[Vec<f32>]) -> Result<Vec<Logits<'static>>, Error> {
        match self.task() {
            TaskKind::Multilabel => targets::logits_of_labels(outputs, self.file.outputs),
            _ => targets::logits(outputs, self.file.outputs),
        }
    }

    /// What the networks of a regression say together.
    pub(crate) fn said(&self, outputs: &[Vec<f32>]) -> Result<Said, Error> {
        let (loss, scales) = (self.file.loss, &self.file.target_scales);
        let own = outputs.iter().map(|own| Said::by(loss, own, scales));
        Said::together(&own.collect::<Vec<_>>())
    }

    /// Intervals around values, as wide as rows' own deviations say; an amount is not below 0. `[rows, targets]`, if there are any.
    fn around(&self, said: &Said) -> Option<Vec<[f64; 2]>> {
        let least = match self.file.loss {
            Loss::Poisson => 0.0,
            _ => f64::NEG_INFINITY,
        };
        let of_target = |(target, interval): (usize, &ResidualInterval)| {
            let deviations = said.deviations(target);
            let ends = |(row, value): (usize, &f64)| {
                let unit = deviations.as_ref().map_or(1.0, |own| own[row]);
                [interval.low, interval.high].map(|end| (value + end * unit).max(least))
            };
            let values = said.values(target).iter().enumerate();
            values.map(ends).collect::<Vec<_>>()
        };
        let targets = self.file.interval.iter().enumerate();
        let targets: Vec<Vec<[f64; 2]>> = targets.map(of_target).collect();
        let rows = 0..targets.first()?.len();
        let row = |row: usize| targets.iter().map(move |own| own[row]);
        Some(rows.flat_map(row).collect())
    }

    /// Outputs as they are of one network; of several the logarithm of their mean probability, of labels its log-odds, or their mean
    /// output.
    fn raw(&self, mut outputs: Vec<Vec<f32>>) -> Result<Vec<f32>, Error> {
        if outputs.len() == 1 {
            return Ok(outputs.swap_remove(0));
        }
        let raw = match self.task() {
            TaskKind::Classification => {
                targets::together(&self.logits(&outputs)?, None)?.log_probabilities()
            }
            TaskKind::Multilabel => {
                let together = targets::together(&self.logits(&outputs)?, None)?;
                together.iter_rows().map(|own| own[1] - own[0]).collect()
            }
            TaskKind::Regression => {
                let own = outputs.iter();
                let own = own.map(|own| own.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
                mean_values(&own.collect::<Vec<_>>())
            }
        };
        Ok(raw.into_iter().map(|value| value as f32).collect())
    }

    /// What it says: classes, values or labels.
    pub fn task(&self) -> TaskKind {
        self.file.schema.task.kind()
    }

    /// Number of networks that answer together.
    pub fn networks(&self) -> usize {
        self.states.len()
    }

    /// Its networks, to be audited.
    pub(crate) fn targets(&self) -> TargetModels<'_> {
        let scales = FoldScales {
            features: self.file.preprocessing.clone(),
            targets: self.file.target_scales.clone(),
        };
        let models = self.states.iter().zip(&self.file.weights);
        let models = models.map(|(state, weights)| (state, 0, weights.seed));
        TargetModels {
            temperature: self.file.temperature,
            sigma2: self.file.sigma2.clone(),
            loss: self.file.loss,
            quantile: self.file.quantile.unwrap_or(0.5),
            ..TargetModels::new(&self.network, models, vec![scales], self.file.outputs)
        }
    }

    /// Takes the weights of another file, to which no temperature or noise variance was fitted.
    pub(crate) fn replace_weights(&mut self, path: &Path) -> Result<(), Error> {
        self.states = vec![read_weights(&self.network, path)?];
        self.file.weights.truncate(1);
        self.file.temperature = None;
        self.file.sigma2.clear();
        self.file.interval.clear();
        self.file.scores.clear();
        Ok(())
    }

    /// Writes the description and all weights.
    ///
    /// `folder` ends with a slash, or is empty.
    pub(crate) fn write(&self, dir: &RunDir, folder: &str) -> Result<(), Error> {
        let mut file = self.file.clone();
        for (weights, state) in file.weights.iter_mut().zip(&self.states) {
            let bytes = to_safetensors(&self.network, state);
            weights.sha256 = sha256_hex(&bytes);
            dir.write(&format!("{folder}{}", weights.file), &bytes)?;
        }
        dir.write(&format!("{folder}{FILE}"), &sealed(FILE, &file)?)
    }
}

/// New rows, by name or in memory.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file, folder or embedded set.
    Named(String),
    /// Slices.
    Rows(Rows),
}

impl<T: AsRef<Path>> From<T> for Source {
    fn from(source: T) -> Self {
        Self::Named(source.as_ref().display().to_string())
    }
}

impl From<Rows> for Source {
    fn from(rows: Rows) -> Self {
        Self::Rows(rows)
    }
}
