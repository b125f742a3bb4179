//! A finished model: `model.json` with the weights beside it, and what it says of new rows.

use std::path::{Path, PathBuf};

use decay_audit::interval::ResidualInterval;
use decay_audit::{Logits, Predictive, mean_values};
use decay_data::{Options, Preprocess, Schema, TargetScale, Task, load_inputs_as};
use decay_model::{MemberState, ModelConfig, Network, read_weights, to_safetensors};
use decay_report::text::csv_field;
use decay_train::{FoldScales, Loss, Samples};
use serde::{Deserialize, Serialize};

use crate::data::Rows;
use crate::device::Machine;
use crate::error::Error;
use crate::network::network_of;
use crate::run::RunDir;
use crate::settings::DataSettings;
use crate::targets::{self, Said, TargetModels};

/// The version of the format that this program writes and reads.
const FORMAT: u32 = 1;
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
    /// Of the networks: classes, or 1, or 2 of the loss `gaussian`.
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
    /// Noise variance of a regression by squared errors, in squared units of the target.
    pub sigma2: Option<f64>,
    /// What is added to a prediction for the ends of its interval, of a regression; of the losses `gaussian` and `poisson` in units of the
    /// prediction's own standard deviation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval: Option<ResidualInterval>,
    /// Decay rate.
    pub rate: f64,
    /// Epochs until an undriven weight halves; absent without decay.
    pub half_life_epochs: Option<f64>,
    /// `1 / (lr λ steps)`; absent without decay.
    pub tau_epochs: Option<f64>,
    /// The networks.
    pub weights: Vec<WeightsFile>,
    /// Of a regression's target.
    pub target_scale: Option<TargetScale>,
    /// How columns become features.
    pub schema: Schema,
    /// How features are scaled.
    pub preprocessing: Preprocess,
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
            .map(|weights| read_weights(&network, &dir.join(&weights.file)))
            .collect::<Result<_, _>>()?;
        Ok(Model {
            file,
            network,
            states,
            machine: self.machine.map_or_else(Machine::auto, Ok)?,
            reader: self.reader,
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
        let encoded = match source.into() {
            Source::Named(source) => load_inputs_as(&source, &self.file.schema, &self.options())?,
            Source::Rows(rows) => self.file.schema.encode(&rows.table(None)?)?,
        };
        let samples = Samples {
            features: &encoded.features,
            rows: encoded.rows,
            inputs: self.file.inputs,
            graph: encoded.graph.as_ref(),
        };
        let outputs = self.targets().all_outputs(samples, &self.machine)?;
        let (values, intervals) = if self.is_classifier() {
            (self.answers(&outputs)?.probabilities(), None)
        } else {
            let said = self.said(&outputs)?;
            let around = |interval| self.around(&said, interval);
            let intervals = self.file.interval.map(around);
            (said.values, intervals)
        };
        Ok(Predictions {
            intervals,
            values,
            raw: self.raw(outputs)?,
            rows: encoded.rows,
            warning: encoded.warning(),
            classes: self.file.classes.clone(),
            target: self.file.schema.target.clone(),
        })
    }

    /// How new rows are read: as the training rows were, but for what the user says otherwise.
    pub(crate) fn options(&self) -> Options {
        let usual = DataSettings::default();
        self.reader.over(&usual, self.file.schema.options())
    }

    /// What the networks of a classifier say together, at the temperature, as logits.
    pub(crate) fn answers(&self, outputs: &[Vec<f32>]) -> Result<Logits<'static>, Error> {
        let logits = targets::logits(outputs, self.file.outputs)?;
        targets::together(&logits, self.file.temperature)
    }

    /// What the networks of a regression say together.
    pub(crate) fn said(&self, outputs: &[Vec<f32>]) -> Result<Said, Error> {
        let (loss, scale) = (self.file.loss, self.file.target_scale);
        let own = outputs.iter().map(|own| Said::by(loss, own, scale));
        Said::together(&own.collect::<Vec<_>>())
    }

    /// What that says of the rows' distributions.
    pub(crate) fn predictive<'s>(&self, said: &'s Said) -> Predictive<'s> {
        let quantile = self.file.quantile.unwrap_or(0.5);
        said.predictive(self.file.loss, quantile, self.file.sigma2)
    }

    /// Intervals around values, as wide as rows' own deviations say; an amount is not below 0.
    fn around(&self, said: &Said, interval: ResidualInterval) -> Vec<[f64; 2]> {
        let least = match self.file.loss {
            Loss::Poisson => 0.0,
            _ => f64::NEG_INFINITY,
        };
        let deviations = said.deviations();
        let ends = |(row, value): (usize, &f64)| {
            let unit = deviations.as_ref().map_or(1.0, |own| own[row]);
            [interval.low, interval.high].map(|end| (value + end * unit).max(least))
        };
        said.values.iter().enumerate().map(ends).collect()
    }

    /// Outputs as they are of one network; of several the logarithm of their mean probability, or their mean output.
    fn raw(&self, mut outputs: Vec<Vec<f32>>) -> Result<Vec<f32>, Error> {
        if outputs.len() == 1 {
            return Ok(outputs.swap_remove(0));
        }
        let raw = if self.is_classifier() {
            let logits = targets::logits(&outputs, self.file.outputs)?;
            targets::together(&logits, None)?.log_probabilities()
        } else {
            let own = outputs.iter();
            let own = own.map(|own| own.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
            mean_values(&own.collect::<Vec<_>>())
        };
        Ok(raw.into_iter().map(|value| value as f32).collect())
    }

    /// Whether it says classes or values.
    pub fn is_classifier(&self) -> bool {
        matches!(self.file.schema.task, Task::Classification { .. })
    }

    /// Number of networks that answer together.
    pub fn networks(&self) -> usize {
        self.states.len()
    }

    /// Its networks, to be audited.
    pub(crate) fn targets(&self) -> TargetModels<'_> {
        let scales = FoldScales {
            features: self.file.preprocessing.clone(),
            target: self.file.target_scale,
        };
        let models = self.states.iter().zip(&self.file.weights);
        let models = models.map(|(state, weights)| (state, 0, weights.seed));
        TargetModels {
            temperature: self.file.temperature,
            sigma2: self.file.sigma2,
            loss: self.file.loss,
            quantile: self.file.quantile.unwrap_or(0.5),
            ..TargetModels::new(&self.network, models, vec![scales], self.file.outputs)
        }
    }

    /// Takes the weights of another file, to which no temperature or noise variance was fitted.
    pub(crate) fn replace_weights(&mut self, path: &Path) -> Result<(), Error> {
        self.states = vec![read_weights(&self.network, path)?];
        self.file.weights.truncate(1);
        (self.file.temperature, self.file.sigma2) = (None, None);
        self.file.interval = None;
        Ok(())
    }

    /// Writes the description and all weights.
    ///
    /// `folder` ends with a slash, or is empty.
    pub(crate) fn write(&self, dir: &RunDir, folder: &str) -> Result<(), Error> {
        for (weights, state) in self.file.weights.iter().zip(&self.states) {
            let bytes = to_safetensors(&self.network, state);
            dir.write(&format!("{folder}{}", weights.file), &bytes)?;
        }
        let json = decay_report::to_json(FILE, &self.file)?;
        dir.write(&format!("{folder}{FILE}"), &json)
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

/// What a model says of some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    /// Probabilities `[rows, classes]`, or values `[rows]` in the target's unit.
    pub values: Vec<f64>,
    /// Of a regression, between what the target of each row lies; `[low, high]` by row.
    pub intervals: Option<Vec<[f64; 2]>>,
    /// Names of the classes; none of a regression.
    pub classes: Vec<String>,
    /// Name of what is predicted.
    pub target: String,
    /// Number of rows.
    pub rows: usize,
    /// What was odd about the rows, in a sentence.
    pub warning: Option<String>,
    /// Outputs of one network, or what several come to before temperature and scale.
    raw: Vec<f32>,
}

