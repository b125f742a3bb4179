//! The tree of settings, as it stands in `config.toml`.

use std::path::PathBuf;

use decay_data::{MAX_LEVELS, Options, Scaling, TaskKind};
use decay_model::ModelConfig;
use serde::{Deserialize, Serialize};

use super::audit::one_or_many;
use super::{AuditSettings, Grid, Memory, TrainSettings};

/// Everything that decides a run. Keys, ranges and meanings are listed in `keys.rs`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub data: DataSettings,
    pub model: ModelConfig,
    pub train: TrainSettings,
    pub sweep: SweepSettings,
    pub fit: FitSettings,
    pub audit: AuditSettings,
    pub run: RunSettings,
}

/// The `[data]` table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DataSettings {
    pub path: Option<String>,
    pub target: Option<String>,
    pub task: Option<TaskKind>,
    pub header: Option<bool>,
    pub delimiter: Option<String>,
    pub drop: Vec<String>,
    pub keep: Option<Vec<String>>,
    pub categorical: Vec<String>,
    pub max_levels: usize,
    pub missing_indicators: bool,
    pub scaling: Scaling,
    pub holdout: f64,
    pub per_class: Option<usize>,
    pub validation_per_class: usize,
    pub directed: bool,
    pub unknown_classes: Vec<String>,
    #[serde(deserialize_with = "one_or_many")]
    pub ood: Vec<String>,
}

impl Default for DataSettings {
    fn default() -> Self {
        Self {
            path: None,
            target: None,
            task: None,
            header: None,
            delimiter: None,
            drop: Vec::new(),
            keep: None,
            categorical: Vec::new(),
            max_levels: MAX_LEVELS,
            missing_indicators: true,
            scaling: Scaling::Auto,
            holdout: 0.2,
            per_class: None,
            validation_per_class: 30,
            directed: false,
            unknown_classes: Vec::new(),
            ood: Vec::new(),
        }
    }
}

impl DataSettings {
    /// What the readers want to know.
    pub fn options(&self) -> Options {
        Options {
            header: self.header,
            delimiter: self.delimiter.as_ref().and_then(|d| d.bytes().next()),
            target: self.target.clone(),
            task: self.task,
            drop: self.drop.clone(),
            keep: self.keep.clone(),
            categorical: self.categorical.clone(),
            max_levels: self.max_levels,
            missing_indicators: self.missing_indicators,
            directed: self.directed,
        }
    }
}

/// The `[sweep]` table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SweepSettings {
    pub rates: Option<Grid>,
    pub half_lives: Option<Grid>,
    pub taus: Option<Grid>,
    pub folds: usize,
    pub seeds: usize,
    pub refits: usize,
    pub metric: Option<MetricName>,
    pub rule: RuleName,
}

impl Default for SweepSettings {
    fn default() -> Self {
        Self {
            rates: None,
            half_lives: None,
            taus: None,
            folds: 5,
            seeds: 2,
            refits: 5,
            metric: None,
            rule: RuleName::OneSe,
        }
    }
}

/// The `[fit]` table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FitSettings {
    pub rate: Option<f64>,
    pub half_life: Option<f64>,
    pub tau: Option<f64>,
}

/// The `[run]` table; what does not decide the result is not written to `config.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RunSettings {
    pub seed: u64,
    pub device: String,
    pub threads: Option<usize>,
    pub memory: Memory,
    pub keep_population: bool,
    #[serde(skip_serializing)]
    pub out: Option<PathBuf>,
    #[serde(skip_serializing)]
    pub quiet: bool,
    #[serde(skip_serializing)]
    pub resume: bool,
}

impl Default for RunSettings {
    fn default() -> Self {
        Self {
            seed: 0,
            device: "auto".into(),
            threads: None,
            memory: Memory::default(),
            keep_population: false,
            out: None,
            quiet: false,
            resume: false,
        }
    }
}

/// The validation metric that chooses the rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MetricName {
    Nll,
    Accuracy,
    Brier,
    Ece,
    Mse,
    Rmse,
    Mae,
}

/// How the rate is chosen from the means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleName {
    Min,
    OneSe,
}

/// The rates of a sweep, if none are given.
const DEFAULT_RATES: &str = "1e-4..10:16";
/// The rate of a fit, if none is given.
const DEFAULT_RATE: f64 = 0.01;

impl Settings {
    /// Fills in the rates of a sweep or the rate of a fit where none are given, so that `config.toml` shows them.
    pub fn with_rates(mut self, sweep: bool) -> Self {
        let (grids, rates) = (&mut self.sweep, &mut self.fit);
        let grid = [&grids.rates, &grids.half_lives, &grids.taus];
        if sweep && grid.iter().all(|grid| grid.is_none()) {
            grids.rates = Some(Grid::Text(DEFAULT_RATES.into()));
        }
        let rate = [rates.rate, rates.half_life, rates.tau];
        if !sweep && rate.iter().all(Option::is_none) {
            rates.rate = Some(DEFAULT_RATE);
        }
        self
    }

    /// The text of `config.toml`.
    pub fn to_toml(&self) -> Result<String, crate::error::Error> {
        toml::to_string(self).map_err(|error| {
            crate::error::Error::Failed(format!("config.toml cannot be written: {error}"))
        })
    }
}
