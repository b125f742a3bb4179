//! One epoch of batches: which rows each member sees at each step, and its optimiser's scalars.

use burn::tensor::{Device, Int, Tensor};
use decay_kernels::{At, Mixture, Scalars};
use decay_random::{Purpose, Stream};

use crate::options::TrainConfig;
use crate::options::hyper::Member;
use crate::problem::{floats, integers};
use crate::step::Context;
use crate::step::groups::{Groups, When};
use crate::step::importance::Importance;

/// Tables of one epoch on the device, a slice per step.
pub(crate) struct Batches {
    rows: Tensor<3, Int>,
    weights: Tensor<3>,
    /// `[steps, members, batch]`; absent where every row counts alike.
    importance: Option<Tensor<3>>,
    scalars: Tensor<4>,
    /// `[steps, members, batch]` each; absent if no member mixes its samples.
    mixed: Option<(Tensor<3, Int>, Tensor<3>)>,
    /// `[steps][members]`: samples that count.
    pub(crate) counts: Vec<Vec<u32>>,
}

/// What the tables need to know about one member.
pub(crate) struct Draws<'a> {
    pub(crate) member: &'a Member,
    pub(crate) train: &'a [usize],
    /// Optimiser steps that the member has made before this epoch.
    pub(crate) steps_before: u32,
    /// What is left of the learning rate after the reductions of [`Schedule::Plateau`](crate::Schedule).
    pub(crate) reduction: f64,
}

/// One step's slices.
pub(crate) struct Batch {
    /// `[R, B]`.
    pub(crate) rows: Tensor<2, Int>,
    /// `[R, B]`: 1 of samples that count, 0 of padding.
    pub(crate) weights: Tensor<2>,
    /// `[R, B]`: how much each sample counts in the loss, on average over all 1; zero of padding.
    pub(crate) importance: Option<Tensor<2>>,
    /// `[G, R, Scalars::COUNT]`.
    pub(crate) scalars: Tensor<3>,
    pub(crate) mixed: Option<Mixed>,
}

/// Who is mixed with whom, `[R, B]` each; see [`Mixture`].
#[derive(Clone)]
pub(crate) struct Mixed {
    pub(crate) partner: Tensor<2, Int>,
    pub(crate) share: Tensor<2>,
}

