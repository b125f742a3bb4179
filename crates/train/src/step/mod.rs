//! Some members of a population, trained as one tensor program.

pub(crate) mod agreement;
pub(crate) mod averaging;
pub(crate) mod backward;
pub(crate) mod batches;
pub(crate) mod constants;
pub(crate) mod descent;
pub(crate) mod diagnostics;
mod each_task;
pub(crate) mod groups;
pub(crate) mod importance;
pub(crate) mod muon;
pub(crate) mod objective;
pub(crate) mod snapshot;

use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Tensor;
use decay_kernels::{At, read};
use decay_model::{Network, State};

use crate::event::Event;
use crate::options::TrainConfig;
use crate::options::hyper::Member;
use crate::problem::{Problem, Resident};
use crate::regularisers::{Now, Regularisers};
use crate::step::agreement::{Gram, TaskRecord};
use crate::step::averaging::Coefficients;
use crate::step::backward::Backward;
use crate::step::batches::{Batch, Batches, Draws};
use crate::step::constants::Constants;
use crate::step::descent::Descent;
use crate::step::diagnostics::{LayerRecord, Turns, Watch, Watched};
use crate::step::groups::Groups;
use crate::step::importance::Importance;
use crate::step::snapshot::Snapshot;

/// What all chunks on a device share.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) network: &'a Network,
    pub(crate) groups: &'a Groups,
    pub(crate) problem: &'a Problem,
    pub(crate) resident: &'a Resident,
    pub(crate) config: &'a TrainConfig,
    /// Absent where every row counts alike.
    pub(crate) importance: Option<&'a Importance>,
    pub(crate) cancel: &'a AtomicBool,
    pub(crate) observe: &'a (dyn Fn(Event) + Sync),
}

/// What an epoch leaves to record.
pub(crate) struct Epoch {
    /// Mean training loss of each member.
    pub(crate) train: Vec<f64>,
    /// What a step did, if it was watched.
    pub(crate) layers: Vec<LayerRecord>,
    /// How the gradients of tasks agreed, if they were taken apart.
    pub(crate) tasks: Vec<TaskRecord>,
}

/// What a step leaves on the device.
struct Stepped {
    /// The batch's loss per member, `[R]`.
    loss: Tensor<1>,
    /// What the step did, if that was to be watched.
    turns: Option<Turns>,
    gram: Option<Gram>,
}

/// Members that advance together.
pub(crate) struct Chunk {
    /// Places of the members in the plan.
    pub(crate) places: Vec<usize>,
    state: State,
    /// What the members are judged by; absent where all are by their present values.
    average: Option<State>,
    /// Which members average, in the order of `places`.
    averages: Vec<bool>,
    /// `[K, R, n]` per parameter.
    moments: Vec<Tensor<3>>,
    steps: Vec<u32>,
    constants: Constants,
    regularisers: Regularisers,
    descent: Descent,
}

impl Chunk {
    /// Puts members on the device; `snapshots` are theirs, in the order of `places`.
    pub(crate) fn new(
        places: Vec<usize>,
        members: &[Member],
        snapshots: &[&Snapshot],
        context: Context<'_>,
    ) -> Self {
        let device = &context.resident.device;
        let (state, moments) = Snapshot::stack(snapshots, device);
        let own: Vec<_> = places.iter().map(|&place| &members[place]).collect();
        let averages: Vec<_> = own.iter().map(|member| member.averages()).collect();
        let average = averages.contains(&true).then(|| {
            let states: Vec<_> = snapshots.iter().map(|s| s.judged().clone()).collect();
            State::stack(&states, device)
        });
        let memories: Vec<_> = snapshots.iter().map(|s| s.memory.as_slice()).collect();
        Self {
            state,
            average,
            averages,
            moments,
            steps: snapshots.iter().map(|s| s.steps).collect(),
            constants: Constants::upload(&own, context),
            regularisers: Regularisers::new(&own, &memories, device),
            descent: Descent::new(context.config, &own),
            places,
        }
    }

    /// The members on the host, in the order of `places`.
    pub(crate) fn snapshots(&self) -> Vec<Snapshot> {
        let mut snapshots = Snapshot::unstack(&self.state, &self.moments, &self.steps);
        if let Some(average) = &self.average {
            let averages = Snapshot::members(average).into_iter().zip(&self.averages);
            for (snapshot, (average, &wanted)) in snapshots.iter_mut().zip(averages) {
                snapshot.average = wanted.then_some(average);
            }
        }
        let memories = self.regularisers.memories(snapshots.len());
        for (snapshot, memory) in snapshots.iter_mut().zip(memories) {
            snapshot.memory = memory;
        }
        snapshots
    }

    /// Parameters and buffers, for evaluation.
    pub(crate) fn state(&self) -> &State {
        self.average.as_ref().unwrap_or(&self.state)
    }

