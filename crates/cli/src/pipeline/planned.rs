//! The grid of a sweep before anything is trained.

use decay_data::{group_kfold, stratified_kfold};
use decay_train::{FoldRows, Plan, half_life, rate_of_half_life};

use super::{SplitData, ValidationMetric};
use crate::failure::Failure;
use crate::settings::{Grid, Settings};

/// Folds, rates and members; made before a directory is, so that bad settings leave no trace.
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) folds: Vec<FoldRows>,
    /// Half-life in epochs of each rate.
    pub(crate) half_lives: Vec<f64>,
    pub(crate) metric: ValidationMetric,
}

impl Planned {
    /// What the settings ask for.
    pub(crate) fn new(settings: &Settings, split: &SplitData) -> Result<Self, Failure> {
        let (sweep, train) = (&settings.sweep, &settings.train);
        let metric = ValidationMetric::new(sweep.metric, split.data.task().kind())?;
        let folds = folds(split, settings)?;
        let steps = f64::from(train.steps_per_epoch(folds[0].train.len()));
        let rates = match (&sweep.rates, &sweep.half_lives) {
            (Some(rates), _) => values(rates)?,
            (None, Some(epochs)) => {
                let rate = |epochs| rate_of_half_life(epochs, train.lr, steps);
                values(epochs)?.into_iter().map(rate).collect()
            }
            (None, None) => Vec::new(),
        };
        let plan = Plan::grid(train, &rates, sweep.folds, sweep.seeds, settings.run.seed)?;
        let half_life = |&rate: &f64| half_life(rate, train.lr, steps);
        Ok(Self {
            half_lives: plan.rates.iter().map(half_life).collect(),
            plan,
            folds,
            metric,
        })
    }
}

fn values(grid: &Grid) -> Result<Vec<f64>, Failure> {
    grid.values()
        .map_err(|reason| Failure::Usage(format!("sweep: {reason}")))
}

fn folds(split: &SplitData, settings: &Settings) -> Result<Vec<FoldRows>, Failure> {
    let (folds, seed) = (settings.sweep.folds, settings.run.seed);
    let folds = match split.data.groups() {
        Some(groups) => group_kfold(groups, &split.training, folds, seed)?,
        None => stratified_kfold(&split.data.target, &split.training, folds, seed)?,
    };
    let rows = |fold: decay_data::Fold| FoldRows {
        train: fold.train,
        validation: [fold.validation, split.validation.clone()].concat(),
    };
    Ok(folds.into_iter().map(rows).collect())
}
