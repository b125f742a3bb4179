//! Outputs of trained members on given rows.

use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::{Device, Int, Tensor};
use decay_kernels::read;
use decay_model::{MemberState, Mode, Network, Precision, READ_AT_ONCE, State};

use crate::engine::job::Job;
use crate::engine::losses::{Losses, losses_of};
use crate::engine::resources::{BLOCK, Resources, evaluation_chunk, workers_per_device};
use crate::engine::workers::{Workers, guard};
use crate::error::TrainError;
use crate::problem::{FoldRows, Problem, Resident, integers};
use crate::step::Chunk;

/// Rows per forward pass of this many members: fewer where each keeps much, as images do between convolutions.
pub(crate) fn block(network: &Network, members: usize) -> usize {
    /// Values between two layers of one pass: 64 MiB.
    const TOGETHER: usize = 1 << 24;
    (TOGETHER / (network.activations() * members).max(1)).clamp(1, BLOCK)
}

/// What is kept of an evaluating pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layers {
    /// The outputs.
    Last,
    /// Hidden layers and outputs of each row, side by side.
    All,
}

/// What each member makes of its own rows in evaluation mode: `[rows, outputs]` flat, or all layers side by side.
///
/// `folds` says whose statistics a member uses; all members run together, padded to the longest list of rows. Blocks stay
/// on the device until they are worth a read, so that a GPU is not stopped after each. `None` if `stop` was set between two of them.
pub(crate) fn chunk_values(
    network: &Network,
    resident: &Resident,
    state: &State,
    folds: &[usize],
    rows: &[&[usize]],
    layers: Layers,
    stop: &AtomicBool,
) -> Option<Vec<Vec<f32>>> {
    let device = &resident.device;
    let fold = integers(
        folds.iter().map(|&f| f as i32).collect(),
        [folds.len()],
        device,
    );
    let leaves = network.leaves(state, false, Precision::F32);
    let mut state = state.clone();
    let mut forward = |rows: Tensor<2, Int>| {
        let x = resident.inputs.of(network, rows, fold.clone());
        match layers {
            Layers::Last => {
                let output = network.forward(&leaves, &mut state, x, Mode::Evaluate);
                output.values
            }
            Layers::All => {
                let seen = network.represent(&leaves, &mut state, x);
                Tensor::cat(seen.layers(), 2)
            }
        }
    };
    match resident.inputs.nodes() {
        Some(nodes) => {
            let outputs = forward(every(nodes, folds.len(), device));
            Some(of_nodes(outputs, rows))
        }
        None => {
            let forward = |rows| (!stop.load(Ordering::Relaxed)).then(|| forward(rows));
            in_blocks(block(network, folds.len()), rows, device, forward)
        }
    }
}

/// Values of one row in each layer, the outputs last; of a graph all nodes pass, since they need each other.
pub(crate) fn widths(network: &Network, resident: &Resident, member: &MemberState) -> Vec<usize> {
    let device = &resident.device;
    let mut state = State::stack(std::slice::from_ref(member), device);
    let leaves = network.leaves(&state, false, Precision::F32);
    let rows = every(resident.inputs.nodes().unwrap_or(1), 1, device);
    let x = resident
        .inputs
        .of(network, rows, integers(vec![0], [1], device));
    let seen = network.represent(&leaves, &mut state, x);
    seen.layers().iter().map(|layer| layer.dims()[2]).collect()
}

/// All nodes of a graph, for each member.
///
/// # Shapes
/// - returns: `[members, nodes]`
pub(crate) fn every(nodes: usize, members: usize, device: &Device) -> Tensor<2, Int> {
    let all = (0..members).flat_map(|_| 0..nodes as i32).collect();
    integers(all, [members, nodes], device)
}

/// Each member's rows of the outputs on all nodes.
fn of_nodes(outputs: Tensor<3>, rows: &[&[usize]]) -> Vec<Vec<f32>> {
    let [_, nodes, width] = outputs.dims();
    let values = read(outputs);
    let members = values.chunks_exact(nodes * width).zip(rows);
    members
        .map(|(values, rows)| {
            let of_row = |&row: &usize| &values[row * width..][..width];
            rows.iter().flat_map(of_row).copied().collect()
        })
        .collect()
}

