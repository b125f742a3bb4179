//! One layer of a perceptron.

use burn::tensor::Tensor;
use decay_kernels::{Activation, blend, linear};

use super::MlpConfig;
use crate::error::ModelError;
use crate::inventory::{Inventory, LinearPlaces};
use crate::leaves::Leaves;
use crate::maps::{Map, wide};
use crate::mode::Mode;
use crate::nonlinearity::Nonlinearity;
use crate::normalise::{Norm, NormPlaces};
use crate::parameter::{Layout, ParameterKind, ParameterSpec, Start};
use crate::state::{MemberState, State};

/// `x -> linear -> [norm] -> activation [-> + x]`, by the places of its values in the network's lists.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    pub(super) linear: LinearPlaces,
    pub(super) units: usize,
    norm: Option<NormPlaces>,
    /// Of a hidden layer.
    activation: Option<Nonlinearity>,
    /// Of the units' factors of their activation.
    factor: Option<usize>,
    /// Whether its input is added to its output.
    pub(super) residual: bool,
}

impl Layer {
    /// Layer number `index`, of which the last is linear.
    pub(super) fn new(
        config: &MlpConfig,
        index: usize,
        [inputs, units]: [usize; 2],
        own: &mut Inventory,
    ) -> Self {
        let hidden = index < config.hidden.len();
        let norm = if hidden { config.norm } else { Norm::None };
        let name = format!("layers.{index}");
        let linear = own.linear(&name, [inputs, units], Layout::Matrix, config.init);
        let norm = own.norm_after(norm, linear.weight, true, &format!("norms.{index}"), units);
        Self {
            linear,
            units,
            norm,
            activation: hidden.then_some(config.activation),
            factor: None,
            residual: config.residual && hidden && index > 0 && inputs == units,
        }
    }

    /// Appends the factors of a parametric activation.
    pub(super) fn push_factor(&mut self, index: usize, own: &mut Inventory) {
        self.factor = Some(own.parameter(ParameterSpec {
            name: format!("activations.{index}.weight"),
            kind: ParameterKind::Activation,
            shape: vec![self.units],
            layout: Layout::Vector,
            start: Start::Constant(1.0),
            normalised: false,
        }));
    }

    /// What the layer makes of its input, before that is added; `scale` has a factor for each of its inputs.
    ///
    /// # Shapes
    /// - `x`: `[R, B, inputs]`; `scale`: `[R, inputs]`
    /// - returns: `[R, B, units]`
    pub(super) fn forward(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        scale: Option<Tensor<2>>,
        mode: Mode<'_>,
    ) -> Tensor<3> {
        let precision = leaves.precision();
        let linear_map = |activation| {
            let (weight, bias) = self.linear.values(leaves);
            let weight = match scale {
                // On the weights' rows, which are fewer than those of the inputs and want gradients anyway.
                Some(scale) => weight * precision.cast(scale.unsqueeze_dim(2)),
                None => weight,
            };
            linear(x, weight, bias, activation)
        };
        let normed = |activation| match &self.norm {
            None => linear_map(activation),
            Some(norm) => {
                // Statistics of a batch need more digits than its activations.
                let z = precision.widen(linear_map(Activation::Identity));
                norm.apply(leaves, state, z, mode, activation)
            }
        };
        let activation = self.activation.unwrap_or(Nonlinearity::Identity);
        let Some(factor) = self.factor else {
            return activation.after(precision, normed);
        };
        let z = precision.widen(normed(Activation::Identity));
        let y = activation.apply(z.clone());
        precision.cast(blend(z, y, leaves.vector(factor)))
    }

    /// Appends its maps, see [`Network::maps`](crate::Network::maps).
    pub(super) fn push_maps(
        &self,
        state: &MemberState,
        maps: &mut Vec<Map>,
    ) -> Result<(), ModelError> {
        let mut body = vec![self.linear.map(state)];
        if let Some(norm) = &self.norm {
            body.push(norm.map(state)?);
        }
        body.extend(self.activation.map(|f| match self.factor {
            Some(factor) => blended(f, wide(&state.parameters[factor])),
            None => Map::Nonlinearity(f),
        }));
        if self.residual {
            maps.push(Map::Residual {
                body,
                shortcut: Vec::new(),
            });
        } else {
            maps.append(&mut body);
        }
        Ok(())
    }

    /// Values that one sample's forward and backward pass keeps of it.
    pub(super) fn activations(&self) -> usize {
        // With factors the argument and the activation of it are kept beside the blend.
        let passes = 2 + 2 * usize::from(self.factor.is_some()) + usize::from(self.residual);
        passes * self.units
    }
}

/// `(1 - a) z + a f(z)` as two paths.
fn blended(f: Nonlinearity, factor: Vec<f64>) -> Map {
    let scale = |factor: Vec<f64>| Map::Scale {
        offset: vec![0.0; factor.len()],
        factor,
    };
    let shortcut = vec![scale(factor.iter().map(|a| 1.0 - a).collect())];
    Map::Residual {
        body: vec![Map::Nonlinearity(f), scale(factor)],
        shortcut,
    }
}
