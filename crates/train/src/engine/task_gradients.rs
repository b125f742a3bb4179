//! Losses and gradients of an objective's tasks, outside of training.

use burn::tensor::{Device, Int, Tensor};
use decay_kernels::read;
use decay_model::{Mode, Network, Precision, State};

use crate::engine::evaluate::{Evaluation, every};
use crate::engine::losses::Losses;
use crate::engine::resources::{Resources, evaluation_chunk, workers_per_device};
use crate::engine::workers::Workers;
use crate::error::TrainError;
use crate::objective::{Objective, Seen, Units};
use crate::problem::{Problem, Resident, floats, integers};
use crate::step::backward::differentiated;
use crate::step::objective::seen_targets;

/// Gradients of every task of an objective, of one member.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskGradients {
    /// Loss of each task.
    pub losses: Vec<f64>,
    /// `[tasks]` of `[parameters]` of values in their order; empty where a task does not reach the parameter.
    pub gradients: Vec<Vec<Vec<f32>>>,
    /// Places of the parameters that the tasks [share](Objective::shares).
    pub shared: Vec<usize>,
}

/// Losses and gradients of an objective's tasks for each member on its own rows: exactly, in evaluation mode, all rows in one pass.
///
/// The objective need not be what the members were trained by. Rows count by their sample weights.
///
/// # Errors
/// [`TrainError::Outputs`] if the objective reads other outputs; [`TrainError::Threads`], [`TrainError::Device`].
pub fn task_gradients(
    network: &Network,
    problem: &Problem,
    objective: &dyn Objective,
    members: &[Evaluation<'_>],
    resources: &Resources,
) -> Result<Vec<TaskGradients>, TrainError> {
    let each = workers_per_device(problem, resources, members.len());
    let workers = Workers::start(problem, each, resources.threads)?;
    let rows = members.iter().map(|own| own.rows.len()).max().unwrap_or(0);
    let chunk = evaluation_chunk(network, problem, resources, rows);
    let found = workers.map(&workers.groups(members, chunk), |resident, group| {
        of_group(network, (problem, resident), objective, group)
    })?;
    let all: Result<Vec<_>, _> = found.into_iter().collect();
    Ok(all?.concat())
}

/// The loss of an objective on some rows, from a member's raw outputs `[rows, outputs]`.
pub(crate) fn own_losses(
    objective: &dyn Objective,
    (problem, resident): (&Problem, &Resident),
    (fold, own): (usize, &[usize]),
    outputs: &[f32],
) -> Losses {
    let (rows, device) = (own.len(), &resident.device);
    let loss = if rows == 0 {
        f64::NAN
    } else {
        let padded = Padded::of(problem, &[(fold, own)], device);
        let outputs = floats(outputs.to_vec(), [1, rows, outputs.len() / rows], device);
        let terms = objective.losses(&padded.seen(outputs, resident));
        read(Tensor::cat(terms, 0)).into_iter().map(f64::from).sum()
    };
    Losses {
        loss,
        accuracy: None,
    }
}

fn of_group(
    network: &Network,
    (problem, resident): (&Problem, &Resident),
    objective: &dyn Objective,
    group: &[Evaluation<'_>],
) -> Result<Vec<TaskGradients>, TrainError> {
    let device = &resident.device;
    let states: Vec<_> = group.iter().map(|own| own.state.clone()).collect();
    let rows: Vec<_> = group.iter().map(|own| (own.fold, own.rows)).collect();
    let mut passes = Passes {
        network,
        objective,
        resident,
        state: State::stack(&states, device),
        padded: Padded::of(problem, &rows, device),
    };
    let specs = network.parameters().iter().enumerate();
    let shared = specs.filter(|(_, spec)| objective.shares(&spec.name));
    let none = TaskGradients {
        losses: Vec::new(),
        gradients: Vec::new(),
        shared: shared.map(|(place, _)| place).collect(),
    };
    let mut found = vec![none; group.len()];
    for task in 0.. {
        let Some((losses, gradients)) = passes.task(task)? else {
            break;
        };
        for (member, found) in found.iter_mut().enumerate() {
            let of_member = |all: &Vec<f32>| {
                let width = all.len() / group.len();
                all[member * width..][..width].to_vec()
            };
            found.losses.push(losses[member].into());
            found
                .gradients
                .push(gradients.iter().map(of_member).collect());
        }
    }
    Ok(found)
}

/// Losses `[R]` of a task, and its gradients, `[R, n]` by parameter.
type OfTask = (Vec<f32>, Vec<Vec<f32>>);

/// Passes of some members on their rows.
struct Passes<'a> {
    network: &'a Network,
    objective: &'a dyn Objective,
    resident: &'a Resident,
    state: State,
    padded: Padded,
}

impl Passes<'_> {
    /// Losses of a task and its gradients; `None` if there is no such task.
    fn task(&mut self, task: usize) -> Result<Option<OfTask>, TrainError> {
        let leaves = self.network.leaves(&self.state, true, Precision::F32);
        let (rows, fold) = (self.padded.rows.clone(), self.padded.fold.clone());
        let x = self.resident.inputs.of(self.network, rows, fold);
        let output = self
            .network
            .forward(&leaves, &mut self.state, x, Mode::Evaluate);
        let (wanted, [.., found]) = (self.objective.outputs(), output.values.dims());
        if wanted != found {
            return Err(TrainError::Outputs { wanted, found });
        }
        let seen = self.padded.seen(output.values, self.resident);
        let mut terms = self.objective.losses(&seen);
        if task >= terms.len() {
            return Ok(None);
        }
        let term = terms.swap_remove(task);
        let losses = read(term.clone().inner());
        let gradients = differentiated(leaves, [term]).into_iter();
        let gradients = gradients.map(|own| own.map(read).unwrap_or_default());
        Ok(Some((losses, gradients.collect())))
    }
}

/// Rows of several members side by side; of a graph all its nodes.
struct Padded {
    fold: Tensor<1, Int>,
    /// `[R, B]`.
    rows: Tensor<2, Int>,
    /// `[R, B]`, 0 of padding.
    weights: Tensor<2>,
    units: Units,
}

impl Padded {
    /// `group`: fold and rows of each member.
    fn of(problem: &Problem, group: &[(usize, &[usize])], device: &Device) -> Self {
        let members = group.len();
        let longest = group.iter().map(|(_, rows)| rows.len()).max().unwrap_or(0);
        let width = problem.nodes.unwrap_or(longest);
        let mut weights = vec![0.0; members * width];
        let mut rows = vec![0; members * width];
        for (member, (_, own)) in group.iter().enumerate() {
            for (place, &row) in own.iter().enumerate() {
                let place = problem.nodes.map_or(place, |_| row);
                rows[member * width + place] = row as i32;
                let weight = problem.weights.as_ref().map_or(1.0, |own| own[row]);
                weights[member * width + place] = weight as f32;
            }
        }
        let folds = group.iter().map(|&(fold, _)| fold as i32).collect();
        Self {
            fold: integers(folds, [members], device),
            rows: match problem.nodes {
                Some(nodes) => every(nodes, members, device),
                None => integers(rows, [members, width], device),
            },
            weights: floats(weights, [members, width], device),
            units: problem.units(group.iter().map(|&(fold, _)| fold), device),
        }
    }

    fn seen(&self, outputs: Tensor<3>, resident: &Resident) -> Seen {
        let (rows, fold) = (self.rows.clone(), self.fold.clone());
        Seen {
            outputs,
            targets: seen_targets(&resident.targets, rows, fold),
            weights: self.weights.clone(),
            units: self.units.clone(),
        }
    }
}
