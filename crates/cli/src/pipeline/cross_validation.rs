//! Every rate on every fold with every seed, measured on rows that its fold never saw.

use decay_audit::{Logits, accuracy, logit_scale};
use decay_data::{Dataset, stratified_kfold};
use decay_model::{Network, ParameterKind};
use decay_train::{
    Evaluation, FoldRows, Outcome, Plan, Problem, Status, Trained, half_life, rate_of_half_life,
};

use super::validation_metric::calibration_error;
use super::{Context, SplitData, Truth, ValidationMetric, truth};
use crate::failure::Failure;
use crate::settings::{Grid, Settings};

/// The rates of `decay tune`, if none are given.
const DEFAULT_RATES: &str = "1e-4..10:16";

/// Final figures of one member, all in evaluation mode.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured {
    /// The choosing metric on the validation rows, lower is better.
    pub(crate) validation: f64,
    /// The same on the training rows.
    pub(crate) train: f64,
    pub(crate) accuracy: Option<f64>,
    pub(crate) ece: Option<f64>,
    pub(crate) logit_scale: Option<f64>,
    /// Of the decayed parameters.
    pub(crate) weight_norm: f64,
}

/// A trained and measured sweep.
pub(crate) struct CrossValidation {
    pub(crate) plan: Plan,
    pub(crate) metric: ValidationMetric,
    pub(crate) trained: Trained,
    /// Raw outputs of each member on its validation rows.
    pub(crate) outputs: Vec<Vec<f32>>,
    /// `None` for members that diverged.
    pub(crate) measured: Vec<Option<Measured>>,
    /// Labels or values of each fold's validation rows.
    pub(crate) truths: Vec<Truth>,
    /// Half-life in epochs of each rate.
    pub(crate) half_lives: Vec<f64>,
}

impl CrossValidation {
    /// Epochs that the next models should train for: as long as the chosen rate's members were at their best.
    pub(crate) fn epochs_of(&self, rate: usize, planned: u32) -> u32 {
        let best: Vec<f64> = self
            .plan
            .of_rate(rate)
            .filter_map(|member| match self.trained.outcomes[member].status {
                Status::Stopped { best_epoch, .. } => Some(f64::from(best_epoch)),
                Status::Finished { epochs } => Some(f64::from(epochs)),
                Status::Diverged { .. } => None,
            })
            .collect();
        match best.len() {
            0 => planned,
            n => (best.iter().sum::<f64>() / n as f64).round().max(1.0) as u32,
        }
    }
}

/// Cuts the training rows into folds, lays out the grid, trains and measures.
pub(crate) fn cross_validate(
    context: &Context<'_>,
    split: &SplitData,
    network: &Network,
    plan: Planned,
) -> Result<CrossValidation, Failure> {
    let settings = context.settings;
    let problem = Problem::new(
        &split.data,
        plan.folds,
        settings.data.scaling,
        &context.machine.device,
    );
    let trained = context.train(
        "sweep",
        network,
        &problem,
        &plan.plan.members,
        &settings.train,
    )?;
    let evaluations = evaluations(&plan.plan, &trained, |fold| &problem.folds[fold].validation);
    let outputs =
        decay_train::outputs(network, &problem, &evaluations, &context.machine.resources)?;
    let truths: Vec<_> = problem
        .folds
        .iter()
        .map(|fold| truth(&split.data.target, &fold.validation))
        .collect();
    let train = train_errors(
        context,
        split,
        network,
        (&problem, &plan.plan),
        &trained,
        plan.metric,
    )?;
    let measure = Measure {
        settings,
        network,
        metric: plan.metric,
    };
    let mut measured = Vec::with_capacity(outputs.len());
    for (index, outcome) in trained.outcomes.iter().enumerate() {
        let fold = plan.plan.members[index].fold;
        let scale = problem.scales[fold].target;
        measured.push(measure.member(
            outcome,
            &outputs[index],
            &truths[fold],
            scale,
            train[index],
        )?);
    }
    Ok(CrossValidation {
        plan: plan.plan,
        metric: plan.metric,
        trained,
        outputs,
        measured,
        truths,
        half_lives: plan.half_lives,
    })
}

/// The grid before anything is trained; made first, so that bad settings leave no trace.
pub(crate) struct Planned {
    pub(crate) plan: Plan,
    pub(crate) folds: Vec<FoldRows>,
    pub(crate) half_lives: Vec<f64>,
    pub(crate) metric: ValidationMetric,
}

