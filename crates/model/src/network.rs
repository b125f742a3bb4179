//! Every architecture behind one interface.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::leaves::Leaves;
use crate::mlp::{Mlp, MlpConfig};
use crate::mode::Mode;
use crate::parameter::{BufferSpec, ParameterSpec};
use crate::precision::Precision;
use crate::state::{MemberState, State};

/// Which architecture, and its settings; `kind` names the variant in files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelConfig {
    /// A multilayer perceptron.
    Mlp(MlpConfig),
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self::Mlp(MlpConfig::default())
    }
}

impl ModelConfig {
    /// The network for rows of `inputs` features and `outputs` classes or values.
    ///
    /// # Errors
    /// What the architecture refuses; see [`Mlp::new`].
    pub fn init(&self, inputs: usize, outputs: usize) -> Result<Network, ModelError> {
        match self {
            Self::Mlp(config) => Mlp::new(config, inputs, outputs).map(Network::Mlp),
        }
    }
}

/// A network without its values.
#[derive(Debug, Clone)]
pub enum Network {
    /// A multilayer perceptron.
    Mlp(Mlp),
}

impl Network {
    /// Parameters in the order of a [`State`].
    pub fn parameters(&self) -> &[ParameterSpec] {
        match self {
            Self::Mlp(mlp) => mlp.parameters(),
        }
    }

    /// Buffers in the order of a [`State`].
    pub fn buffers(&self) -> &[BufferSpec] {
        match self {
            Self::Mlp(mlp) => mlp.buffers(),
        }
    }

    /// The starting values of the member with this seed.
    pub fn initial(&self, seed: u64) -> MemberState {
        MemberState::initial(self.parameters(), self.buffers(), seed)
    }

    /// The parameters for one pass, tracked by autodiff if it is to be differentiated.
    pub fn leaves(&self, state: &State, tracked: bool, precision: Precision) -> Leaves {
        Leaves::new(self.parameters(), state, tracked, precision)
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
        match self {
            Self::Mlp(mlp) => mlp.forward(leaves, state, x, mode),
        }
    }

    /// Values that one sample's forward and backward pass keeps, for sizing chunks.
    pub fn activations(&self) -> usize {
        match self {
            Self::Mlp(mlp) => mlp.activations(),
        }
    }

    /// Number of trained values of one member.
    pub fn size(&self) -> usize {
        self.parameters().iter().map(ParameterSpec::len).sum()
    }
}
