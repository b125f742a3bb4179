//! Losses of values other than the squared error.

use burn::backend::Dispatch;
use burn::tensor::Tensor;

use super::LossOps;

/// What the variance of [`ValueLoss::Gaussian`] is at least, in squared units of the outputs: a value that is met exactly must not
/// make the likelihood infinite.
pub const LEAST_VARIANCE: f32 = 1e-6;

/// What a prediction `x` costs beside the truth `t`.
///
/// | loss | outputs | of one value | source |
/// | :-- | :-- | :-- | :-- |
/// | `Absolute` | `x` | <code>\|x - t\|</code> | |
/// | `Quantile` | `x` | `q max(t - x, 0) + (1 - q) max(x - t, 0)` | Koenker & Bassett 1978, <https://doi.org/10.2307/1913643> |
/// | `Gaussian` | `x`, `s` | `(ln(2 π v) + (x - t)^2 / v) / 2`, `v = ln(1 + e^s) + 1e-6` | Nix & Weigend 1994; `v` as Lakshminarayanan et al. 2017, <https://arxiv.org/abs/1612.01474> |
/// | `Bernoulli` | `x`, the log-odds of yes | `ln(1 + e^x) - t x`, the cross-entropy with the probability `t` of yes | |
/// | `Poisson` | `x`, the logarithm of the rate | `e^x - t x + t ln t - t`, half the deviance | McCullagh & Nelder 1989, section 2.3 |
///
/// Where a slope jumps, at `x = t` of the first two, it is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueLoss {
    /// The absolute error, least at the median.
    Absolute,
    /// The pinball loss, least at the member's quantile.
    Quantile,
    /// The negative log-likelihood of a normal distribution whose variance is an output, too.
    Gaussian,
    /// Half the deviance of counts, or of other amounts that are not negative.
    Poisson,
    /// The binary cross-entropy of labels, 1 where one applies and 0 where it does not.
    Bernoulli,
}

impl ValueLoss {
    /// Outputs for each value.
    pub fn outputs(self) -> usize {
        match self {
            Self::Absolute | Self::Quantile | Self::Poisson | Self::Bernoulli => 1,
            Self::Gaussian => 2,
        }
    }
}

/// Mean loss of each member over its weighted samples and values.
///
/// ```text
/// objective[r] = sum_b w[r,b] mean_k loss(x[r,b,k], t[r,b,k]) / sum_b w[r,b]
/// ```
///
/// A member whose weights are all zero has objective and gradient zero, and a sample of weight zero passes nothing on.
///
/// # Shapes
/// - `outputs`: `[R, B, K]`, of `Gaussian` `[R, B, 2 K]`: all `x` of a sample, then all `s`
/// - `targets`: `[R, B, K]`; `weights`: `[R, B]`; `quantile`: `[R]`, in `(0, 1)`, which `Quantile` alone reads
/// - returns: `[R]`
pub fn value_loss(
    outputs: Tensor<3>,
    targets: Tensor<3>,
    weights: Tensor<2>,
    quantile: Tensor<1>,
    loss: ValueLoss,
) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::value_loss(
        outputs.into_dispatch(),
        targets.into_dispatch(),
        weights.into_dispatch(),
        quantile.into_dispatch(),
        loss,
    ))
}
