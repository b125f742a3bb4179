//! What a step differentiates and what it reports.

use burn::tensor::{Int, Tensor};
use decay_kernels::{cross_entropy, gather, squared_error};

use crate::batches::Mixed;
use crate::constants::Constants;
use crate::resident::Targets;

/// The targets of one step.
pub(crate) struct Objective<'a> {
    pub(crate) targets: &'a Targets,
    pub(crate) constants: &'a Constants,
    /// `[R, B]`.
    pub(crate) rows: Tensor<2, Int>,
    /// `[R, B]`.
    pub(crate) weights: Tensor<2>,
}

impl Objective<'_> {
    /// The differentiable objective and the loss to report, `[R]` each.
    pub(crate) fn of(self, outputs: Tensor<3>, mixed: Option<Mixed>) -> (Tensor<1>, Tensor<1>) {
        match mixed {
            None => {
                let (rows, weights) = (self.rows.clone(), self.weights.clone());
                self.on(outputs, rows, weights)
            }
            Some(mixed) => self.of_mixed(outputs, mixed),
        }
    }

    /// The loss on the samples' own targets and on their partners', by their shares in the mixed inputs.
    ///
    /// ```text
    /// sum_b w_b (s_b l(x_b, t_b) + (1 - s_b) l(x_b, t_partner(b))) / sum_b w_b
    /// ```
    fn of_mixed(self, outputs: Tensor<3>, mixed: Mixed) -> (Tensor<1>, Tensor<1>) {
        let partners = self.rows.clone().gather(1, mixed.partner);
        let own = self.weights.clone() * mixed.share;
        let others = self.weights.clone() - own.clone();
        let total = per_member(self.weights.clone()).clamp_min(1.0);
        let of = |rows, weights: Tensor<2>| {
            // Each loss is a mean over its weights; their sums make it a share of the whole.
            let part = per_member(weights.clone()) / total.clone();
            let (objective, loss) = self.on(outputs.clone(), rows, weights);
            (objective * part.clone(), loss * part)
        };
        let (objective, loss) = of(self.rows.clone(), own);
        let (more, loss_of_partners) = of(partners, others);
        (objective + more, loss + loss_of_partners)
    }

    fn on(
        &self,
        outputs: Tensor<3>,
        rows: Tensor<2, Int>,
        weights: Tensor<2>,
    ) -> (Tensor<1>, Tensor<1>) {
        match self.targets {
            Targets::Classes(labels) => {
                let [members, batch] = rows.dims();
                let labels = labels.as_ref().clone();
                let labels = labels.select(0, rows.reshape([members * batch]));
                let (objective, nll) = cross_entropy(
                    outputs,
                    labels.reshape([members, batch]),
                    weights,
                    self.constants.smoothing.clone(),
                );
                (objective, nll.inner())
            }
            Targets::Values(values) => {
                let fold = self.constants.fold.clone();
                let targets = gather(&values.shifted, &values.statistics, rows, fold);
                let objective = squared_error(outputs, targets, weights);
                (objective.clone(), objective.inner())
            }
        }
    }
}

/// Sum over a member's samples.
fn per_member(weights: Tensor<2>) -> Tensor<1> {
    weights.sum_dim(1).squeeze_dim(1)
}
