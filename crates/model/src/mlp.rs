//! Multilayer perceptrons.

use burn::tensor::Tensor;

use crate::embedding::Embedder;
use crate::encoding::Encoder;
use crate::error::ModelError;
use crate::fitting::RowTargets;
use crate::input::InputFeatures;
use crate::inventory::{Inventory, LinearPlaces};
use crate::leaves::Leaves;
use crate::maps::{Map, wide};
use crate::mode::{Mode, drop_out};
use crate::network::ModelConfig;
use crate::parameter::{BufferSpec, ParameterSpec};
use crate::state::{MemberState, State};

mod config;
mod layer;

pub use config::{MlpConfig, MlpPreset};
use layer::Layer;

/// A perceptron `x -> [embedding] -> [encoding] -> linear -> [norm] -> activation -> [dropout] -> ... -> linear`.
#[derive(Debug, Clone)]
pub struct Mlp {
    /// Places of the numbers among the inputs.
    numbers: Vec<usize>,
    embedder: Option<Embedder>,
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
    /// If the places of numbers or those of categories are not in ascending order, or not within the shape.
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
        let own = &mut inventory;
        let embedder = Embedder::new(config, &features, own);
        let encoder = match &embedder {
            Some(embedder) => Encoder::new(config, &embedder.behind(&features), own),
            None => Encoder::new(config, &features, own),
        };
        let embedded = embedder.as_ref().map_or(inputs, Embedder::width);
        let mut width = encoder.as_ref().map_or(embedded, Encoder::width);
        let scale = config.feature_scale.then(|| own.input_scale(width));
        let mut layers = Vec::new();
        for (index, &units) in config.hidden.iter().chain([&outputs]).enumerate() {
            layers.push(Layer::new(config, index, [width, units], own));
            width = units;
        }
        if config.has_factors() {
            // Behind all others, so that these start as they do without.
            let hidden = layers.iter_mut().take(config.hidden.len()).enumerate();
            hidden.for_each(|(index, layer)| layer.push_factor(index, own));
        }
        Ok(Self {
            numbers: features.numbers,
            embedder,
            encoder,
            scale,
            layers,
            inventory,
        })
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
        let fitted = self.encoder.as_ref().is_some_and(Encoder::is_fitted);
        if fitted { &self.numbers } else { &[] }
    }

    /// See [`Network::fitted_buffers`](crate::Network::fitted_buffers).
    pub(crate) fn fitted_buffers(
        &self,
        columns: &[Vec<f32>],
        targets: &RowTargets,
    ) -> Vec<(usize, Vec<f32>)> {
        let encoder = self.encoder.as_ref();
        encoder.map_or_else(Vec::new, |encoder| encoder.fitted_buffers(columns, targets))
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
        let x = match &self.embedder {
            Some(embedder) => embedder.apply(leaves, x),
            None => x,
        };
        let x = match &self.encoder {
            Some(encoder) => encoder.apply(leaves, state, x),
            None => x,
        };
        let last = self.layers.len() - 1;
        let mut scale = self.scale.map(|place| leaves.vector(place));
        if last == 0 {
            watch(&match &scale {
                Some(scale) => x.clone() * scale.clone().unsqueeze_dim(1),
                None => x.clone(),
            });
        }
        let precision = leaves.precision();
        let mut x = precision.cast(x);
        for (index, layer) in self.layers.iter().enumerate() {
            // Around the layer goes all of its input, whatever is dropped on the way into it.
            let around = layer.residual.then(|| x.clone());
            if let Some(before) = index.checked_sub(1) {
                x = drop_out(x, before, mode);
            }
            x = layer.forward(leaves, state, x, scale.take(), mode);
            if let Some(around) = around {
                x = x + around;
            }
            if index < last {
                watch(&x);
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
        let mut maps: Vec<Map> = self.embedder.iter().map(|own| own.map(state)).collect();
        if let Some(encoder) = &self.encoder {
            maps.append(&mut encoder.maps(state)?);
        }
        if let Some(scale) = self.scale {
            let factor = wide(&state.parameters[scale]);
            let offset = vec![0.0; factor.len()];
            maps.push(Map::Scale { factor, offset });
        }
        for layer in &self.layers {
            layer.push_maps(state, &mut maps)?;
        }
        Ok(maps)
    }

    /// Values that one sample's forward and backward pass keeps, for sizing chunks.
    pub fn activations(&self) -> usize {
        let first = self.inventory.parameters[self.layers[0].linear.weight].shape[0];
        let embedding = self.embedder.as_ref().map_or(0, Embedder::width);
        let encoding = self.encoder.as_ref().map_or(0, Encoder::activations);
        let layers = self.layers.iter().map(Layer::activations);
        embedding + encoding + first + layers.sum::<usize>()
    }

    /// See [`Network::patches`](crate::Network::patches).
    pub(crate) fn patches(&self) -> usize {
        self.encoder.as_ref().map_or(0, Encoder::patches)
    }
}
