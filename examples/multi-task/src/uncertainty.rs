//! Tasks weighed by variances that are learned with them.

use burn::tensor::Tensor;
use decay::train::{HeadLoss, Heads, Objective, Seen};

/// Heads whose losses are weighed by learned variances of the tasks.
///
/// ```text
/// sum_k e^(-s_k) f_k loss_k + s_k / 2        s = ln σ², the last outputs; f: 1 of classes, 1/2 of squared errors
/// ```
///
/// # Source
/// Kendall, Gal & Cipolla 2018, equations 7 and 10, <https://arxiv.org/abs/1705.07115>.
#[derive(Debug, Clone)]
pub(crate) struct Uncertainty {
    heads: Heads,
    factors: Vec<f32>,
}

impl Uncertainty {
    pub(crate) fn new(losses: &[HeadLoss]) -> Self {
        let factor = |loss: &HeadLoss| match loss {
            HeadLoss::Classes(_) => 1.0,
            _ => 0.5,
        };
        Self {
            heads: Heads::new(losses.iter().copied()),
            factors: losses.iter().map(factor).collect(),
        }
    }
}

impl Objective for Uncertainty {
    fn name(&self) -> &str {
        "heads weighed by uncertainty"
    }

    fn outputs(&self) -> usize {
        self.heads.outputs() + self.factors.len()
    }

    fn losses(&self, seen: &Seen) -> Vec<Tensor<1>> {
        let losses = self.heads.losses(seen).into_iter().zip(&self.factors);
        let [members, ..] = seen.outputs.dims();
        let weighed = |(task, (loss, &factor)): (usize, (Tensor<1>, &f32))| {
            let column = self.heads.outputs() + task;
            // The same in every row.
            let first = [0..members, 0..1, column..column + 1];
            let s = seen.outputs.clone().slice(first).reshape([members]);
            s.clone().neg().exp() * loss * factor + s * 0.5
        };
        losses.enumerate().map(weighed).collect()
    }
}
