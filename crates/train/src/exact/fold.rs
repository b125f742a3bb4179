//! The models of one fold.

use std::sync::atomic::Ordering;

use decay_linear::{
    ElasticNet, LinearError, Logistic, Penalties, Ridge, Rows, Solution, TOLERANCE,
};
use decay_model::{MemberState, ParameterKind, State};

use super::without_validation::RowsAlone;
use crate::engine::evaluate::{Layers, chunk_values};
use crate::engine::job::Job;
use crate::error::TrainError;
use crate::problem::{Resident, Truth};
use crate::step::importance::Importance;

/// Members that have their rows in common.
#[derive(Debug, Clone)]
pub(super) struct Fold {
    pub(super) number: usize,
    /// Of its members.
    pub(super) places: Vec<usize>,
    /// Values of any of them before it is solved, with the buffers of the fold's rows.
    pub(super) start: MemberState,
}

/// Solves the members of a fold, in the order of their places; and what its rows would choose alone.
pub(super) fn solve_fold(
    job: &Job<'_>,
    resident: &Resident,
    fold: &Fold,
    importance: Option<&Importance>,
) -> Result<(Vec<MemberState>, Option<RowsAlone>), TrainError> {
    let train = &job.problem.folds[fold.number].train;
    let features = features(job, resident, fold).ok_or(TrainError::Stopped)?;
    let weights = importance.map(|own| {
        let of_row = |&row: &usize| f64::from(own.of(fold.number, row));
        train.iter().map(of_row).collect::<Vec<_>>()
    });
    let rows = Rows {
        inputs: features.len() / train.len().max(1),
        features: &features,
        weights: weights.as_deref(),
    };
    let of_member = |&place: &usize| {
        let member = &job.members[place];
        Penalties {
            l1: member.l1,
            rate: member.decay + member.l2,
        }
    };
    let penalties: Vec<Penalties> = fold.places.iter().map(of_member).collect();
    match solved(job, fold.number, &rows, &penalties) {
        Ok((solutions, alone)) => {
            let states = solutions.iter().map(|own| state(job, fold, own));
            Ok((states.collect(), alone))
        }
        Err(LinearError::Stopped) => Err(TrainError::Stopped),
        // As training by steps ends with such rows.
        Err(LinearError::NotFinite(_)) => {
            let mut lost = fold.start.clone();
            lost.parameters
                .iter_mut()
                .for_each(|values| values.fill(f32::NAN));
            Ok((vec![lost; penalties.len()], None))
        }
        Err(error) => Err(TrainError::Fault {
            reason: error.to_string(),
        }),
    }
}

fn solved(
    job: &Job<'_>,
    fold: usize,
    rows: &Rows<'_>,
    penalties: &[Penalties],
) -> Result<(Vec<Solution>, Option<RowsAlone>), LinearError> {
    let (problem, train) = (job.problem, &job.problem.folds[fold].train);
    let stop = || job.cancel.load(Ordering::Relaxed);
    let rates: Vec<f64> = penalties.iter().map(|own| own.rate).collect();
    match &problem.truth {
        Truth::Classes { labels, .. } => {
            let labels: Vec<u32> = train.iter().map(|&row| labels[row]).collect();
            let model = Logistic::new(rows, &labels, problem.outputs)?;
            Ok((model.path_until(&rates, TOLERANCE, &stop)?, None))
        }
        Truth::Values(values) => {
            let scales = &problem.scales[fold].targets;
            let scaled = |&row: &usize| {
                let own = values.of_row(row).iter().zip(scales);
                own.map(|(value, scale)| scale.apply(*value))
                    .collect::<Vec<_>>()
            };
            let answers: Vec<f64> = train.iter().flat_map(scaled).collect();
            if penalties.iter().any(|own| own.l1 > 0.0) {
                let net = ElasticNet::new(rows, &answers, values.width)?;
                return Ok((net.path(penalties, &stop)?, None));
            }
            let ridge = Ridge::new(rows, &answers, values.width)?;
            let mut members = job.members.iter().filter(|own| own.fold == fold);
            let decay_alone = members.all(|own| own.l2 == 0.0);
            let unjudged = problem.folds[fold].validation.is_empty();
            let alone = (unjudged && values.width == 1 && decay_alone)
                .then(|| RowsAlone::of(&ridge, &stop))
                .transpose()?;
            Ok((ridge.path(&rates)?, alone))
        }
    }
}

/// What the linear map reads of the fold's training rows, `[rows, inputs]`; `None` if told to stop.
fn features(job: &Job<'_>, resident: &Resident, fold: &Fold) -> Option<Vec<f32>> {
    let rows = &job.problem.folds[fold.number].train;
    let state = State::stack(std::slice::from_ref(&fold.start), &resident.device);
    let seen = chunk_values(
        job.network,
        resident,
        &state,
        &[fold.number],
        &[rows],
        Layers::All,
        job.cancel,
    )?;
    // Outputs of the starting weights stand behind the inputs.
    let mut seen = seen.concat();
    let width = seen.len() / rows.len().max(1);
    let inputs = width - job.problem.outputs;
    for row in 1..rows.len() {
        seen.copy_within(row * width..row * width + inputs, row * inputs);
    }
    seen.truncate(rows.len() * inputs);
    Some(seen)
}

/// A member's values with the weights and biases of a solution.
fn state(job: &Job<'_>, fold: &Fold, solution: &Solution) -> MemberState {
    let mut state = fold.start.clone();
    for (spec, values) in job.network.parameters().iter().zip(&mut state.parameters) {
        let own = match spec.kind {
            ParameterKind::Bias => &solution.bias,
            _ => &solution.weights,
        };
        *values = own.iter().map(|&value| value as f32).collect();
    }
    state
}
