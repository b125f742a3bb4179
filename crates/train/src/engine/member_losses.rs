//! Losses of a job's members on the rows of their folds.

use decay_model::MemberState;

use crate::engine::evaluate::{Evaluation, Losses, Part, chunk_values, losses};
use crate::engine::job::Job;
use crate::engine::workers::Workers;
use crate::error::TrainError;
use crate::problem::resident::Resident;
use crate::step::Chunk;

/// Losses of a chunk's present values on the validation rows; `None` if the folds have none.
pub(crate) fn validation_losses(
    job: &Job<'_>,
    resident: &Resident,
    chunk: &Chunk,
) -> Option<Vec<Losses>> {
    let problem = job.problem;
    let places = chunk.places.iter();
    let folds: Vec<_> = places.map(|&place| job.members[place].fold).collect();
    let rows: Vec<_> = folds
        .iter()
        .map(|&f| problem.folds[f].validation.as_slice())
        .collect();
    if rows.iter().all(|rows| rows.is_empty()) {
        return None;
    }
    let outputs = chunk_values(
        job.network,
        resident,
        chunk.state(),
        &folds,
        &rows,
        Part::Outputs,
    );
    let members = outputs.iter().zip(&folds).zip(&rows);
    let of_member = members.map(|((outputs, &fold), rows)| losses(problem, fold, rows, outputs));
    Some(of_member.collect())
}

/// Losses of the final values on the training rows, if the job wants them; `states` are in the order of its members.
pub(crate) fn train_losses<'a>(
    job: &Job<'_>,
    workers: &Workers<'_>,
    states: impl Iterator<Item = &'a MemberState>,
    chunk: usize,
) -> Result<Vec<Option<Losses>>, TrainError> {
    if !job.train_losses {
        return Ok(vec![None; job.members.len()]);
    }
    let evaluation = |(state, fold): (&'a MemberState, usize)| Evaluation {
        state,
        fold,
        rows: &job.problem.folds[fold].train,
    };
    let folds = job.members.iter().map(|member| member.fold);
    let evaluations: Vec<_> = states.zip(folds).map(evaluation).collect();
    let outputs = workers.outputs(job.network, &evaluations, chunk, Part::Outputs)?;
    let members = outputs.iter().zip(&evaluations);
    let of_member = members.map(|(outputs, e)| Some(losses(job.problem, e.fold, e.rows, outputs)));
    Ok(of_member.collect())
}