impl Planned {
    /// Folds, rates and members that the settings ask for.
    pub(crate) fn new(settings: &Settings, split: &SplitData) -> Result<Self, Failure> {
        let (sweep, train) = (&settings.sweep, &settings.train);
        let metric = ValidationMetric::new(sweep.metric, split.data.task().kind())?;
        let folds = folds(&split.data, &split.training, settings)?;
        let steps = f64::from(train.steps_per_epoch(folds[0].train.len()));
        let of_grid = |grid: &Grid| {
            grid.values()
                .map_err(|reason| Failure::Usage(format!("sweep: {reason}")))
        };
        let rates = match (&sweep.rates, &sweep.half_lives) {
            (Some(rates), _) => of_grid(rates)?,
            (None, Some(epochs)) => {
                let epochs = of_grid(epochs)?;
                epochs
                    .iter()
                    .map(|&epochs| rate_of_half_life(epochs, train.lr, steps))
                    .collect()
            }
            (None, None) => of_grid(&Grid::Text(DEFAULT_RATES.into()))?,
        };
        let plan = Plan::grid(train, &rates, sweep.folds, sweep.seeds, settings.run.seed)?;
        let half_lives = plan
            .rates
            .iter()
            .map(|&rate| half_life(rate, train.lr, steps))
            .collect();
        Ok(Self {
            plan,
            folds,
            half_lives,
            metric,
        })
    }
}

fn folds(data: &Dataset, rows: &[usize], settings: &Settings) -> Result<Vec<FoldRows>, Failure> {
    let folds = stratified_kfold(&data.target, rows, settings.sweep.folds, settings.run.seed)?;
    let rows = |fold: decay_data::Fold| FoldRows {
        train: fold.train,
        validation: fold.validation,
    };
    Ok(folds.into_iter().map(rows).collect())
}

fn evaluations<'a>(
    plan: &Plan,
    trained: &'a Trained,
    rows: impl Fn(usize) -> &'a [usize],
) -> Vec<Evaluation<'a>> {
    let members = plan.members.iter().zip(&trained.outcomes);
    let evaluation = |(member, outcome): (&decay_train::Member, &'a Outcome)| Evaluation {
        state: &outcome.state,
        fold: member.fold,
        rows: rows(member.fold),
    };
    members.map(evaluation).collect()
}

/// The choosing metric on the training rows; `None` for members that diverged.
fn train_errors(
    context: &Context<'_>,
    split: &SplitData,
    network: &Network,
    (problem, plan): (&Problem, &Plan),
    trained: &Trained,
    metric: ValidationMetric,
) -> Result<Vec<Option<f64>>, Failure> {
    let known = trained
        .outcomes
        .iter()
        .map(|o| o.train.and_then(|losses| metric.of_losses(losses)));
    let known: Vec<_> = known.collect();
    let alive = |outcome: &Outcome| !matches!(outcome.status, Status::Diverged { .. });
    if trained
        .outcomes
        .iter()
        .zip(&known)
        .all(|(outcome, known)| known.is_some() || !alive(outcome))
    {
        return Ok(known);
    }
    let evaluations = evaluations(plan, trained, |fold| &problem.folds[fold].train);
    let outputs = decay_train::outputs(network, problem, &evaluations, &context.machine.resources)?;
    let mut errors = Vec::with_capacity(outputs.len());
    for (index, outputs) in outputs.iter().enumerate() {
        let fold = plan.members[index].fold;
        let truth = truth(&split.data.target, &problem.folds[fold].train);
        errors.push(match alive(&trained.outcomes[index]) {
            true => metric
                .of_outputs(outputs, &truth, problem.scales[fold].target)
                .ok(),
            false => None,
        });
    }
    Ok(errors)
}

/// How members are measured.
struct Measure<'a> {
    settings: &'a Settings,
    network: &'a Network,
    metric: ValidationMetric,
}

impl Measure<'_> {
    /// `None` if the member diverged, be it only on its validation rows.
    fn member(
        &self,
        outcome: &Outcome,
        outputs: &[f32],
        truth: &Truth,
        scale: Option<decay_data::TargetScale>,
        train: Option<f64>,
    ) -> Result<Option<Measured>, Failure> {
        let diverged = matches!(outcome.status, Status::Diverged { .. });
        let Some(train) = train.filter(|t| t.is_finite() && !diverged) else {
            return Ok(None);
        };
        if outputs.iter().any(|value| !value.is_finite()) {
            return Ok(None);
        }
        let (accuracy, ece, logit_scale) = match truth {
            Truth::Values(_) => (None, None, None),
            Truth::Classes { labels, classes } => {
                let logits = Logits::from_f32(outputs, labels.len(), *classes)?;
                (
                    Some(accuracy(&logits, labels)?),
                    Some(calibration_error(&logits, labels)?),
                    Some(logit_scale(&logits)),
                )
            }
        };
        Ok(Some(Measured {
            validation: self.metric.of_outputs(outputs, truth, scale)?,
            train,
            accuracy,
            ece,
            logit_scale,
            weight_norm: outcome.state.norm(|index| self.is_decayed(index)),
        }))
    }

    /// Where nothing decays, the matrices stand for the weights.
    fn is_decayed(&self, index: usize) -> bool {
        let parameters = self.network.parameters();
        let train = &self.settings.train;
        match parameters.iter().any(|p| train.decays(p.kind)) {
            true => train.decays(parameters[index].kind),
            false => parameters[index].kind == ParameterKind::Matrix,
        }
    }
}
