//! Multilayer perceptrons.

use burn::tensor::Tensor;
use decay_kernels::{Activation, linear};
use decay_options::{Range, options};

use crate::encoding::{Encoder, Encoding};
use crate::error::ModelError;
use crate::init::Init;
use crate::input::InputFeatures;
use crate::inventory::{Inventory, LinearPlaces};
use crate::leaves::Leaves;
use crate::maps::{Map, wide};
use crate::mode::{Mode, drop_out};
use crate::network::ModelConfig;
use crate::nonlinearity::Nonlinearity;
use crate::normalise::{Norm, NormPlaces};
use crate::parameter::{BufferSpec, Layout, ParameterSpec};
use crate::state::{MemberState, State};

options! {
    /// Layers of a perceptron.
    pub struct MlpConfig = "model" {
        /// Units of the hidden layers, as in 128,128.
        ///
        /// May be empty.
        hidden: Vec<usize> = vec![64, 64], value("WIDTHS"), range(Range::AT_LEAST_ONE), default("64,64; 16 for a gnn");
        /// identity, relu, tanh, sigmoid, gelu, silu, elu or mish.
        ///
        /// After every hidden layer.
        activation: Nonlinearity = Nonlinearity::default();
        /// none, batch or layer.
        ///
        /// Between a hidden layer's linear map and its activation.
        norm: Norm = Norm::default();
        /// Starting weights, as in he_normal, xavier_uniform, torch.
        ///
        /// See [`Init`].
        init: Init = Init::default(), default("he_normal; xavier_uniform for a gnn");
        /// Of an mlp: what it reads of each number of a table, linear, clip, piecewise or periodic.
        ///
        /// The number itself, smoothly clipped, its place in bins, or learned waves of it; see [`Encoding`].
        encoding: Encoding = Encoding::default(), flag("encoding");
        /// Of a piecewise encoding: bins of each number.
        ///
        /// Between quantiles of a fold's training rows; equal ones make fewer.
        bins: usize = 16, range(Range::AT_LEAST_TWO);
        /// Of a periodic encoding: waves of each number.
        frequencies: usize = 16, range(Range::AT_LEAST_ONE);
        /// Of a periodic encoding: standard deviation of the frequencies at the start.
        ///
        /// In waves for each unit of the scaled numbers.
        frequency_scale: f64 = 0.1, range(Range::POSITIVE);
        /// Of an mlp: whether each input of the first layer has a learned factor, 1 at the start.
        ///
        /// The scaling layer of RealMLP (Holzmueller et al. 2024, <https://arxiv.org/abs/2407.04491>).
        feature_scale: bool = false;
    }
}

/// Places of one layer's values in the network's lists.
#[derive(Debug, Clone)]
struct Layer {
    linear: LinearPlaces,
    norm: Option<NormPlaces>,
}

/// A perceptron `x -> [encoding] -> linear -> [norm] -> activation -> [dropout] -> ... -> linear`.
#[derive(Debug, Clone)]
pub struct Mlp {
    config: MlpConfig,
    encoder: Option<Encoder>,
    /// Place of the inputs' factors.
    scale: Option<usize>,
    layers: Vec<Layer>,
    inventory: Inventory,
}

impl From<MlpConfig> for ModelConfig {
    fn from(config: MlpConfig) -> Self {
        Self::Mlp(config)
    }
}

impl Mlp {
    /// The configuration of a perceptron with these hidden layers.
    ///
    /// ```
    /// assert_eq!(decay_model::Mlp::hidden([128, 128]).hidden, [128, 128]);
    /// ```
    pub fn hidden(widths: impl Into<Vec<usize>>) -> MlpConfig {
        MlpConfig {
            hidden: widths.into(),
            ..MlpConfig::default()
        }
    }

    /// The network of a configuration for rows of `inputs` features.
    ///
    /// # Errors
    /// [`ModelError::EmptyLayer`], [`ModelError::NoInputsOrOutputs`].
    ///
    /// # Panics
    /// If the places of numbers are not in ascending order, or not within the shape.
    pub fn new(
        config: &MlpConfig,
        inputs: impl Into<InputFeatures>,
        outputs: usize,
    ) -> Result<Self, ModelError> {
        let features = inputs.into();
        let inputs = features.shape.values();
        if config.hidden.contains(&0) {
            return Err(ModelError::EmptyLayer {
                got: config.hidden.clone(),
            });
        }
        if inputs == 0 || outputs == 0 {
            return Err(ModelError::NoInputsOrOutputs { inputs, outputs });
        }
        let mut inventory = Inventory::default();
        let encoder = Encoder::new(config, &features, &mut inventory);
        let mut width = encoder.as_ref().map_or(inputs, Encoder::width);
        let mut network = Self {
            config: config.clone(),
            encoder,
            scale: config.feature_scale.then(|| inventory.input_scale(width)),
            layers: Vec::new(),
            inventory,
        };
        for (index, &units) in config.hidden.iter().chain([&outputs]).enumerate() {
            let hidden = index < config.hidden.len();
            let norm = if hidden { config.norm } else { Norm::None };
            network.push_layer(index, [width, units], norm);
            width = units;
        }
        Ok(network)
    }

