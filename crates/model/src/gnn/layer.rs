//! One layer of a graph network.

use burn::tensor::Tensor;
use decay_kernels::{Activation, Csr, graph_attention, sparse_linear};

use super::config::{GnnConfig, GraphLayer};
use super::signal::{Signal, edge_dropout};
use crate::inventory::Inventory;
use crate::leaves::Leaves;
use crate::mode::Mode;
use crate::nonlinearity::Nonlinearity;
use crate::normalise::{Norm, NormPlaces};
use crate::parameter::{Layout, ParameterKind, ParameterSpec};

/// Places of a layer's values, and its sizes.
#[derive(Debug, Clone)]
pub(super) struct Layer {
    kind: Kind,
    weight: usize,
    bias: usize,
    /// Features of a node after the layer.
    outputs: usize,
}

#[derive(Debug, Clone)]
enum Kind {
    Convolution,
    Mean { own_weight: usize },
    Attention(Attention),
    Dense,
}

#[derive(Debug, Clone)]
struct Attention {
    source: usize,
    target: usize,
    heads: usize,
    slope: f32,
    /// Heads are averaged instead of set side by side.
    averaged: bool,
}

/// What all layers of a forward pass need.
#[derive(Clone, Copy)]
pub(super) struct Pass<'a> {
    pub(super) leaves: &'a Leaves,
    pub(super) operator: &'a Csr,
    pub(super) mode: Mode<'a>,
    /// Number of the layer.
    pub(super) index: usize,
}

impl Layer {
    /// Layer `index` from `inputs` to `units` features.
    pub(super) fn new(
        config: &GnnConfig,
        inventory: &mut Inventory,
        index: usize,
        [inputs, units]: [usize; 2],
        last: bool,
    ) -> Self {
        let name = match config.layer {
            GraphLayer::Appnp => format!("layers.{index}"),
            _ => format!("convs.{index}"),
        };
        let init = config.init;
        let matrix = |inventory: &mut Inventory, name: &str, columns: usize| {
            let shape = [inputs, columns];
            let name = format!("{name}.weight");
            inventory.weight(name, shape, Layout::Matrix, init, shape)
        };
        let (kind, weight, outputs) = match config.layer {
            GraphLayer::Gcn => (Kind::Convolution, matrix(inventory, &name, units), units),
            GraphLayer::Appnp => (Kind::Dense, matrix(inventory, &name, units), units),
            GraphLayer::Sage => {
                let weight = matrix(inventory, &format!("{name}.neighbour"), units);
                let own_weight = matrix(inventory, &format!("{name}.self"), units);
                (Kind::Mean { own_weight }, weight, units)
            }
            GraphLayer::Gat => {
                let heads = if last {
                    config.output_heads
                } else {
                    config.heads
                };
                let weight = matrix(inventory, &name, heads * units);
                let attention = Attention::new(config, inventory, &name, [heads, units], last);
                let outputs = if last { units } else { heads * units };
                (Kind::Attention(attention), weight, outputs)
            }
        };
        let bias = inventory.bias(format!("{name}.bias"), outputs, init, inputs);
        Self {
            kind,
            weight,
            bias,
            outputs,
        }
    }

    /// Appends the norm that follows, if any; only where one matrix makes the whole layer does its size not matter then.
    pub(super) fn norm(
        &self,
        norm: Norm,
        inventory: &mut Inventory,
        index: usize,
    ) -> Option<NormPlaces> {
        let name = format!("norms.{index}");
        match self.kind {
            Kind::Convolution | Kind::Dense => {
                inventory.norm_after(norm, self.weight, true, &name, self.outputs)
            }
            Kind::Mean { .. } | Kind::Attention(_) => inventory.norm(norm, &name, self.outputs),
        }
    }

    /// Features of a node after the layer.
    pub(super) fn outputs(&self) -> usize {
        self.outputs
    }

    /// `[R, N, outputs]`.
    pub(super) fn forward(&self, pass: Pass<'_>, x: Signal, activation: Activation) -> Tensor<3> {
        let leaves = pass.leaves;
        let (weight, bias) = (leaves.matrix(self.weight), leaves.vector(self.bias));
        let times =
            |weight, bias, activation| x.times(weight, bias, activation, leaves.precision());
        let none = Activation::Identity;
        let edges = edge_dropout(pass.index, pass.mode);
        match &self.kind {
            Kind::Dense => times(weight, Some(bias), activation),
            // The weights first: sparse features stay sparse, and neighbours are summed in fewer columns.
            Kind::Convolution => {
                let x = times(weight, None, none);
                sparse_linear(pass.operator, x, Some(bias), activation, edges)
            }
            Kind::Mean { own_weight } => {
                let neighbours = times(weight, None, none);
                let own = times(leaves.matrix(*own_weight), Some(bias), none);
                let neighbours = sparse_linear(pass.operator, neighbours, None, none, edges);
                Nonlinearity::from(activation).apply(neighbours + own)
            }
            Kind::Attention(attention) => {
                let h = times(weight, None, none);
                let y = graph_attention(
                    pass.operator,
                    h,
                    leaves.vector(attention.source),
                    leaves.vector(attention.target),
                    attention.heads,
                    attention.slope,
                    edges,
                );
                let y = attention.joined(y) + bias.unsqueeze_dim::<3>(1);
                Nonlinearity::from(activation).apply(y)
            }
        }
    }
}

impl Attention {
    fn new(
        config: &GnnConfig,
        inventory: &mut Inventory,
        name: &str,
        [heads, units]: [usize; 2],
        averaged: bool,
    ) -> Self {
        // A linear map of each head's features to one score, decayed like any other.
        let mut vector = |which: &str| {
            inventory.parameter(ParameterSpec {
                name: format!("{name}.{which}"),
                kind: ParameterKind::Matrix,
                shape: vec![heads * units],
                layout: Layout::Vector,
                start: config.init.weight(units, 1),
                normalised: false,
            })
        };
        Self {
            source: vector("att_src"),
            target: vector("att_dst"),
            heads,
            slope: config.slope as f32,
            averaged,
        }
    }

    /// `[R, N, heads F]` as it is, or as `[R, N, F]`, the mean of the heads.
    fn joined(&self, y: Tensor<3>) -> Tensor<3> {
        if !self.averaged || self.heads == 1 {
            return y;
        }
        let [members, nodes, row] = y.dims();
        let width = row / self.heads;
        y.reshape([members, nodes, self.heads, width])
            .mean_dim(2)
            .reshape([members, nodes, width])
    }
}
