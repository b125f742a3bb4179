//! The networks as an attack asks them: rows in, logits and gradients out.

use burn::tensor::{Device, Tensor, TensorData};
use decay_model::InputShape;

use super::cases::{Attempt, Cases};
use super::objective::{Objective, descending, is_correct};
use crate::TargetPopulation;
use crate::target::values;

/// A chunk of a population on its device.
pub(crate) struct Probe<'a> {
    pub(crate) target: TargetPopulation<'a>,
    pub(crate) device: Device,
    pub(crate) classes: usize,
    /// Of an input.
    pub(crate) shape: InputShape,
}

/// What the networks say at some points.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    /// Of the objective, by row.
    pub(crate) values: Vec<f64>,
    /// Whether each row is misclassified.
    pub(crate) broken: Vec<bool>,
    /// `[n, F]`.
    pub(crate) gradient: Vec<f32>,
}

impl Probe<'_> {
    /// Logits at the points `x`, `[n, F]`, of as many pairs.
    pub(crate) fn logits(&self, cases: &Cases, x: &[f32]) -> Vec<f32> {
        if cases.members.is_empty() {
            return Vec::new();
        }
        let table = Table::new(&cases.members, self.target.members());
        let logits = self.target.logits(self.upload(&table, x, cases.features));
        table.gathered(values(logits), self.classes)
    }

    /// Whether each pair is classified as labelled at the points `x`.
    pub(crate) fn correct(&self, cases: &Cases, x: &[f32]) -> Vec<bool> {
        let logits = self.logits(cases, x);
        let rows = logits.chunks_exact(self.classes).zip(&cases.labels);
        rows.map(|(z, &label)| is_correct(z, label)).collect()
    }

    /// What the points `x` are as attempts: broken where misclassified.
    pub(crate) fn judged(&self, cases: &Cases, x: Vec<f32>) -> Attempt {
        let broken = self.correct(cases, &x).iter().map(|c| !c).collect();
        Attempt { x, broken }
    }

    /// The classes but the label's of each pair, by falling logit of its clean row.
    pub(crate) fn wrong_classes(&self, cases: &Cases) -> Vec<Vec<usize>> {
        let logits = self.logits(cases, &cases.x);
        let rows = logits.chunks_exact(self.classes).zip(&cases.labels);
        rows.map(|(z, &label)| {
            let mut order = descending(z);
            order.retain(|&class| class != label);
            order
        })
        .collect()
    }

    /// Values and gradients of an objective at the points `x`; `targets` are its classes, one for each pair.
    pub(crate) fn ask(
        &self,
        cases: &Cases,
        x: &[f32],
        objective: Objective,
        targets: Option<&[usize]>,
    ) -> Answer {
        if cases.members.is_empty() {
            return Answer::default();
        }
        let table = Table::new(&cases.members, self.target.members());
        let mut values_of = Vec::with_capacity(cases.len());
        let mut broken = Vec::with_capacity(cases.len());
        let pull = |padded: &[f32]| {
            let logits = table.gathered(padded.to_vec(), self.classes);
            let mut cotangents = vec![0.0; logits.len()];
            let rows = logits.chunks_exact(self.classes);
            let rows = rows.zip(cotangents.chunks_exact_mut(self.classes));
            for (i, (z, cotangent)) in rows.enumerate() {
                let label = cases.labels[i];
                let target = targets.map_or(label, |targets| targets[i]);
                values_of.push(objective.of(z, label, target, cotangent));
                broken.push(!is_correct(z, label));
            }
            table.padded(&cotangents, self.classes)
        };
        let x = self.upload(&table, x, cases.features);
        let (_, gradient) = self.target.gradient(x, pull);
        Answer {
            gradient: table.gathered(values(gradient), cases.features),
            values: values_of,
            broken,
        }
    }

    fn upload(&self, table: &Table, x: &[f32], features: usize) -> Tensor<3> {
        let shape = [table.members, table.height, features];
        let data = TensorData::new(table.padded(x, features), shape);
        Tensor::from_data(data, &self.device)
    }
}

/// Where the pairs lie in a table `[R, B]`, whose height is the most pairs that a member has.
struct Table {
    members: usize,
    height: usize,
    /// Pairs of each member.
    counts: Vec<usize>,
}

impl Table {
    fn new(of_pairs: &[usize], members: usize) -> Self {
        let mut counts = vec![0; members];
        for &member in of_pairs {
            counts[member] += 1;
        }
        Self {
            members,
            height: counts.iter().copied().max().unwrap_or(0),
            counts,
        }
    }

    fn is_full(&self) -> bool {
        self.counts.iter().all(|&count| count == self.height)
    }

    /// `[n, width]` as `[R, B, width]`, zeros below a member's pairs.
    fn padded(&self, rows: &[f32], width: usize) -> Vec<f32> {
        if self.is_full() {
            return rows.to_vec();
        }
        let mut padded = Vec::with_capacity(self.members * self.height * width);
        let mut rest = rows;
        for (member, &count) in self.counts.iter().enumerate() {
            let (own, others) = rest.split_at(count * width);
            padded.extend_from_slice(own);
            padded.resize((member + 1) * self.height * width, 0.0);
            rest = others;
        }
        padded
    }

    /// The inverse of [`padded`](Self::padded).
    fn gathered(&self, padded: Vec<f32>, width: usize) -> Vec<f32> {
        if self.is_full() {
            return padded;
        }
        let mut rows = Vec::with_capacity(self.counts.iter().sum::<usize>() * width);
        for (member, &count) in self.counts.iter().enumerate() {
            rows.extend_from_slice(&padded[member * self.height * width..][..count * width]);
        }
        rows
    }
}