impl Predictions {
    /// The most probable class of each row; none of a regression.
    pub fn labels(&self) -> Vec<&str> {
        if self.classes.is_empty() {
            return Vec::new();
        }
        let rows = self.values.chunks_exact(self.classes.len());
        rows.map(|row| self.classes[first_largest(row)].as_str())
            .collect()
    }

    /// `class,p_A,p_B,...`, or the target's values under its name, with `low,high` where there are intervals.
    pub fn csv(&self) -> String {
        if self.classes.is_empty() {
            return self.values_csv();
        }
        let names = self.classes.iter().map(|class| format!("p_{class}"));
        let head = ["class".to_owned()].into_iter();
        let rows = self.values.chunks_exact(self.classes.len());
        let rows = rows.zip(self.labels()).map(|(row, class)| {
            let cells = row.iter().map(f64::to_string);
            [csv_field(class)].into_iter().chain(cells)
        });
        lines(head.chain(names.map(|name| csv_field(&name))), rows)
    }

    fn values_csv(&self) -> String {
        let target = csv_field(&self.target);
        let values = self.values.iter();
        let Some(intervals) = &self.intervals else {
            return lines([target], values.map(|value| [value.to_string()]));
        };
        let rows = values.zip(intervals);
        let cells =
            |(value, [low, high]): (&f64, &[f64; 2])| [value, low, high].map(f64::to_string);
        lines([target, "low".into(), "high".into()], rows.map(cells))
    }

    /// Before temperature and scale, `logit_A,logit_B,...`: the outputs of one network as they are, of several the logarithm
    /// of their mean probability, or their mean output. Of the loss `gaussian` `output_mean` and `output_variance`, `x` and `s` of
    /// [`Loss`].
    pub fn raw_csv(&self) -> String {
        let names = self.classes.iter();
        let mut names: Vec<String> = names
            .map(|class| csv_field(&format!("logit_{class}")))
            .collect();
        if names.is_empty() {
            names = match self.raw.len() / self.rows.max(1) {
                2 => vec!["output_mean".into(), "output_variance".into()],
                _ => vec!["output".into()],
            };
        }
        let rows = self.raw.chunks_exact(names.len());
        let rows: Vec<_> = rows.map(|row| row.iter().map(f32::to_string)).collect();
        lines(names, rows.into_iter())
    }
}

fn lines<Row: IntoIterator<Item = String>>(
    head: impl IntoIterator<Item = String>,
    rows: impl Iterator<Item = Row>,
) -> String {
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let rows = rows.map(|row| line(row.into_iter().collect()));
    line(head.into_iter().collect()) + &rows.collect::<String>()
}

/// The place of the largest value, the first of several.
fn first_largest(row: &[f64]) -> usize {
    let mut best = 0;
    for (place, value) in row.iter().enumerate() {
        if *value > row[best] {
            best = place;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::Predictions;

    #[test]
    fn intervals_stand_beside_the_values_where_there_are_any() {
        let mut answers = Predictions {
            values: vec![1.5, -2.0],
            intervals: None,
            classes: Vec::new(),
            target: "price".into(),
            rows: 2,
            warning: None,
            raw: Vec::new(),
        };
        assert_eq!(answers.csv(), "price\n1.5\n-2\n");
        answers.intervals = Some(vec![[1.0, 2.25], [-3.0, -1.0]]);
        assert_eq!(answers.csv(), "price,low,high\n1.5,1,2.25\n-2,-3,-1\n");
    }
}
