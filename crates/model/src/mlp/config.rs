//! Settings of a perceptron.

use decay_options::{Range, names, options};

use crate::embedding::Categorical;
use crate::encoding::{BinsBy, Encoding};
use crate::init::Init;
use crate::nonlinearity::Nonlinearity;
use crate::normalise::Norm;

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
        /// At most: equal edges make fewer.
        bins: usize = 16, range(Range::AT_LEAST_TWO);
        /// Of a piecewise encoding: whether bins lie between quantiles, or where the target changes.
        ///
        /// Of a fold's training rows alone; see [`BinsBy`].
        bins_by: BinsBy = BinsBy::default();
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
        /// Of an mlp: what it reads of each label of a table, one_hot or embedded.
        ///
        /// A flag for each level, or a learned vector of each; see [`Categorical`].
        categories: Categorical = Categorical::default();
        /// Of embedded categories: values of a vector.
        ///
        /// As many as there are levels where these are fewer.
        embedding: usize = 8, range(Range::AT_LEAST_ONE);
        /// Of an mlp or a gnn: add a layer's input to its output.
        ///
        /// Where both have the same width, never in the first layer; that of Kipf & Welling 2017, appendix B.
        residual: bool = false;
        /// Of an mlp: whether each hidden unit learns how much of the activation it has.
        ///
        /// `z + a (act(z) - z)` with `a` of each unit, 1 at the start (Holzmueller et al. 2024, <https://arxiv.org/abs/2407.04491>).
        parametric: bool = false;
    }
}

names! {
    /// Perceptrons by name.
    ///
    /// | name | layers | for |
    /// | :-- | :-- | :-- |
    /// | `linear` | none | features that are good as they are, such as those of another network: a linear probe |
    /// | `table` | waves of every number (`periodic`), then two hidden layers of 128 SiLU units | tables of many rows: what a plan takes for them |
    pub enum MlpPreset {
        /// Of tables of many rows.
        Table = "table",
        /// Of features that are good as they are, such as those of another network.
        Linear = "linear",
    }
}

impl MlpPreset {
    /// Its settings.
    ///
    /// ```
    /// use decay_model::{Encoding, MlpPreset};
    ///
    /// assert_eq!(MlpPreset::Table.config().encoding, Encoding::Periodic);
    /// ```
    pub fn config(self) -> MlpConfig {
        match self {
            Self::Table => MlpConfig {
                hidden: vec![128, 128],
                activation: Nonlinearity::Silu,
                encoding: Encoding::Periodic,
                ..MlpConfig::default()
            },
            Self::Linear => MlpConfig {
                hidden: Vec::new(),
                ..MlpConfig::default()
            },
        }
    }
}

impl MlpConfig {
    /// Whether hidden units have factors of their activation; of the identity these would do nothing.
    pub(super) fn has_factors(&self) -> bool {
        self.parametric && self.activation != Nonlinearity::Identity
    }
}