    /// One pass over the training rows, or `None` if cancelled.
    ///
    /// The training loss is the loss in the target's unit, unsmoothed, of each batch before its update, with dropout on and weighted as
    /// training is.
    pub(crate) fn epoch(
        &mut self,
        members: &[Member],
        epoch: u32,
        reduction: &dyn Fn(usize) -> f64,
        context: Context<'_>,
    ) -> Option<Epoch> {
        let (config, device) = (context.config, &context.resident.device);
        let draws = self.draws(members, reduction, context);
        let batches = Batches::draw(&draws, epoch, context);
        let counts = &batches.counts;
        let watched = batches.last_common_step().filter(|_| config.diagnostics);
        let averages = Coefficients::of_epoch(&draws, counts, config, epoch, device);
        self.regularisers.begin_epoch(&draws, counts.len(), device);
        let (mut losses, mut turns) = (Vec::with_capacity(counts.len()), None);
        let mut grams = Vec::new();
        for step in 0..counts.len() {
            if context.cancel.load(Ordering::Relaxed) {
                return None;
            }
            let at = At {
                site: 0,
                epoch,
                step: step as u32,
            };
            let watch = watched == Some(step);
            let stepped = self.step(batches.step(step), at, context, watch);
            losses.push(stepped.loss);
            turns = turns.or(stepped.turns);
            grams.extend(stepped.gram);
            let coefficient = averages.as_ref().and_then(|own| own.at(step));
            if let (Some(average), Some(coefficient)) = (&mut self.average, coefficient) {
                averaging::advance(average, &self.state, coefficient);
            }
            (context.observe)(Event::Stepped {
                members: self.places.len(),
            });
        }
        for counts in counts {
            for (steps, &samples) in self.steps.iter_mut().zip(counts) {
                *steps += u32::from(samples > 0);
            }
        }
        let layers = turns.zip(watched).map(|(turns, step)| {
            let members = self.watched(&draws, step as u32, config);
            turns.records(context.groups, config, &members, epoch + 1)
        });
        Some(Epoch {
            train: mean_losses(losses, counts, &draws, context),
            layers: layers.unwrap_or_default(),
            tasks: Gram::records(grams, counts, &self.places, epoch + 1),
        })
    }

    fn draws<'a>(
        &self,
        members: &'a [Member],
        reduction: &dyn Fn(usize) -> f64,
        context: Context<'a>,
    ) -> Vec<Draws<'a>> {
        let steps = self.places.iter().zip(&self.steps);
        let draws = steps.map(|(&place, &steps_before)| Draws {
            member: &members[place],
            train: &context.problem.folds[members[place].fold].train,
            steps_before,
            reduction: reduction(place),
        });
        draws.collect()
    }

    /// The members at a step that is watched.
    fn watched<'a>(
        &self,
        draws: &[Draws<'a>],
        step: u32,
        config: &TrainConfig,
    ) -> Vec<Watched<'a>> {
        let members = draws.iter().zip(&self.places);
        let watched = members.map(|(draws, &place)| Watched {
            place,
            member: draws.member,
            when: draws.when(config, step, true),
        });
        watched.collect()
    }

    /// One optimiser step.
    fn step(&mut self, batch: Batch, at: At, context: Context<'_>, watch: bool) -> Stepped {
        let (network, groups) = (context.network, context.groups);
        let seeds = self.constants.seeds.clone();
        let scalars = batch.scalars.clone();
        let now = Now {
            network,
            groups,
            seeds: &seeds,
            at,
            scalars: &scalars,
        };
        let Backward {
            gradients,
            loss,
            gram,
        } = self.backward(batch, &now, context);
        let gradients = self
            .regularisers
            .gradients(gradients, &self.state.parameters, &now);
        let (parameters, slots) = (&self.state.parameters, &self.moments);
        let before = watch.then(|| Watch::before(network, groups, parameters, slots, &gradients));
        self.descent.step(
            &mut self.state,
            &mut self.moments,
            gradients,
            &self.regularisers,
            &now,
        );
        let turns = before.map(|before| before.after(groups, &self.state.parameters, &scalars));
        Stepped { loss, turns, gram }
    }
}

/// Each member's mean over an epoch, weighted by the samples that counted, in the target's unit.
fn mean_losses(
    losses: Vec<Tensor<1>>,
    counts: &[Vec<u32>],
    draws: &[Draws<'_>],
    context: Context<'_>,
) -> Vec<f64> {
    let members = draws.len();
    let mut sums = vec![0.0; members];
    if losses.is_empty() {
        return sums;
    }
    let values = read(Tensor::cat(losses, 0));
    let mut samples = vec![0.0; members];
    for (values, counts) in values.chunks_exact(members).zip(counts) {
        for (r, (&value, &count)) in values.iter().zip(counts).enumerate() {
            if count > 0 {
                sums[r] += f64::from(value) * f64::from(count);
                samples[r] += f64::from(count);
            }
        }
    }
    let own = sums.iter().zip(samples).zip(draws);
    let mean = |((sum, samples), draws): ((&f64, f64), &Draws<'_>)| {
        if context.problem.objective.is_some() {
            return sum / samples;
        }
        // A target is trained on in units of its spread.
        let scales = &context.problem.scales[draws.member.fold].targets;
        let loss = context.problem.loss(context.config);
        loss.in_unit(sum / samples, scales)
    };
    own.map(mean).collect()
}
