//! What a step differentiates and what it reports.

use burn::tensor::{Int, Tensor};
use decay_kernels::{cross_entropy, gather, squared_error, value_loss};

use crate::objective::{Objective, Seen};
use crate::options::loss::Loss;
use crate::problem::Targets;
use crate::step::batches::Mixed;
use crate::step::constants::Constants;

/// The targets of one step.
pub(crate) struct StepTargets<'a> {
    pub(crate) loss: Loss,
    /// Minimised instead, if it is there.
    pub(crate) own: Option<&'a dyn Objective>,
    pub(crate) targets: &'a Targets,
    pub(crate) constants: &'a Constants,
    /// `[R, B]`.
    pub(crate) rows: Tensor<2, Int>,
    /// `[R, B]`: 1 of samples that count, 0 of padding.
    pub(crate) weights: Tensor<2>,
    /// `[R, B]`: how much each sample counts; absent where all count alike.
    pub(crate) importance: Option<Tensor<2>>,
}

/// The differentiable terms of the objective, `[R]` each and one unless several tasks are minimised, and the loss to report, `[R]`.
pub(crate) type Terms = (Vec<Tensor<1>>, Tensor<1>);

impl StepTargets<'_> {
    /// The terms whose sum is minimised, and the loss to report.
    ///
    /// ```text
    /// sum_b w_b i_b l(x_b, t_b) / sum_b w_b        w: weights, i: importance
    /// ```
    ///
    /// A batch of unimportant samples moves the model little: it is not divided by its importance.
    pub(crate) fn of(self, outputs: Tensor<3>, mixed: Option<Mixed>) -> Terms {
        match (mixed, &self.importance) {
            (None, None) => {
                let (rows, weights) = (self.rows.clone(), self.weights.clone());
                self.on(outputs, rows, weights)
            }
            (None, Some(importance)) => self.share(outputs, self.rows.clone(), importance.clone()),
            (Some(mixed), _) => self.of_mixed(outputs, mixed),
        }
    }

    /// The loss on the samples' own targets and on their partners', by their shares in the mixed inputs.
    ///
    /// ```text
    /// sum_b w_b (s_b i_b l(x_b, t_b) + (1 - s_b) i_partner(b) l(x_b, t_partner(b))) / sum_b w_b
    /// ```
    fn of_mixed(self, outputs: Tensor<3>, mixed: Mixed) -> Terms {
        let partners = self.rows.clone().gather(1, mixed.partner.clone());
        let own = self.weights.clone() * mixed.share;
        let others = self.weights.clone() - own.clone();
        let (own, others) = match &self.importance {
            None => (own, others),
            Some(importance) => (
                own * importance.clone(),
                others * importance.clone().gather(1, mixed.partner),
            ),
        };
        let (terms, loss) = self.share(outputs.clone(), self.rows.clone(), own);
        let (more, loss_of_partners) = self.share(outputs, partners, others);
        let pairs = terms.into_iter().zip(more);
        let terms = pairs.map(|(own, others)| own + others).collect();
        (terms, loss + loss_of_partners)
    }

    /// Each loss is a mean over its weights; their sum makes it a share of the whole batch.
    fn share(&self, outputs: Tensor<3>, rows: Tensor<2, Int>, weights: Tensor<2>) -> Terms {
        let total = per_member(self.weights.clone()).clamp_min(1.0);
        let part = per_member(weights.clone()) / total;
        let (terms, loss) = self.on(outputs, rows, weights);
        let terms = terms.into_iter().map(|term| term * part.clone()).collect();
        (terms, loss * part)
    }

    fn on(&self, outputs: Tensor<3>, rows: Tensor<2, Int>, weights: Tensor<2>) -> Terms {
        if let (Some(own), Some(units)) = (self.own, &self.constants.units) {
            let terms = own.losses(&Seen {
                outputs,
                targets: seen_targets(self.targets, rows, self.constants.fold.clone()),
                weights,
                units: units.clone(),
            });
            let values = terms.iter().map(|term| term.clone().inner());
            let loss = values.reduce(|sum, own| sum + own);
            let loss = loss.unwrap_or_else(|| unreachable!("an objective has a task"));
            return (terms, loss);
        }
        match self.targets {
            Targets::Classes(labels) => {
                let labels = of_rows(labels, rows);
                let smoothing = self.constants.smoothing.clone();
                let (objective, nll) = cross_entropy(outputs, labels, weights, smoothing);
                (vec![objective], nll.inner())
            }
            Targets::Values(values) => {
                let fold = self.constants.fold.clone();
                let targets = gather(&values.shifted, &values.statistics, rows, fold);
                let objective = match self.loss.of_values() {
                    None => squared_error(outputs, targets, weights),
                    Some(loss) => {
                        let counts = self.constants.counts.as_ref();
                        let targets = match counts {
                            None => targets,
                            Some(counts) => counts.of_scaled(targets),
                        };
                        let quantile = self.constants.quantile.clone();
                        value_loss(outputs, targets, weights, quantile, loss)
                    }
                };
                (vec![objective.clone()], objective.inner())
            }
        }
    }
}

