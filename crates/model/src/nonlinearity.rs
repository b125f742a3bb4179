//! Nonlinearities of hidden layers.

use burn::tensor::{Tensor, activation};
use decay_kernels::{Activation, Smooth, smooth};
use serde::{Deserialize, Serialize};

use crate::precision::Precision;

/// What follows a hidden layer's linear map.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nonlinearity {
    /// `z`: a linear network.
    Identity,
    /// `max(z, 0)`.
    #[default]
    Relu,
    /// `tanh z`.
    Tanh,
    /// `1 / (1 + exp(-z))`.
    Sigmoid,
    /// `z Phi(z)`, with the exact normal distribution function (Hendrycks & Gimpel 2016).
    Gelu,
    /// `z sigmoid(z)` (Elfwing et al. 2018).
    Silu,
    /// `z` above zero, `exp(z) - 1` below (Clevert et al. 2016).
    Elu,
}

impl Nonlinearity {
    /// Every variant.
    pub const ALL: [Self; 7] = [
        Self::Identity,
        Self::Relu,
        Self::Tanh,
        Self::Sigmoid,
        Self::Gelu,
        Self::Silu,
        Self::Elu,
    ];

    /// The kernel's activation, if the linear map can apply it in the same pass.
    pub(crate) fn fused(self) -> Option<Activation> {
        match self {
            Self::Identity => Some(Activation::Identity),
            Self::Relu => Some(Activation::Relu),
            Self::Tanh => Some(Activation::Tanh),
            Self::Sigmoid => Some(Activation::Sigmoid),
            Self::Gelu | Self::Silu | Self::Elu => None,
        }
    }

    /// This nonlinearity behind `map`, which is given what it can apply in the same pass.
    pub(crate) fn after(
        self,
        precision: Precision,
        map: impl FnOnce(Activation) -> Tensor<3>,
    ) -> Tensor<3> {
        match self.fused() {
            Some(activation) => precision.cast(map(activation)),
            None => self.apply(precision.cast(map(Activation::Identity))),
        }
    }

    pub(crate) fn apply(self, x: Tensor<3>) -> Tensor<3> {
        match self {
            Self::Identity => x,
            Self::Relu => activation::relu(x),
            Self::Tanh => activation::tanh(x),
            Self::Sigmoid => activation::sigmoid(x),
            Self::Gelu => smooth(x, Smooth::Gelu),
            Self::Silu => smooth(x, Smooth::Silu),
            Self::Elu => smooth(x, Smooth::Elu),
        }
    }
}

impl From<Activation> for Nonlinearity {
    fn from(activation: Activation) -> Self {
        match activation {
            Activation::Identity => Self::Identity,
            Activation::Relu => Self::Relu,
            Activation::Tanh => Self::Tanh,
            Activation::Sigmoid => Self::Sigmoid,
        }
    }
}
