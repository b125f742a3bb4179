//! Settings of graph networks.

use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::init::Init;
use crate::mlp::Norm;
use crate::nonlinearity::Nonlinearity;

/// How a layer mixes a node with its neighbours.
///
/// | name | layer | source |
/// | :-- | :-- | :-- |
/// | `gcn` | `A (x W) + b`, `A` symmetrically normalised | Kipf & Welling 2017, <https://arxiv.org/abs/1609.02907> |
/// | `sage` | `mean over neighbours of (x W) + x V + b` | Hamilton et al. 2017, <https://arxiv.org/abs/1706.02216> |
/// | `gat` | attention over neighbours, several heads | Velickovic et al. 2018, <https://arxiv.org/abs/1710.10903> |
/// | `appnp` | a perceptron whose outputs are propagated | Gasteiger et al. 2019, <https://arxiv.org/abs/1810.05997> |
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GraphLayer {
    /// Graph convolution.
    #[default]
    Gcn,
    /// GraphSAGE with the mean.
    Sage,
    /// Graph attention.
    Gat,
    /// Personalised propagation of neural predictions.
    Appnp,
}

impl GraphLayer {
    /// Every variant.
    pub const ALL: [Self; 4] = [Self::Gcn, Self::Sage, Self::Gat, Self::Appnp];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gcn => "GCN",
            Self::Sage => "GraphSAGE",
            Self::Gat => "GAT",
            Self::Appnp => "APPNP",
        }
    }
}

/// Layers of a graph network.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `layer` | `gcn` | see [`GraphLayer`] | how nodes mix |
/// | `hidden` | `[16]` | widths of at least 1; may be empty | units of the hidden layers; of `gat`, of each of their heads |
/// | `activation` | `relu` | see [`Nonlinearity`] | after every hidden layer |
/// | `norm` | `none` | `none`, `batch`, `layer` | between a hidden layer and its activation |
/// | `residual` | `false` | | adds a hidden layer's input to its output where both have the same width; never in the first layer |
/// | `init` | `xavier_uniform` | see [`Init`] | starting weights |
/// | `heads` | `8` | at least 1 | `gat`: heads of a hidden layer, side by side in its output |
/// | `output_heads` | `1` | at least 1 | `gat`: heads of the output layer, of which the mean is taken |
/// | `slope` | `0.2` | `[0, 1]` | `gat`: of the leaky ReLU over attention scores, below zero |
/// | `steps` | `10` | | `appnp`: how often the outputs are propagated |
/// | `teleport` | `0.1` | `[0, 1]` | `appnp`: weight of the unpropagated outputs in each step |
///
/// The residual is that of Kipf & Welling 2017, appendix B.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GnnConfig {
    /// How nodes mix.
    pub layer: GraphLayer,
    /// Units of the hidden layers.
    pub hidden: Vec<usize>,
    /// After every hidden layer.
    pub activation: Nonlinearity,
    /// Before the activation.
    pub norm: Norm,
    /// Adds a hidden layer's input to its output.
    pub residual: bool,
    /// Starting weights.
    pub init: Init,
    /// Heads of a hidden layer.
    pub heads: usize,
    /// Heads of the output layer.
    pub output_heads: usize,
    /// Of the leaky ReLU below zero.
    pub slope: f64,
    /// Of propagation.
    pub steps: usize,
    /// Weight of the unpropagated outputs.
    pub teleport: f64,
}

impl Default for GnnConfig {
    fn default() -> Self {
        Self {
            layer: GraphLayer::default(),
            hidden: vec![16],
            activation: Nonlinearity::default(),
            norm: Norm::default(),
            residual: false,
            init: Init::XavierUniform,
            heads: 8,
            output_heads: 1,
            slope: 0.2,
            steps: 10,
            teleport: 0.1,
        }
    }
}

impl GnnConfig {
    pub(super) fn check(&self) -> Result<(), ModelError> {
        if self.hidden.contains(&0) {
            return Err(ModelError::EmptyLayer {
                got: self.hidden.clone(),
            });
        }
        let heads = [
            ("model.heads", self.heads),
            ("model.output_heads", self.output_heads),
        ];
        for (field, value) in heads {
            if value == 0 {
                return Err(ModelError::OutOfRange {
                    field,
                    range: "[1, inf)",
                    value: 0.0,
                });
            }
        }
        for (field, value) in [
            ("model.slope", self.slope),
            ("model.teleport", self.teleport),
        ] {
            // False for NaN, too.
            if !(0.0..=1.0).contains(&value) {
                return Err(ModelError::OutOfRange {
                    field,
                    range: "[0, 1]",
                    value,
                });
            }
        }
        Ok(())
    }
}