fn in_blocks(
    block: usize,
    rows: &[&[usize]],
    device: &Device,
    mut forward: impl FnMut(Tensor<2, Int>) -> Option<Tensor<3>>,
) -> Option<Vec<Vec<f32>>> {
    let members = rows.len();
    let longest = rows.iter().map(|r| r.len()).max().unwrap_or(0);
    let mut all = vec![Vec::new(); members];
    let mut blocks: Vec<Tensor<3>> = Vec::new();
    for start in (0..longest).step_by(block) {
        let width = block.min(longest - start);
        let rows = integers(table(rows, start, width), [members, width], device);
        blocks.push(forward(rows)?);
        let values: usize = blocks
            .iter()
            .map(|block| block.shape().num_elements())
            .sum();
        if values >= READ_AT_ONCE || start + width == longest {
            read_blocks(std::mem::take(&mut blocks), &mut all);
        }
    }
    for (outputs, rows) in all.iter_mut().zip(rows) {
        // Padding was computed, too.
        outputs.truncate(rows.len() * (outputs.len() / longest.max(1)));
    }
    Some(all)
}

/// The rows of one block, `[members, width]`; members with fewer repeat row 0.
fn table(rows: &[&[usize]], start: usize, width: usize) -> Vec<i32> {
    let mut table = vec![0i32; rows.len() * width];
    for (line, rows) in table.chunks_exact_mut(width).zip(rows) {
        for (cell, &row) in line.iter_mut().zip(rows.iter().skip(start)) {
            *cell = row as i32;
        }
    }
    table
}

/// Appends the blocks' outputs to those of each member, in one read.
fn read_blocks(blocks: Vec<Tensor<3>>, all: &mut [Vec<f32>]) {
    let joined = match <[_; 1]>::try_from(blocks) {
        Ok([only]) => only,
        Err(several) => Tensor::cat(several, 1),
    };
    let [_, rows, outputs] = joined.dims();
    let values = read(joined);
    for (all, own) in all.iter_mut().zip(values.chunks_exact(rows * outputs)) {
        all.extend_from_slice(own);
    }
}

/// A member to evaluate.
#[derive(Debug, Clone, Copy)]
pub struct Evaluation<'a> {
    /// Its values.
    pub state: &'a MemberState,
    /// Whose statistics its inputs are scaled with.
    pub fold: usize,
    /// The rows.
    pub rows: &'a [usize],
}

/// Raw outputs of each member on its own rows, in evaluation mode.
///
/// # Shapes
/// - returns: per member `[rows, outputs]`, flat
///
/// # Errors
/// [`TrainError::Threads`], [`TrainError::Device`], [`TrainError::Fault`]; [`TrainError::Stopped`] once `stop` is set.
pub fn outputs(
    network: &Network,
    problem: &Problem,
    members: &[Evaluation<'_>],
    resources: &Resources,
    stop: &AtomicBool,
) -> Result<Vec<Vec<f32>>, TrainError> {
    evaluated(network, problem, members, resources, Layers::Last, stop)
}

/// What members make of their rows, layer by layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Representations {
    /// Width of each hidden layer, then the number of outputs.
    pub widths: Vec<usize>,
    /// Per member `[rows, sum of the widths]`, flat.
    pub values: Vec<Vec<f32>>,
}