    fn push_layer(&mut self, index: usize, fans: [usize; 2], norm: Norm) {
        let (init, own) = (self.config.init, &mut self.inventory);
        let linear = own.linear(&format!("layers.{index}"), fans, Layout::Matrix, init);
        let name = format!("norms.{index}");
        let norm = own.norm_after(norm, linear.weight, true, &name, fans[1]);
        self.layers.push(Layer { linear, norm });
    }

    /// Parameters in the order of a [`State`].
    pub fn parameters(&self) -> &[ParameterSpec] {
        &self.inventory.parameters
    }

    /// Buffers in the order of a [`State`].
    pub fn buffers(&self) -> &[BufferSpec] {
        &self.inventory.buffers
    }

    /// See [`Network::fitted_columns`](crate::Network::fitted_columns).
    pub(crate) fn fitted_columns(&self) -> &[usize] {
        self.encoder.as_ref().map_or(&[], Encoder::fitted_columns)
    }

    /// See [`Network::fitted_buffers`](crate::Network::fitted_buffers).
    pub(crate) fn fitted_buffers(&self, columns: Vec<Vec<f32>>) -> Vec<(usize, Vec<f32>)> {
        let encoder = self.encoder.as_ref();
        encoder.map_or_else(Vec::new, |encoder| encoder.fitted_buffers(columns))
    }

    /// Outputs of every member; a training pass also moves the running statistics in `state`.
    ///
    /// # Shapes
    /// - `x`: `[R, B, inputs]`
    /// - returns: `[R, B, outputs]`
    pub fn forward(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
    ) -> Tensor<3> {
        self.watched(leaves, state, x, mode, &mut |_| ())
    }

    /// As [`Mlp::forward`], showing what every hidden layer puts out; without one, the encoded input.
    pub(crate) fn watched(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
        watch: &mut dyn FnMut(&Tensor<3>),
    ) -> Tensor<3> {
        let x = match &self.encoder {
            Some(encoder) => encoder.apply(leaves, state, x),
            None => x,
        };
        let last = self.layers.len() - 1;
        let scale = self.scale.map(|place| leaves.vector(place));
        if last == 0 {
            watch(&match &scale {
                Some(scale) => x.clone() * scale.clone().unsqueeze_dim(1),
                None => x.clone(),
            });
        }
        let precision = leaves.precision();
        let mut x = precision.cast(x);
        for (index, layer) in self.layers.iter().enumerate() {
            let nonlinearity = if index < last {
                self.config.activation
            } else {
                Nonlinearity::Identity
            };
            let linear_map = |activation| {
                let (weight, bias) = layer.linear.values(leaves);
                let weight = match &scale {
                    // On the weights' rows, which are fewer than those of the inputs and want gradients anyway.
                    Some(scale) if index == 0 => {
                        weight * precision.cast(scale.clone().unsqueeze_dim(2))
                    }
                    _ => weight,
                };
                linear(x, weight, bias, activation)
            };
            x = nonlinearity.after(precision, |activation| match &layer.norm {
                None => linear_map(activation),
                Some(norm) => {
                    // Statistics of a batch need more digits than its activations.
                    let z = precision.widen(linear_map(Activation::Identity));
                    norm.apply(leaves, state, z, mode, activation)
                }
            });
            if index < last {
                watch(&x);
                x = drop_out(x, index, mode);
            }
        }
        precision.widen(x)
    }

    /// Places of the last linear map.
    pub(crate) fn head(&self) -> Option<LinearPlaces> {
        self.layers.last().map(|layer| layer.linear)
    }

    /// See [`Network::maps`](crate::Network::maps).
    pub(crate) fn maps(&self, state: &MemberState) -> Result<Vec<Map>, ModelError> {
        let encoder = self.encoder.as_ref();
        let mut maps = encoder.map_or_else(|| Ok(Vec::new()), |encoder| encoder.maps(state))?;
        if let Some(scale) = self.scale {
            let factor = wide(&state.parameters[scale]);
            let offset = vec![0.0; factor.len()];
            maps.push(Map::Scale { factor, offset });
        }
        for (index, layer) in self.layers.iter().enumerate() {
            maps.push(layer.linear.map(state));
            if let Some(norm) = &layer.norm {
                maps.push(norm.map(state)?);
            }
            if index + 1 < self.layers.len() {
                maps.push(Map::Nonlinearity(self.config.activation));
            }
        }
        Ok(maps)
    }

    /// Values that one sample's forward and backward pass keeps, for sizing chunks.
    pub fn activations(&self) -> usize {
        let parameters = &self.inventory.parameters;
        let width = |layer: &Layer| parameters[layer.linear.bias].len();
        let first = parameters[self.layers[0].linear.weight].shape[0];
        let encoding = self.encoder.as_ref().map_or(0, Encoder::activations);
        encoding + first + 2 * self.layers.iter().map(width).sum::<usize>()
    }

    /// See [`Network::patches`](crate::Network::patches).
    pub(crate) fn patches(&self) -> usize {
        self.encoder.as_ref().map_or(0, Encoder::patches)
    }
}
