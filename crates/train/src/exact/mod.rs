//! Members at the minimum of their loss, which is computed instead of approached.

mod applies;
mod fold;
mod memory;
mod without_validation;

use std::collections::BTreeMap;
use std::time::Instant;

use decay_model::MemberState;

use crate::engine::evaluate::losses_on;
use crate::engine::job::{Job, Outcome, Trained};
use crate::engine::losses::Losses;
use crate::engine::progress::Status;
use crate::engine::resources::evaluation_chunk;
use crate::engine::workers::{Workers, deal};
use crate::error::TrainError;
use crate::event::Event;
use crate::problem::FoldRows;
use crate::step::importance::Importance;

pub(crate) use applies::{check, check_members};
pub use applies::{shapes_minimum, solvable};
use fold::{Fold, solve_fold};
pub use without_validation::RowsAlone;

/// Solves every member; the members of a fold are one path of rates.
///
/// Nothing is written on the way: what is interrupted is computed anew, to the same bits.
///
/// # Errors
/// [`TrainError::SolverMemory`]; [`TrainError::Stopped`] when cancelled; [`TrainError::Device`], [`TrainError::Fault`],
/// [`TrainError::Threads`].
pub(crate) fn solve(job: &Job<'_>) -> Result<Trained, TrainError> {
    let started = Instant::now();
    let folds = folds(job)?;
    let each = memory::workers(job, folds.len())?;
    let workers = Workers::start(job.problem, each, job.resources.threads)?;
    let importance = Importance::new(job.problem, &job.config.class_weights);
    (job.observe)(Event::Started {
        total_steps: job.members.len() as u64,
    });
    let dealt = deal(&folds, job.problem.residents.len(), 1);
    let solved = workers.map(&dealt, |resident, folds| {
        let solve = |fold: &Fold| {
            let (states, alone) = solve_fold(job, resident, fold, importance.as_ref())?;
            (job.observe)(Event::Stepped {
                members: states.len(),
            });
            Ok((fold.places.iter().copied().zip(states).collect(), alone))
        };
        folds.iter().map(solve).collect()
    })?;
    let solved: Result<Vec<Vec<Solved>>, TrainError> = solved.into_iter().collect();
    let solved: Vec<Solved> = solved?.into_iter().flatten().collect();
    let alone = solved.iter().find_map(|(_, alone)| *alone);
    let mut solved: Vec<_> = solved.into_iter().flat_map(|(own, _)| own).collect();
    solved.sort_by_key(|(place, _)| *place);
    let states = solved.into_iter().map(|(_, state)| state).collect();
    let outcomes = outcomes(job, &workers, states)?;
    Ok(Trained {
        outcomes,
        history: Vec::new(),
        layers: Vec::new(),
        tasks: Vec::new(),
        alone,
        duration: started.elapsed(),
    })
}

/// Members of a fold with their values, and what its rows would choose.
type Solved = (Vec<(usize, MemberState)>, Option<RowsAlone>);

/// The members of each fold, and what their network takes from its rows.
fn folds(job: &Job<'_>) -> Result<Vec<Fold>, TrainError> {
    let mut places: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, member) in job.members.iter().enumerate() {
        places.entry(member.fold).or_default().push(place);
    }
    let fold = |(number, places): (usize, Vec<usize>)| {
        let mut start = job.network.initial(job.members[places[0]].seed);
        for (place, values) in job.problem.fit(job.network, number)? {
            start.buffers[place] = values;
        }
        Ok(Fold {
            number,
            places,
            start,
        })
    };
    places.into_iter().map(fold).collect()
}

fn outcomes(
    job: &Job<'_>,
    workers: &Workers<'_>,
    states: Vec<MemberState>,
) -> Result<Vec<Outcome>, TrainError> {
    let train = match job.train_losses {
        true => losses(job, workers, &states, |fold| &fold.train)?,
        false => vec![None; states.len()],
    };
    let validation = losses(job, workers, &states, |fold| &fold.validation)?;
    let status = |state: &MemberState| match state.is_finite() {
        true => Status::Finished { epochs: 0 },
        false => Status::Diverged { epoch: 0 },
    };
    let members = states.into_iter().zip(train.into_iter().zip(validation));
    let outcome = |(state, (train, validation)): (MemberState, _)| Outcome {
        status: status(&state),
        state,
        reduced_after: Vec::new(),
        train,
        validation,
    };
    Ok(members.map(outcome).collect())
}

/// Losses on one side of each member's fold, if it has rows there.
fn losses(
    job: &Job<'_>,
    workers: &Workers<'_>,
    states: &[MemberState],
    rows: fn(&FoldRows) -> &[usize],
) -> Result<Vec<Option<Losses>>, TrainError> {
    let folds = || {
        job.members
            .iter()
            .map(|own| rows(&job.problem.folds[own.fold]))
    };
    let most = folds().map(<[usize]>::len).max().unwrap_or(0);
    if most == 0 {
        return Ok(vec![None; states.len()]);
    }
    let chunk = evaluation_chunk(job.network, job.problem, job.resources, most);
    let losses = losses_on(job, workers, states.iter(), rows, chunk)?;
    let losses = losses.ok_or(TrainError::Stopped)?.into_iter();
    let known = losses.zip(folds());
    Ok(known
        .map(|(losses, rows)| (!rows.is_empty()).then_some(losses))
        .collect())
}