/// Targets as an objective of one's own sees them, `[R, B, K]`.
pub(crate) fn seen_targets(
    targets: &Targets,
    rows: Tensor<2, Int>,
    fold: Tensor<1, Int>,
) -> Tensor<3> {
    match targets {
        Targets::Classes(labels) => of_rows(labels, rows).float().unsqueeze_dim(2),
        Targets::Values(values) => gather(&values.shifted, &values.statistics, rows, fold),
    }
}

/// Labels of some rows of each member, `[R, B]`.
fn of_rows(labels: &Tensor<1, Int>, rows: Tensor<2, Int>) -> Tensor<2, Int> {
    let [members, batch] = rows.dims();
    let labels = labels.clone().select(0, rows.reshape([members * batch]));
    labels.reshape([members, batch])
}

/// Sum over a member's samples.
fn per_member(weights: Tensor<2>) -> Tensor<1> {
    weights.sum_dim(1).squeeze_dim(1)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::{Constants, Loss, Mixed, StepTargets, Targets};
    use crate::problem::{floats, integers};

    /// Every term of the formula with another weight, and a padding row that counts for nothing.
    #[test]
    fn a_loss_weighs_samples_by_importance_and_labels_by_their_shares() {
        let device = Device::default();
        let logits = [[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]];
        let (labels, rows, partner) = ([0usize, 1, 1, 0], [2usize, 0, 1], [1usize, 0, 2]);
        let (weights, share) = ([1.0, 1.0, 0.0], [0.25, 0.6, 1.0]);
        let numbers = |values: &[usize]| values.iter().map(|&value| value as i32).collect();
        let constants = Constants {
            fold: integers(vec![0], [1], &device),
            seeds: integers(vec![0, 0], [1, 2], &device),
            smoothing: floats(vec![0.0], [1], &device),
            quantile: floats(vec![0.5], [1], &device),
            counts: None,
            units: None,
            dropout: None,
            edge_dropout: None,
            augmenting: None,
        };
        let targets = Targets::Classes(Box::new(integers(numbers(&labels), [4], &device)));
        let nll = |b: usize, row: usize| {
            let x = logits[b].map(f64::from);
            (x[0].exp() + x[1].exp()).ln() - x[labels[row]]
        };
        for importance in [None, Some([0.5, 3.0, 0.0])] {
            let weigh = |b: usize| importance.map_or(1.0, |own: [f32; 3]| f64::from(own[b]));
            for mixes in [true, false] {
                let objective = StepTargets {
                    loss: Loss::Auto,
                    own: None,
                    targets: &targets,
                    constants: &constants,
                    rows: integers(numbers(&rows), [1, 3], &device),
                    weights: floats(weights.to_vec(), [1, 3], &device),
                    importance: importance.map(|own| floats(own.to_vec(), [1, 3], &device)),
                };
                let mixed = mixes.then(|| Mixed {
                    partner: integers(numbers(&partner), [1, 3], &device),
                    share: floats(share.to_vec(), [1, 3], &device),
                });
                let outputs: Tensor<3> = floats(logits.concat(), [1, 3, 2], &device);
                let (terms, loss) = objective.of(outputs, mixed);
                let of_sample = |b: usize| {
                    let s = if mixes { f64::from(share[b]) } else { 1.0 };
                    let own = s * weigh(b) * nll(b, rows[b]);
                    let other = (1.0 - s) * weigh(partner[b]) * nll(b, rows[partner[b]]);
                    f64::from(weights[b]) * (own + other)
                };
                // Two samples count: importance does not change what is divided by.
                let want = (0..3).map(of_sample).sum::<f64>() / 2.0;
                for got in [terms[0].clone(), loss] {
                    let got = f64::from(got.into_scalar::<f32>());
                    assert!((got - want).abs() < 1e-6, "{got} instead of {want}");
                }
            }
        }
    }
}
