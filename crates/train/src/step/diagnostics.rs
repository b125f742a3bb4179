//! What a step does to each weight matrix: sizes, turns, and how much of it is decay.

use burn::tensor::Tensor;
use decay_kernels::{Decay, Direction, Scalars, read};
use decay_model::{Network, ParameterKind};
use serde::{Deserialize, Serialize};

use crate::options::TrainConfig;
use crate::options::hyper::Member;
use crate::step::groups::{Group, Groups, When};

/// One weight matrix of one member at the last step of an epoch that all members of its chunk make.
///
/// ```text
/// angle        = arccos(w·w' / |w||w'|)                         w before, w' after the step
/// equilibrium  = sqrt(2 s sum c_k^2) / sum c_k                  s = lr λ, the share that decay removes; c_k: what momentum leaves of a
///                                                               gradient after k steps; sqrt(2 s (1 - b) / (1 + b)) for Adam
/// decay share  = |decay's part| / (|decay's part| + |the rest|) of w' - w; of the gradient where decay is coupled
/// ```
///
/// Where a normalisation follows, the size of the weights does not change the function: decay is no limit of capacity there but
/// sets the angle, and `lr / |w|^2` is what the learning rate amounts to.
///
/// # Source
/// Kosson et al. 2024, sections 3.2 and 3.3, <https://arxiv.org/abs/2305.17212>, which is `sqrt(2 lr λ)` without momentum; effective
/// learning rate: van Laarhoven 2017, <https://arxiv.org/abs/1706.05350>.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LayerRecord {
    /// Place of the member in the plan.
    pub member: usize,
    /// Epoch, counted from 1.
    pub epoch: u32,
    /// Place of the parameter in the network's list.
    pub parameter: usize,
    /// `|w'|`, Euclidean.
    pub weight_norm: f64,
    /// Of the gradient that the optimiser was given.
    pub gradient_norm: f64,
    /// In radians.
    pub angle: f64,
    /// Predicted for random gradients once growth and decay balance; `None` without decay or a normalisation that follows.
    pub equilibrium_angle: Option<f64>,
    /// `lr / |w|^2`; `None` unless a normalisation follows.
    pub effective_lr: Option<f64>,
    /// Share of the weights that are zero.
    pub zeros: f64,
    /// In `[0, 1]`.
    pub decay_share: f64,
}

/// Sums that are read from the device per member and matrix.
const SUMS: usize = 6;

/// The matrices before a watched step.
pub(crate) struct Watch {
    /// Place, weights, gradient, and reference point if decay has one.
    matrices: Vec<(usize, Tensor<2>, Tensor<2>, Option<Tensor<2>>)>,
}

impl Watch {
    /// Notes what a step is about to change.
    pub(crate) fn before(
        network: &Network,
        groups: &Groups,
        parameters: &[Tensor<2>],
        slots: &[Tensor<3>],
        gradients: &[Option<Tensor<2>>],
    ) -> Self {
        let specs = network.parameters().iter().enumerate();
        let matrices = specs
            .filter(|(_, spec)| spec.kind == ParameterKind::Matrix)
            .filter_map(|(place, _)| {
                let anchor = groups.group(place).anchor().map(|slot| {
                    let [_, members, width] = slots[place].dims();
                    let all = slots[place].clone();
                    all.slice([slot..slot + 1, 0..members, 0..width])
                        .squeeze_dim::<2>(0)
                });
                let gradient = gradients[place].clone()?;
                Some((place, parameters[place].clone(), gradient, anchor))
            });
        Self {
            matrices: matrices.collect(),
        }
    }

    /// Sums over each matrix, `[matrices, R, SUMS]`, still on the device; `scalars` are those of the step.
    pub(crate) fn after(self, groups: &Groups, after: &[Tensor<2>], scalars: &Tensor<3>) -> Turns {
        let (mut sums, mut places) = (Vec::new(), Vec::new());
        for (place, before, gradient, anchor) in self.matrices {
            let after = after[place].clone();
            let members = after.dims()[0];
            let group = groups.of[place];
            let removed = scalars
                .clone()
                .slice([
                    group..group + 1,
                    0..members,
                    Scalars::SHRINK..Scalars::SHRINK + 1,
                ])
                .reshape([members, 1]);
            let change = after.clone() - before.clone();
            let pulled = match (groups.all[group].rule.decay, anchor) {
                (Decay::Anchored, Some(anchor)) => before.clone() - anchor,
                // Where the whole step goes toward zero, decay took part in it.
                (Decay::Cautious, _) => {
                    let away = (change.clone() * before.clone()).greater_elem(0.0);
                    before.clone().mask_fill(away, 0.0)
                }
                _ => before.clone(),
            };
            let decay = pulled * removed;
            let rest = change + decay.clone();
            let chord = unit(after.clone()) - unit(before.clone());
            let zeros = after.clone().equal_elem(0.0).float().mean_dim(1);
            let of_member = [
                norm(after),
                norm(gradient),
                norm(chord),
                zeros,
                norm(decay),
                norm(rest),
            ];
            sums.push(Tensor::cat(of_member.to_vec(), 1).unsqueeze::<3>());
            places.push(place);
        }
        Turns { sums, places }
    }
}

