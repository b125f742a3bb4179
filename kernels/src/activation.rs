//! Activations that `linear` can fuse: those whose derivative follows from their output.

use burn::backend::Backend;
use burn::backend::tensor::FloatTensor;

/// An activation whose derivative is a function of its value `y`.
///
/// | variant | `y` | `dy/dz` |
/// | :-- | :-- | :-- |
/// | `Identity` | `z` | `1` |
/// | `Relu` | `max(z, 0)` | `1` if `y > 0`, else `0` |
/// | `Tanh` | `tanh z` | `1 - y^2` |
/// | `Sigmoid` | `1 / (1 + exp(-z))` | `y (1 - y)` |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Activation {
    /// `z`.
    Identity,
    /// `max(z, 0)`.
    Relu,
    /// `tanh z`.
    Tanh,
    /// `1 / (1 + exp(-z))`.
    Sigmoid,
}

impl Activation {
    /// Every variant, for suites that walk the list.
    pub const ALL: [Self; 4] = [Self::Identity, Self::Relu, Self::Tanh, Self::Sigmoid];

    /// `y` from `z`, in the backend's own operations.
    pub(crate) fn apply<B: Backend>(self, z: FloatTensor<B>) -> FloatTensor<B> {
        match self {
            Self::Identity => z,
            Self::Relu => B::relu(z),
            Self::Tanh => B::float_tanh(z),
            Self::Sigmoid => B::sigmoid(z),
        }
    }

    /// `dz = dy * (dy/dz)(y)`, in the backend's own operations.
    pub(crate) fn pull_back<B: Backend>(
        self,
        y: FloatTensor<B>,
        grad: FloatTensor<B>,
    ) -> FloatTensor<B> {
        match self {
            Self::Identity => grad,
            Self::Relu => B::relu_backward(y, grad),
            Self::Tanh => {
                let square = B::float_mul(y.clone(), y);
                let flat = B::float_mul(square, grad.clone());
                B::float_sub(grad, flat)
            }
            Self::Sigmoid => {
                let square = B::float_mul(y.clone(), y.clone());
                B::float_mul(B::float_sub(y, square), grad)
            }
        }
    }
}
