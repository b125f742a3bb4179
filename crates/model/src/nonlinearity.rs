//! Nonlinearities of hidden layers.

use burn::tensor::{Tensor, activation};
use decay_kernels::{Activation, Smooth, smooth};
use decay_options::names;

use crate::precision::Precision;

/// `Phi(sqrt 2) + sqrt 2 phi(sqrt 2)`, rounded up.
const GELU_SLOPE: f64 = 1.128_904_145_185_16;
/// `s(z) (1 + z (1 - s(z)))` at its largest, rounded up.
const SILU_SLOPE: f64 = 1.099_839_320_128_87;
/// The root of `Phi(z) + z phi(z)`.
const GELU_LOWEST_AT: f64 = -0.751_791_524_693_564_5;
/// Slope of Mish where that is steepest, rounded up.
const MISH_SLOPE: f64 = 1.088_498_161_251_73;
/// The root of Mish's slope.
const MISH_LOWEST_AT: f64 = -1.192_431_214_515_495_2;
/// Beyond, Mish differs from its argument by less than rounding; its exponential must not overflow.
const MISH_LINEAR_FROM: f32 = 20.0;
/// `-1 - W(1/e)` with Lambert's `W`.
const SILU_LOWEST_AT: f64 = -1.278_464_542_761_074;

names! {
    /// What follows a hidden layer's linear map.
    #[derive(Default)]
    pub enum Nonlinearity {
        /// `z`: a linear network.
        Identity = "identity",
        /// `max(z, 0)`.
        #[default]
        Relu = "relu",
        /// `tanh z`.
        Tanh = "tanh",
        /// `1 / (1 + exp(-z))`.
        Sigmoid = "sigmoid",
        /// `z Phi(z)`, with the exact normal distribution function (Hendrycks & Gimpel 2016).
        Gelu = "gelu",
        /// `z sigmoid(z)` (Elfwing et al. 2018).
        Silu = "silu",
        /// `z` above zero, `exp(z) - 1` below (Clevert et al. 2016).
        Elu = "elu",
        /// `z tanh(ln(1 + exp(z)))` (Misra 2019, <https://arxiv.org/abs/1908.08681>).
        Mish = "mish",
    }
}

impl Nonlinearity {
    /// The function itself, in double precision.
    pub fn value(self, z: f64) -> f64 {
        match self {
            Self::Identity => z,
            Self::Relu => z.max(0.0),
            Self::Tanh => z.tanh(),
            Self::Sigmoid => 1.0 / (1.0 + (-z).exp()),
            Self::Gelu => 0.5 * z * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2),
            Self::Silu => z / (1.0 + (-z).exp()),
            Self::Elu if z > 0.0 => z,
            Self::Elu => z.exp_m1(),
            Self::Mish => z * z.exp().ln_1p().tanh(),
        }
    }

    /// The steepest slope, the smallest `L` with `|f(a) - f(b)| <= L |a - b|`; rounded up where it is irrational.
    ///
    /// | function | `L` | at |
    /// | :-- | :-- | :-- |
    /// | sigmoid | `1/4` | 0 |
    /// | GELU | `Phi(sqrt 2) + sqrt 2 phi(sqrt 2) = 1.1289041...` | `sqrt 2` |
    /// | SiLU | `1.0998393...` | `2.3993572...` |
    /// | Mish | `1.0884981...` | `1.4905711...` |
    /// | others | 1 | |
    pub fn lipschitz(self) -> f64 {
        match self {
            Self::Identity | Self::Relu | Self::Tanh | Self::Elu => 1.0,
            Self::Sigmoid => 0.25,
            Self::Gelu => GELU_SLOPE,
            Self::Silu => SILU_SLOPE,
            Self::Mish => MISH_SLOPE,
        }
    }

    /// Where the function falls to its minimum before it rises, `None` if it rises everywhere.
    ///
    /// To the left of the place it falls, to its right it rises.
    pub fn lowest_at(self) -> Option<f64> {
        match self {
            Self::Identity | Self::Relu | Self::Tanh | Self::Sigmoid | Self::Elu => None,
            Self::Gelu => Some(GELU_LOWEST_AT),
            Self::Silu => Some(SILU_LOWEST_AT),
            Self::Mish => Some(MISH_LOWEST_AT),
        }
    }

    /// The kernel's activation, if the linear map can apply it in the same pass.
    pub(crate) fn fused(self) -> Option<Activation> {
        match self {
            Self::Identity => Some(Activation::Identity),
            Self::Relu => Some(Activation::Relu),
            Self::Tanh => Some(Activation::Tanh),
            Self::Sigmoid => Some(Activation::Sigmoid),
            Self::Gelu | Self::Silu | Self::Elu | Self::Mish => None,
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
            Self::Mish => mish(x),
        }
    }
}

/// ```text
/// tanh(ln(1 + e)) = n / (n + 2)        n = e (e + 2), e = exp(z)
/// ```
fn mish(x: Tensor<3>) -> Tensor<3> {
    let e = x.clone().clamp_max(MISH_LINEAR_FROM).exp();
    let n = e.clone() * (e + 2.0);
    x * n.clone() / (n + 2.0)
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
