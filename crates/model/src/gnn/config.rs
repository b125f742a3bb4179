//! Settings of graph networks.

use decay_options::{Options, Range, names, options};

use crate::error::ModelError;
use crate::init::Init;
use crate::nonlinearity::Nonlinearity;
use crate::normalise::Norm;

names! {
    /// How a layer mixes a node with its neighbours.
    ///
    /// | name | layer | source |
    /// | :-- | :-- | :-- |
    /// | `gcn` | `A (x W) + b`, `A` symmetrically normalised | Kipf & Welling 2017, <https://arxiv.org/abs/1609.02907> |
    /// | `sage` | `mean over neighbours of (x W) + x V + b` | Hamilton et al. 2017, <https://arxiv.org/abs/1706.02216> |
    /// | `gat` | attention over neighbours, several heads | Velickovic et al. 2018, <https://arxiv.org/abs/1710.10903> |
    /// | `appnp` | a perceptron whose outputs are propagated | Gasteiger et al. 2019, <https://arxiv.org/abs/1810.05997> |
    #[derive(Default)]
    pub enum GraphLayer {
        /// Graph convolution.
        #[default]
        Gcn = "gcn",
        /// GraphSAGE with the mean.
        Sage = "sage",
        /// Graph attention.
        Gat = "gat",
        /// Personalised propagation of neural predictions.
        Appnp = "appnp",
    }
}

impl GraphLayer {
    /// The name in reports.
    pub fn title(self) -> &'static str {
        match self {
            Self::Gcn => "GCN",
            Self::Sage => "GraphSAGE",
            Self::Gat => "GAT",
            Self::Appnp => "APPNP",
        }
    }
}

options! {
    /// Layers of a graph network.
    pub struct GnnConfig = "model" {
        /// Of a gnn: gcn, sage, gat or appnp.
        ///
        /// How nodes mix, see [`GraphLayer`].
        layer: GraphLayer = GraphLayer::default(), flag("layer");
        /// Units of the hidden layers, as in 128,128.
        ///
        /// May be empty; of `gat`, of each of their heads.
        hidden: Vec<usize> = vec![16], value("WIDTHS"), range(Range::AT_LEAST_ONE);
        /// identity, relu, tanh, sigmoid, gelu, silu, elu or mish.
        ///
        /// After every hidden layer.
        activation: Nonlinearity = Nonlinearity::default();
        /// none, batch or layer.
        ///
        /// Between a hidden layer and its activation.
        norm: Norm = Norm::default();
        /// Of an mlp or a gnn: add a layer's input to its output.
        ///
        /// Where both have the same width, never in the first layer; that of Kipf & Welling 2017, appendix B.
        residual: bool = false;
        /// Of a gat: heads of the hidden layers.
        ///
        /// Side by side in a layer's output.
        heads: usize = 8, range(Range::AT_LEAST_ONE);
        /// Of a gat: heads whose mean is the output.
        output_heads: usize = 1, range(Range::AT_LEAST_ONE);
        /// Of a gat: slope of the attention's leaky ReLU below 0.
        slope: f64 = 0.2, range(Range::SHARE);
        /// Of appnp: steps of the propagation.
        steps: usize = 10;
        /// Of appnp: share that every step keeps of the prediction.
        teleport: f64 = 0.1, value("SHARE"), range(Range::SHARE);
        /// Starting weights, as in he_normal, xavier_uniform, torch.
        ///
        /// See [`Init`].
        init: Init = Init::XavierUniform;
    }
}

impl GnnConfig {
    pub(super) fn check(&self) -> Result<(), ModelError> {
        if self.hidden.contains(&0) {
            return Err(ModelError::EmptyLayer {
                got: self.hidden.clone(),
            });
        }
        match self.out_of_range() {
            Some((row, value)) => Err(ModelError::OutOfRange {
                field: row.path,
                range: row.range.words,
                value,
            }),
            None => Ok(()),
        }
    }
}