impl Batches {
    /// The tables of an epoch; a graph's nodes all take part in every step.
    pub(crate) fn draw(members: &[Draws<'_>], epoch: u32, context: Context<'_>) -> Self {
        let (config, groups) = (context.config, context.groups);
        let (nodes, device) = (context.problem.nodes, &context.resident.device);
        let count = members.len();
        let largest = members
            .iter()
            .map(|m| config.rows_per_step(m.train.len()).min(m.train.len()))
            .max();
        let batch = nodes.or(largest).unwrap_or(1);
        let steps = members
            .iter()
            .map(|m| config.steps_per_epoch(m.train.len()));
        let steps = steps.max().unwrap_or(0) as usize;
        let mut table = Table {
            batch,
            rows: vec![0; steps * count * batch],
            weights: vec![0.0; steps * count * batch],
            counts: vec![vec![0; count]; steps],
        };
        for (r, draws) in members.iter().enumerate() {
            match nodes {
                Some(_) => table.set_nodes(r, draws.train),
                None => table.set_rows(r, &draws.order(epoch), config),
            }
        }
        let importance = context.importance.map(|importance| {
            let own = table.importance(importance, members);
            floats(own, [steps, count, batch], device)
        });
        let scalars = scalars(members, config, groups, &table.counts);
        let mixed = members
            .iter()
            .any(|draws| draws.member.mixup > 0.0)
            .then(|| mixtures(members, epoch, &table.counts, batch, device));
        Self {
            mixed,
            importance,
            rows: integers(table.rows, [steps, count, batch], device),
            weights: floats(table.weights, [steps, count, batch], device),
            scalars: floats(
                scalars,
                [steps, groups.all.len(), count, Scalars::COUNT],
                device,
            ),
            counts: table.counts,
        }
    }

    /// The last step that all members make.
    pub(crate) fn last_common_step(&self) -> Option<usize> {
        self.counts
            .iter()
            .rposition(|counts| counts.iter().all(|&samples| samples > 0))
    }

    pub(crate) fn step(&self, step: usize) -> Batch {
        let [_, members, batch] = self.rows.dims();
        let [_, groups, _, count] = self.scalars.dims();
        let shape = [members, batch];
        let range = step..step + 1;
        let floats = |all: &Tensor<3>, shape| all.clone().slice([range.clone()]).reshape(shape);
        let integers = |all: &Tensor<3, Int>| all.clone().slice([range.clone()]).reshape(shape);
        Batch {
            rows: integers(&self.rows),
            weights: floats(&self.weights, shape),
            importance: self.importance.as_ref().map(|own| floats(own, shape)),
            scalars: (self.scalars.clone().slice([range.clone()]))
                .reshape([groups, members, count]),
            mixed: self.mixed.as_ref().map(|(partner, share)| Mixed {
                partner: integers(partner),
                share: floats(share, shape),
            }),
        }
    }
}

/// Every group's and member's row at every step.
fn scalars(
    members: &[Draws<'_>],
    config: &TrainConfig,
    groups: &Groups,
    counts: &[Vec<u32>],
) -> Vec<f32> {
    let rows = counts.len() * groups.all.len() * members.len();
    let mut values = Vec::with_capacity(rows * Scalars::COUNT);
    for (step, counts) in counts.iter().enumerate() {
        for group in &groups.all {
            for (draws, &samples) in members.iter().zip(counts) {
                let when = draws.when(config, step as u32, samples > 0);
                let row = group.scalars(config, draws.member, when);
                values.extend(row.row(group.rule.direction));
            }
        }
    }
    values
}

/// Every member's mixture at every step.
fn mixtures(
    members: &[Draws<'_>],
    epoch: u32,
    counts: &[Vec<u32>],
    batch: usize,
    device: &Device,
) -> (Tensor<3, Int>, Tensor<3>) {
    let (mut partners, mut shares) = (Vec::new(), Vec::new());
    for (step, counts) in counts.iter().enumerate() {
        let at = At {
            epoch,
            step: step as u32,
            ..At::default()
        };
        for (draws, &samples) in members.iter().zip(counts) {
            let (alpha, seed) = (draws.member.mixup, draws.member.seed);
            let mixture = Mixture::draw(alpha, seed, at, samples as usize, batch);
            partners.extend(mixture.partner);
            shares.extend(mixture.share);
        }
    }
    let shape = [counts.len(), members.len(), batch];
    (
        integers(partners, shape, device),
        floats(shares, shape, device),
    )
}

/// The tables of an epoch while they are filled, `[steps, members, batch]`.
struct Table {
    batch: usize,
    rows: Vec<i32>,
    weights: Vec<f32>,
    /// `[steps][members]`.
    counts: Vec<Vec<u32>>,
}

impl Table {
    /// How much each sample counts, `[steps, members, batch]`.
    fn importance(&self, importance: &Importance, members: &[Draws<'_>]) -> Vec<f32> {
        let samples = self.rows.iter().zip(&self.weights).enumerate();
        let of_sample = |(place, (&row, &weight)): (usize, (&i32, &f32))| {
            let member = members[place / self.batch % members.len()].member;
            weight * importance.of(member.fold, row as usize)
        };
        samples.map(of_sample).collect()
    }

    /// Deals a member's rows to steps, in their order.
    fn set_rows(&mut self, r: usize, order: &[i32], config: &TrainConfig) {
        let (batch, steps) = (self.batch, self.counts.len());
        let full = config.rows_per_step(order.len());
        for (step, chunk) in order.chunks(full).take(steps).enumerate() {
            if config.drop_last && chunk.len() < full {
                continue;
            }
            let start = (step * self.counts[step].len() + r) * batch;
            let (own, padding) = self.rows[start..start + batch].split_at_mut(chunk.len());
            own.copy_from_slice(chunk);
            // Padding repeats the first row, so that it is a row of the member's own fold.
            padding.fill(chunk[0]);
            self.weights[start..start + chunk.len()].fill(1.0);
            self.counts[step][r] = chunk.len() as u32;
        }
    }

    /// All nodes in every step; those that the member trains on count.
    fn set_nodes(&mut self, r: usize, train: &[usize]) {
        for (step, counts) in self.counts.iter_mut().enumerate() {
            let start = (step * counts.len() + r) * self.batch;
            for (node, row) in self.rows[start..start + self.batch].iter_mut().enumerate() {
                *row = node as i32;
            }
            for &node in train {
                self.weights[start + node] = 1.0;
            }
            counts[r] = train.len() as u32;
        }
    }
}

impl Draws<'_> {
    /// The member's training rows in the order of this epoch.
    fn order(&self, epoch: u32) -> Vec<i32> {
        let mut order: Vec<i32> = self.train.iter().map(|&row| row as i32).collect();
        let at = At {
            epoch,
            ..At::default()
        };
        Stream::new(self.member.seed, Purpose::Batch, at).shuffle(&mut order);
        order
    }

    pub(crate) fn when(&self, config: &TrainConfig, step: u32, active: bool) -> When {
        let per_epoch = config.steps_per_epoch(self.train.len());
        let t = self.steps_before + step;
        When {
            step: t,
            factor: self.reduction * config.learning_rate_factor(t, per_epoch),
            decay_factor: config.decay_rate_factor(t, per_epoch),
            active,
        }
    }
}
