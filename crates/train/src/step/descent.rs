//! One step of all parameters: orthogonalised if asked for, updated, constrained.

use burn::tensor::{Bool, Tensor};
use decay_kernels::{Rule, update};
use decay_model::State;

use crate::options::TrainConfig;
use crate::options::hyper::Member;
use crate::regularisers::{Gradients, Now, Regularisers};
use crate::step::muon;

/// How the parameters of a chunk are updated.
pub(crate) struct Descent {
    /// Muon's.
    momentum: f32,
    /// Whether any member takes a proximal step.
    proximal: bool,
}

impl Descent {
    pub(crate) fn new(config: &TrainConfig, members: &[&Member]) -> Self {
        Self {
            momentum: config.momentum() as f32,
            proximal: members.iter().any(|member| member.steps_proximally()),
        }
    }

    /// Moves parameters and what lies behind them.
    pub(crate) fn step(
        &self,
        state: &mut State,
        slots: &mut Vec<Tensor<3>>,
        gradients: Gradients,
        regularisers: &Regularisers,
        now: &Now<'_>,
    ) {
        let parameters = std::mem::take(&mut state.parameters);
        let before = std::mem::take(slots);
        let each = parameters.into_iter().zip(before).zip(gradients);
        for (place, ((parameter, own), gradient)) in each.enumerate() {
            let Some(gradient) = gradient else {
                let name = &now.network.parameters()[place].name;
                unreachable!("every parameter of '{name}' reaches the loss")
            };
            let (parameter, own) = self.update(place, parameter, own, gradient, now);
            let parameter = regularisers.updated(place, parameter, now);
            state.parameters.push(parameter);
            slots.push(own);
        }
    }

    /// The update of one parameter.
    fn update(
        &self,
        place: usize,
        parameter: Tensor<2>,
        slots: Tensor<3>,
        gradient: Tensor<2>,
        now: &Now<'_>,
    ) -> (Tensor<2>, Tensor<3>) {
        let group = now.groups.group(place);
        let (gradient, slots) = if group.orthogonal {
            let shape = &now.network.parameters()[place].shape;
            orthogonal(gradient, slots, shape, self.momentum, now.idle())
        } else {
            (gradient, slots)
        };
        let rule = Rule {
            proximal: self.proximal && group.factor > 0.0,
            ..group.rule
        };
        let (parameter, slots) = update(
            parameter.into_dispatch(),
            gradient.into_dispatch(),
            slots.into_dispatch(),
            now.scalars.clone(),
            now.groups.of[place],
            rule,
        );
        (
            Tensor::from_dispatch(parameter),
            Tensor::from_dispatch(slots),
        )
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
