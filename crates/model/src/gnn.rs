//! Graph neural networks.

use std::sync::Arc;

use burn::tensor::Tensor;
use decay_kernels::{Activation, Csr, sparse_linear};

use crate::error::ModelError;
use crate::graph::{Graph, Operator};
use crate::inventory::Inventory;
use crate::leaves::Leaves;
use crate::mode::Mode;
use crate::normalise::NormPlaces;
use crate::parameter::{BufferSpec, ParameterSpec};
use crate::precision::Precision;
use crate::state::State;

mod config;
mod layer;
mod signal;

pub use config::{GnnConfig, GraphLayer};
use layer::{Layer, Pass};
use signal::{Signal, edge_dropout};

/// A node's features.
#[derive(Debug, Clone)]
// A tensor is a handle of some hundred bytes, and there is one of these at a time.
#[allow(clippy::large_enum_variant)]
pub enum GraphFeatures {
    /// `N x inputs`, mostly zeros, the same for all members.
    Sparse(Arc<Csr>),
    /// `[R, N, inputs]`, or `[1, N, inputs]` when all members see the same.
    Dense(Tensor<3>),
}

/// What a graph network computes from.
#[derive(Debug, Clone)]
pub struct GraphInput {
    /// Of every node.
    pub features: GraphFeatures,
    /// The network's [`Gnn::operator`] on the device.
    pub operator: Arc<Csr>,
}

/// What a graph network returns.
#[derive(Debug, Clone)]
pub struct GraphOutput {
    /// `[R, N, outputs]`.
    pub logits: Tensor<3>,
    /// `[R, N, units]`, after the last hidden layer; the logits of a network without one.
    pub embeddings: Tensor<3>,
}

/// A graph network `x -> [dropout] -> layer -> [norm] -> activation -> ... -> layer`, whose layers mix a node with its neighbours.
#[derive(Debug, Clone)]
pub struct Gnn {
    config: GnnConfig,
    layers: Vec<(Layer, Option<NormPlaces>)>,
    inventory: Inventory,
}

impl Gnn {
    /// The network of a configuration for nodes of `inputs` features.
    ///
    /// # Errors
    /// [`ModelError::EmptyLayer`], [`ModelError::NoInputsOrOutputs`], [`ModelError::OutOfRange`].
    pub fn new(config: &GnnConfig, inputs: usize, outputs: usize) -> Result<Self, ModelError> {
        config.check()?;
        if inputs == 0 || outputs == 0 {
            return Err(ModelError::NoInputsOrOutputs { inputs, outputs });
        }
        let mut inventory = Inventory::default();
        let mut layers = Vec::new();
        let mut width = inputs;
        for (index, &units) in config.hidden.iter().chain([&outputs]).enumerate() {
            let last = index == config.hidden.len();
            let layer = Layer::new(config, &mut inventory, index, [width, units], last);
            width = layer.outputs();
            let norm = if last {
                None
            } else {
                layer.norm(config.norm, &mut inventory, index)
            };
            layers.push((layer, norm));
        }
        Ok(Self {
            config: config.clone(),
            layers,
            inventory,
        })
    }

    /// The matrix by which this network's layers mix nodes.
    ///
    /// | layer | matrix |
    /// | :-- | :-- |
    /// | `gcn`, `appnp` | [`Graph::symmetric_normalised`] |
    /// | `sage` | [`Graph::neighbour_mean`] |
    /// | `gat` | [`Graph::with_self`] |
    pub fn operator(&self, graph: &Graph) -> Operator {
        match self.config.layer {
            GraphLayer::Gcn | GraphLayer::Appnp => graph.symmetric_normalised(),
            GraphLayer::Sage => graph.neighbour_mean(),
            GraphLayer::Gat => graph.with_self(),
        }
    }

    /// How its layers mix nodes.
    pub fn layer(&self) -> GraphLayer {
        self.config.layer
    }

    /// Parameters in the order of a [`State`].
    pub fn parameters(&self) -> &[ParameterSpec] {
        &self.inventory.parameters
    }

    /// Buffers in the order of a [`State`].
    pub fn buffers(&self) -> &[BufferSpec] {
        &self.inventory.buffers
    }

    /// Outputs of every member for every node; a training pass also moves the running statistics in `state`.
    ///
    /// [`Noise::dropout`](crate::Noise::dropout) acts on the features (stored entries where they are sparse) and on every hidden
    /// layer, [`Noise::edge_dropout`](crate::Noise::edge_dropout) on the operator's entries or on attention coefficients, anew in
    /// every layer and step of propagation. Statistics of a batch norm are those of the nodes whose weight is 1.
    pub fn forward(
        &self,
        leaves: &Leaves,
        state: &mut State,
        input: &GraphInput,
        mode: Mode<'_>,
    ) -> GraphOutput {
        let mut x = Signal::from(&input.features);
        let mut embeddings = None;
        for (index, (layer, norm)) in self.layers.iter().enumerate() {
            let pass = Pass {
                leaves,
                operator: &input.operator,
                mode,
                index,
            };
            if index + 1 == self.layers.len() {
                let z = layer.forward(pass, x.dropped(index, mode), Activation::Identity);
                let logits = self.propagated(z, &input.operator, mode);
                let embeddings = embeddings.unwrap_or_else(|| logits.clone());
                return GraphOutput { logits, embeddings };
            }
            let before = x.dense();
            let y = self.hidden(pass, layer, norm.as_ref(), x, state);
            let y = match before.filter(|x| self.config.residual && x.dims() == y.dims()) {
                Some(before) => y + before,
                None => y,
            };
            embeddings = Some(y.clone());
            x = Signal::Hidden(y);
        }
        unreachable!("a network has an output layer")
    }

    fn hidden(
        &self,
        pass: Pass<'_>,
        layer: &Layer,
        norm: Option<&NormPlaces>,
        x: Signal,
        state: &mut State,
    ) -> Tensor<3> {
        let x = x.dropped(pass.index, pass.mode);
        // Between layers all is in single precision: neighbours are summed and compared.
        self.config
            .activation
            .after(Precision::F32, |activation| match norm {
                None => layer.forward(pass, x, activation),
                Some(norm) => {
                    let z = layer.forward(pass, x, Activation::Identity);
                    norm.apply(pass.leaves, state, z, pass.mode, activation)
                }
            })
    }

    /// APPNP's personalised PageRank over the predictions; other networks have mixed their nodes already.
    ///
    /// ```text
    /// z_0 = z        z_k+1 = (1 - teleport) A z_k + teleport z_0
    /// ```
    fn propagated(&self, z: Tensor<3>, operator: &Csr, mode: Mode<'_>) -> Tensor<3> {
        if self.config.layer != GraphLayer::Appnp {
            return z;
        }
        let teleport = self.config.teleport as f32;
        let start = z.clone() * teleport;
        (0..self.config.steps).fold(z, |z, step| {
            let dropout = edge_dropout(step, mode);
            let mixed = sparse_linear(operator, z, None, Activation::Identity, dropout);
            mixed * (1.0 - teleport) + start.clone()
        })
    }

    /// Values that one node's forward and backward pass keeps, for sizing chunks; what it keeps of its edges is not counted.
    pub fn activations(&self) -> usize {
        let layers = self.layers.iter().map(|(layer, _)| 4 * layer.outputs());
        let propagation = match (self.config.layer, self.layers.last()) {
            (GraphLayer::Appnp, Some((last, _))) => 4 * last.outputs(),
            _ => 0,
        };
        layers.sum::<usize>() + propagation
    }
}

#[cfg(test)]
mod tests;
