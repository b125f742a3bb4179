//! The grid of a sweep before anything is trained.

use decay_data::{group_kfold, stratified_kfold, time_kfold};
use decay_train::{FoldRows, Member, Plan, TrainConfig, half_life, tau_epochs};

use super::ValidationMetric;
use super::axes::Axes;
use super::learning_curve::Parts;
use crate::data::Data;
use crate::error::Error;
use crate::settings::Settings;

/// Folds, settings and members; made before a directory is, so that bad settings leave no trace.
#[derive(Clone)]
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    /// What every member is like where no axis says otherwise.
    pub(crate) like: Member,
    pub(crate) folds: Vec<FoldRows>,
    pub(crate) units: Units,
    pub(crate) metric: ValidationMetric,
    /// Of the training rows, where the chosen setting is to be trained on these, too.
    pub(super) parts: Option<Parts>,
}

/// The decay of every setting as time, which is endless where models are solved.
#[derive(Debug, Clone)]
pub(crate) struct Units {
    /// [`TrainConfig::extent`] of the first fold, to which rates and times belong.
    pub(crate) steps: u32,
    /// In epochs.
    pub(crate) half_lives: Vec<f64>,
    /// `half-life / ln 2`, in epochs.
    pub(crate) taus: Vec<f64>,
}

impl Units {
    fn new(plan: &Plan, like: &Member, train: &TrainConfig, steps: u32) -> Self {
        let kind = train.decay_kind();
        let in_unit = |unit: fn(f64, f64, f64) -> f64| {
            let of = |setting| {
                if train.is_exact() {
                    return f64::INFINITY;
                }
                let member = plan.set(setting, like);
                unit(member.decay, kind.pace(member.lr), f64::from(steps))
            };
            (0..plan.settings()).map(of).collect()
        };
        Self {
            steps,
            half_lives: in_unit(half_life),
            taus: in_unit(tau_epochs),
        }
    }
}

impl Planned {
    /// What the settings ask for, on these folds or on those of a cross-validation.
    pub(super) fn new(
        settings: &Settings,
        data: &Data,
        given: Option<Vec<FoldRows>>,
    ) -> Result<Self, Error> {
        let (sweep, train) = (&settings.sweep, &settings.train);
        let metric = ValidationMetric::new(sweep.metric, data.dataset.task().kind(), train.loss)?;
        let folds = given.map_or_else(|| folds(data, settings), Ok)?;
        let steps: Vec<u32> = folds
            .iter()
            .map(|fold| train.extent(fold.train.len()))
            .collect();
        let first = steps.first().copied().unwrap_or_default();
        let Axes { rate, axes } = Axes::new(settings, f64::from(first))?;
        let like = Member::new(train, rate, 0, 0);
        let mut plan = Plan::over(&like, axes, folds.len(), sweep.seeds, settings.run.seed)?;
        plan.keep(train.keep, &steps);
        let parts = sweep
            .learning_curve
            .then(|| Parts::new(&data.dataset, &folds, settings.run.seed))
            .transpose()?;
        Ok(Self {
            units: Units::new(&plan, &like, train, first),
            plan,
            like,
            folds,
            metric,
            parts,
        })
    }
}

fn folds(data: &Data, settings: &Settings) -> Result<Vec<FoldRows>, Error> {
    let (folds, seed) = (settings.sweep.folds, settings.run.seed);
    let dataset = &data.dataset;
    let folds = match (dataset.groups(), &dataset.ties.times) {
        (Some(groups), _) => group_kfold(groups, &data.training, folds, seed)?,
        (None, Some(times)) => time_kfold(times, &data.training, folds)?,
        (None, None) => stratified_kfold(&dataset.target, &data.training, folds, seed)?,
    };
    let rows = |fold: decay_data::Fold| FoldRows {
        train: fold.train,
        validation: [fold.validation, data.validation.clone()].concat(),
    };
    Ok(folds.into_iter().map(rows).collect())
}