/// Hidden layers and raw outputs of each member on its own rows, in evaluation mode; see [`Network::represent`].
///
/// # Errors
/// As [`outputs`].
pub fn representations(
    network: &Network,
    problem: &Problem,
    members: &[Evaluation<'_>],
    resources: &Resources,
    stop: &AtomicBool,
) -> Result<Representations, TrainError> {
    let values = evaluated(network, problem, members, resources, Layers::All, stop)?;
    let widths = match (members.first(), problem.residents.first()) {
        (Some(member), Some(resident)) => {
            guard(resident, || widths(network, resident, member.state))?
        }
        _ => Vec::new(),
    };
    Ok(Representations { widths, values })
}

fn evaluated(
    network: &Network,
    problem: &Problem,
    members: &[Evaluation<'_>],
    resources: &Resources,
    layers: Layers,
    stop: &AtomicBool,
) -> Result<Vec<Vec<f32>>, TrainError> {
    let each = workers_per_device(problem, resources, members.len());
    let workers = Workers::start(problem, each, resources.threads)?;
    let rows = members.iter().map(|e| e.rows.len()).max().unwrap_or(0);
    let chunk = evaluation_chunk(network, problem, resources, rows);
    let outputs = dealt(&workers, network, members, chunk, layers, stop)?;
    outputs.ok_or(TrainError::Stopped)
}

/// Raw outputs of each member on its own rows; members are stacked `chunk` at a time. `None` if told to stop.
fn dealt(
    workers: &Workers<'_>,
    network: &Network,
    members: &[Evaluation<'_>],
    chunk: usize,
    layers: Layers,
    stop: &AtomicBool,
) -> Result<Option<Vec<Vec<f32>>>, TrainError> {
    let groups = workers.groups(members, chunk);
    let outputs = workers.map(&groups, |resident, group| {
        let states: Vec<_> = group.iter().map(|e| e.state.clone()).collect();
        let state = State::stack(&states, &resident.device);
        let folds: Vec<_> = group.iter().map(|e| e.fold).collect();
        let rows: Vec<_> = group.iter().map(|e| e.rows).collect();
        chunk_values(network, resident, &state, &folds, &rows, layers, stop)
    })?;
    let outputs: Option<Vec<_>> = outputs.into_iter().collect();
    Ok(outputs.map(|groups| groups.into_iter().flatten().collect()))
}

/// Losses of a chunk's present values on the validation rows; none if the folds have none, `None` if told to stop.
pub(crate) fn validation_losses(
    job: &Job<'_>,
    resident: &Resident,
    chunk: &Chunk,
) -> Option<Option<Vec<Losses>>> {
    let problem = job.problem;
    let own = chunk.places.iter().map(|&place| &job.members[place]);
    let folds: Vec<_> = own.map(|member| member.fold).collect();
    let rows: Vec<_> = folds
        .iter()
        .map(|&f| problem.folds[f].validation.as_slice())
        .collect();
    if rows.iter().all(|rows| rows.is_empty()) {
        return Some(None);
    }
    let outputs = chunk_values(
        job.network,
        resident,
        chunk.state(),
        &folds,
        &rows,
        Layers::Last,
        job.cancel,
    )?;
    let members = outputs.iter().zip(chunk.places.iter().zip(&rows));
    let of_member =
        members.map(|(outputs, (&place, rows))| losses_of(job, resident, (place, rows), outputs));
    Some(Some(of_member.collect()))
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
    let epochs = job.config.epochs;
    let losses = losses_on(job, workers, states, |fold| &fold.train, chunk)?;
    let losses = losses.ok_or(TrainError::Interrupted {
        epoch: epochs,
        epochs,
    })?;
    Ok(losses.into_iter().map(Some).collect())
}

/// Losses of every member's values on rows of its fold; `None` if told to stop.
pub(crate) fn losses_on<'a>(
    job: &Job<'_>,
    workers: &Workers<'_>,
    states: impl Iterator<Item = &'a MemberState>,
    rows: fn(&FoldRows) -> &[usize],
    chunk: usize,
) -> Result<Option<Vec<Losses>>, TrainError> {
    let evaluation = |(state, fold): (&'a MemberState, usize)| Evaluation {
        state,
        fold,
        rows: rows(&job.problem.folds[fold]),
    };
    let folds = job.members.iter().map(|member| member.fold);
    let evaluations: Vec<_> = states.zip(folds).map(evaluation).collect();
    let last = Layers::Last;
    let outputs = dealt(workers, job.network, &evaluations, chunk, last, job.cancel)?;
    let Some(outputs) = outputs else {
        return Ok(None);
    };
    let members = outputs.iter().zip(&evaluations).enumerate();
    let of_members = |resident: &Resident| {
        let of_member = |(place, (outputs, e)): (usize, (&Vec<f32>, &Evaluation<'_>))| {
            losses_of(job, resident, (place, e.rows), outputs)
        };
        members.map(of_member).collect()
    };
    match job.problem.residents.first() {
        Some(resident) => Ok(Some(guard(resident, || of_members(resident))?)),
        None => Err(TrainError::NoDevice),
    }
}