/// Euclidean norm of each member's values, `[R, 1]`.
fn norm(values: Tensor<2>) -> Tensor<2> {
    values.powi_scalar(2).sum_dim(1).sqrt()
}

fn unit(values: Tensor<2>) -> Tensor<2> {
    let norm = norm(values.clone()).clamp_min(f32::MIN_POSITIVE);
    values / norm
}

/// A watched step, measured but not read.
pub(crate) struct Turns {
    sums: Vec<Tensor<3>>,
    places: Vec<usize>,
}

/// A member of a chunk at the watched step.
pub(crate) struct Watched<'a> {
    pub(crate) place: usize,
    pub(crate) member: &'a Member,
    pub(crate) when: When,
}

impl Turns {
    /// The records of every member and matrix.
    pub(crate) fn records(
        self,
        groups: &Groups,
        config: &TrainConfig,
        members: &[Watched<'_>],
        epoch: u32,
    ) -> Vec<LayerRecord> {
        if self.sums.is_empty() {
            return Vec::new();
        }
        let values = read(Tensor::cat(self.sums, 0));
        let rows = values.chunks_exact(SUMS);
        let keys = self
            .places
            .iter()
            .flat_map(|&place| members.iter().map(move |member| (place, member)));
        let record = |(row, (place, watched)): (&[f32], (usize, &Watched<'_>))| {
            let [weight, gradient, chord, zeros, decay, rest] =
                [0, 1, 2, 3, 4, 5].map(|i| f64::from(row[i]));
            let group = groups.group(place);
            let scalars = group.scalars(config, watched.member, watched.when);
            let (decay, rest) = if scalars.coupled > 0.0 {
                (scalars.coupled * weight, gradient)
            } else {
                (decay, rest)
            };
            let share = decay / (decay + rest);
            LayerRecord {
                member: watched.place,
                epoch,
                parameter: place,
                weight_norm: weight,
                gradient_norm: gradient,
                // Exact for small turns, where the cosine rounds to 1.
                angle: 2.0 * (chord / 2.0).min(1.0).asin(),
                equilibrium_angle: equilibrium_angle(group, config, &scalars),
                effective_lr: group
                    .normalised
                    .then(|| scalars.learning_rate / (weight * weight)),
                zeros,
                decay_share: if share.is_finite() { share } else { 0.0 },
            }
        };
        rows.zip(keys).map(record).collect()
    }
}

/// The angle of a step once the growth of random steps and decay balance.
///
/// A gradient moves the weights by `c_0`, `c_1`, .. in this step and the next ones: together by their sum, which decay has to balance, in
/// one step by the root of the sum of their squares.
fn equilibrium_angle(group: &Group, config: &TrainConfig, scalars: &Scalars) -> Option<f64> {
    let beta = config.beta1_of(group.rule.direction);
    let (of_moment, of_gradient) = match group.rule.direction {
        _ if group.orthogonal || !group.normalised => return None,
        // The size of a step is not that of its gradients; AdaGrad's never settles.
        Direction::Lion | Direction::AdaGrad => return None,
        Direction::Sgd
        | Direction::RmsProp {
            momentum: false, ..
        } => (0.0, 1.0),
        Direction::Momentum { nesterov } => {
            let taken = 1.0 - config.dampening;
            if nesterov {
                (beta * taken, 1.0)
            } else {
                (taken, 0.0)
            }
        }
        Direction::RmsProp { .. } => (1.0, 0.0),
        Direction::Adam { nesterov, .. } => {
            let taken = 1.0 - beta;
            if nesterov {
                (beta * taken, taken)
            } else {
                (taken, 0.0)
            }
        }
    };
    let sum = of_moment / (1.0 - beta) + of_gradient;
    let first = of_moment + of_gradient;
    let squares = first * first + (of_moment * beta).powi(2) / (1.0 - beta * beta);
    let removed = match group.rule.direction {
        Direction::Sgd | Direction::Momentum { .. } => {
            scalars.shrink + scalars.learning_rate * scalars.coupled * sum
        }
        _ => scalars.shrink,
    };
    (removed > 0.0).then(|| (2.0 * removed * squares).sqrt() / sum)
}

#[cfg(test)]
mod tests;
