//! Activations that `linear` can fuse: those whose derivative follows from their output.

use burn::backend::Backend;
use burn::backend::tensor::FloatTensor;

#[cfg(feature = "flex")]
pub(crate) mod cpu;
#[cfg(feature = "cube")]
pub(crate) mod gpu;

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
            // `1 - y^2` and `1 - y` first: the other order loses all digits where the activation saturates.
            Self::Tanh => {
                let slope = one_minus::<B>(B::float_mul(y.clone(), y));
                B::float_mul(slope, grad)
            }
            Self::Sigmoid => {
                let slope = B::float_mul(y.clone(), one_minus::<B>(y));
                B::float_mul(slope, grad)
            }
        }
    }
}

fn one_minus<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::float_add_scalar(B::float_neg(x), 1.0.into())
}
