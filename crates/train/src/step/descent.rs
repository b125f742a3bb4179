//! One step of all parameters: orthogonalised if asked for, updated, constrained.

use burn::tensor::{Bool, Device, Tensor};
use decay_kernels::{Rule, Scalars, update};
use decay_model::{Network, State};

use crate::options::TrainConfig;
use crate::plan::Member;
use crate::problem::resident::floats;
use crate::regularisers::constraint::{self, limit_columns, shrink_rows};
use crate::step::groups::Groups;
use crate::step::muon;

/// How the parameters of a chunk are updated.
pub(crate) struct Descent {
    pub(crate) groups: Groups,
    /// Whether any member takes a proximal step.
    proximal: bool,
    /// These are absent where no member has any.
    group_lasso: Option<Tensor<1>>,
    max_norm: Option<Tensor<1>>,
}

/// One column of a step's scalars, `[R]`; the columns used are the same in every group.
fn column(scalars: &Tensor<3>, index: usize) -> Tensor<1> {
    let [_, members, _] = scalars.dims();
    let column = scalars.clone().slice([0..1, 0..members, index..index + 1]);
    column.reshape([members])
}

/// Which members are not active, `[R]`.
fn idle(scalars: &Tensor<3>) -> Tensor<1, Bool> {
    column(scalars, Scalars::EPSILON).lower_elem(0.0)
}

impl Descent {
    pub(crate) fn new(
        network: &Network,
        config: &TrainConfig,
        members: &[&Member],
        device: &Device,
    ) -> Self {
        let amount = |value: fn(&Member) -> f64, off: f32| {
            let any = members.iter().any(|member| value(member) > 0.0);
            let of = |member: &&Member| match value(member) {
                0.0 => off,
                value => value as f32,
            };
            any.then(|| floats(members.iter().map(of).collect(), [members.len()], device))
        };
        Self {
            groups: Groups::new(network, config),
            proximal: members.iter().any(|m| m.l1 > 0.0 || m.l2 > 0.0),
            group_lasso: amount(|m| m.group_lasso, 0.0),
            max_norm: amount(|m| m.max_norm, f32::INFINITY),
        }
    }

    /// Moves parameters and what lies behind them; `scalars` are `[G, R, Scalars::COUNT]`.
    pub(crate) fn step(
        &self,
        (network, config): (&Network, &TrainConfig),
        state: &mut State,
        slots: &mut Vec<Tensor<3>>,
        gradients: Vec<Option<Tensor<2>>>,
        scalars: &Tensor<3>,
    ) {
        let parameters = std::mem::take(&mut state.parameters);
        let before = std::mem::take(slots);
        let each = parameters.into_iter().zip(before).zip(gradients);
        for (place, (((parameter, own), gradient), spec)) in
            each.zip(network.parameters()).enumerate()
        {
            let Some(gradient) = gradient else {
                unreachable!("every parameter of '{}' reaches the loss", spec.name)
            };
            let group = self.groups.group(place);
            let (gradient, own) = match group.orthogonal {
                true => orthogonal(gradient, own, &spec.shape, config, scalars),
                false => (gradient, own),
            };
            let rule = Rule {
                proximal: self.proximal && group.factor > 0.0,
                ..group.rule
            };
            let (parameter, own) = update(
                parameter.into_dispatch(),
                gradient.into_dispatch(),
                own.into_dispatch(),
                scalars.clone(),
                self.groups.of[place],
                rule,
            );
            let mut parameter = Tensor::from_dispatch(parameter);
            if group.factor > 0.0 && constraint::applies(spec) {
                parameter = self.constrain(parameter, &spec.shape, group.factor, scalars);
            }
            state.parameters.push(parameter);
            slots.push(Tensor::from_dispatch(own));
        }
    }

    /// A weight matrix after the penalties on its rows and columns.
    fn constrain(
        &self,
        weights: Tensor<2>,
        shape: &[usize],
        factor: f64,
        scalars: &Tensor<3>,
    ) -> Tensor<2> {
        if self.group_lasso.is_none() && self.max_norm.is_none() {
            return weights;
        }
        let [members, width] = weights.dims();
        let mut weights = weights.reshape([members, shape[0], shape[1]]);
        if let Some(strength) = &self.group_lasso {
            let rates = column(scalars, Scalars::LEARNING_RATE);
            let threshold = strength.clone() * rates * factor as f32;
            weights = shrink_rows(weights, threshold.mask_fill(idle(scalars), 0.0));
        }
        if let Some(limit) = &self.max_norm {
            let limit = limit.clone().mask_fill(idle(scalars), f32::INFINITY);
            weights = limit_columns(weights, limit);
        }
        weights.reshape([members, width])
    }
}

/// The gradient as Muon's step, and the slots with the moved momentum.
fn orthogonal(
    gradient: Tensor<2>,
    slots: Tensor<3>,
    shape: &[usize],
    config: &TrainConfig,
    scalars: &Tensor<3>,
) -> (Tensor<2>, Tensor<3>) {
    let ([members, width], [kept, ..]) = (gradient.dims(), slots.dims());
    let by_axes = [members, shape[0], shape[1]];
    // The momentum comes last: the update kernel keeps its own slots, if any, before it.
    let last = [kept - 1..kept, 0..members, 0..width];
    let momentum = slots.clone().slice(last.clone()).reshape(by_axes);
    let (step, momentum) = muon::step(
        gradient.reshape(by_axes),
        momentum,
        config.momentum() as f32,
        idle(scalars),
    );
    let slots = slots.slice_assign(last, momentum.reshape([1, members, width]));
    (step.reshape([members, width]), slots)
}
