//! One step of all parameters: orthogonalised if asked for, updated, constrained.

use burn::tensor::{Bool, Tensor};
use decay_kernels::{Rule, update};
use decay_model::{Network, State};

use crate::options::TrainConfig;
use crate::options::hyper::Member;
use crate::regularisers::{Gradients, Now, Regularisers};
use crate::step::groups::Groups;
use crate::step::muon;

/// How the parameters of a chunk are updated.
pub(crate) struct Descent {
    pub(crate) groups: Groups,
    /// Whether any member takes a proximal step.
    proximal: bool,
}

impl Descent {
    pub(crate) fn new(network: &Network, config: &TrainConfig, members: &[&Member]) -> Self {
        Self {
            groups: Groups::new(network, config),
            proximal: members.iter().any(|m| m.l1 > 0.0 || m.l2 > 0.0),
        }
    }

    /// Moves parameters and what lies behind them.
    pub(crate) fn step(
        &self,
        config: &TrainConfig,
        regularisers: &Regularisers,
        state: &mut State,
        slots: &mut Vec<Tensor<3>>,
        gradients: Gradients,
        now: &Now<'_>,
    ) {
        let parameters = std::mem::take(&mut state.parameters);
        let before = std::mem::take(slots);
        let each = parameters.into_iter().zip(before).zip(gradients);
        for (place, (((parameter, own), gradient), spec)) in
            each.zip(now.network.parameters()).enumerate()
        {
            let Some(gradient) = gradient else {
                unreachable!("every parameter of '{}' reaches the loss", spec.name)
            };
            let group = self.groups.group(place);
            let (gradient, own) = if group.orthogonal {
                orthogonal(
                    gradient,
                    own,
                    &spec.shape,
                    config.momentum() as f32,
                    now.idle(),
                )
            } else {
                (gradient, own)
            };
            let rule = Rule {
                proximal: self.proximal && group.factor > 0.0,
                ..group.rule
            };
            let (parameter, own) = update(
                parameter.into_dispatch(),
                gradient.into_dispatch(),
                own.into_dispatch(),
                now.scalars.clone(),
                self.groups.of[place],
                rule,
            );
            let mut parameter = Tensor::from_dispatch(parameter);
            if group.factor > 0.0 {
                for regulariser in regularisers.iter() {
                    parameter = regulariser.updated(parameter, spec, group.factor, now);
                }
            }
            state.parameters.push(parameter);
            slots.push(Tensor::from_dispatch(own));
        }
    }
}

/// The gradient as Muon's step, and the slots with the moved momentum.
fn orthogonal(
    gradient: Tensor<2>,
    slots: Tensor<3>,
    shape: &[usize],
    beta: f32,
    idle: Tensor<1, Bool>,
) -> (Tensor<2>, Tensor<3>) {
    let ([members, width], [kept, ..]) = (gradient.dims(), slots.dims());
    let by_axes = [members, shape[0], shape[1]];
    // The momentum comes last: the update kernel keeps its own slots, if any, before it.
    let last = [kept - 1..kept, 0..members, 0..width];
    let momentum = slots.clone().slice(last.clone()).reshape(by_axes);
    let (step, momentum) = muon::step(gradient.reshape(by_axes), momentum, beta, idle);
    let slots = slots.slice_assign(last, momentum.reshape([1, members, width]));
    (step.reshape([members, width]), slots)
}
