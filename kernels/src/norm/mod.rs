//! Batch normalisation of a population, with statistics per member.

use burn::backend::TensorMetadata;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::Activation;
use crate::sizes::{dims, expect_shape};
use crate::tape::{Pullback, record};

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;

/// Numerical floor of the variance, torch's default.
pub const NORM_EPSILON: f32 = 1e-5;
/// Share of the newest batch in the running statistics, torch's default.
pub(crate) const NORM_MOMENTUM: f32 = 0.1;

/// Mean and variance over past batches, `[R, C]` each.
#[derive(Debug, Clone)]
pub struct Running {
    /// Mean.
    pub mean: Tensor<2>,
    /// Variance, as an estimate for the population of samples.
    pub variance: Tensor<2>,
}

/// Normalises with the statistics of each member's batch, and activates.
///
/// ```text
/// y = act(scale (x - mean) / sqrt(var + 1e-5) + shift)         mean, var over the samples of weight 1
/// running <- 0.9 running + 0.1 (mean, var n / (n - 1))
/// ```
///
/// A member whose sample weights are all zero keeps its running statistics; with one sample the variance is
/// not divided by `n - 1`.
///
/// # Shapes
/// - `x`: `[R, B, C]`; `scale`, `shift`: `[R, C]`; `weights`: `[R, B]`, 0 or 1
/// - returns: `[R, B, C]` and the new running statistics
///
/// # Source
/// Ioffe & Szegedy 2015, algorithm 1, <https://arxiv.org/abs/1502.03167>; running variance as in torch.
pub fn batch_norm(
    x: Tensor<3>,
    scale: Tensor<2>,
    shift: Tensor<2>,
    weights: Tensor<2>,
    running: Running,
    activation: Activation,
) -> (Tensor<3>, Running) {
    let (y, mean, variance) = Dispatch::batch_norm(
        x.into_dispatch(),
        scale.into_dispatch(),
        shift.into_dispatch(),
        weights.into_dispatch(),
        running.mean.into_dispatch(),
        running.variance.into_dispatch(),
        activation,
    );
    let running = Running {
        mean: Tensor::from_dispatch(mean),
        variance: Tensor::from_dispatch(variance),
    };
    (Tensor::from_dispatch(y), running)
}

/// [`batch_norm`] and its gradients as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
// The macro that dispatches the methods wants results as plain tuples of tensors.
#[allow(clippy::too_many_arguments, clippy::type_complexity)]
pub trait NormOps: Backend {
    /// `(y, mean, 1 / sqrt(var + eps), running mean, running variance)`; see [`batch_norm`].
    fn batch_norm_with_statistics(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        running_mean: FloatTensor<Self>,
        running_variance: FloatTensor<Self>,
        activation: Activation,
    ) -> (
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
        FloatTensor<Self>,
    ) {
        reference::forward::<Self>(
            x,
            scale,
            shift,
            weights,
            running_mean,
            running_variance,
            activation,
        )
    }

    /// `(dx, d scale, d shift)` from what the forward pass left.
    fn batch_norm_backward(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        inverse: FloatTensor<Self>,
        y: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::backward::<Self>(
            x,
            scale,
            weights,
            mean,
            inverse,
            activation.pull_back::<Self>(y, grad),
        )
    }

    /// `(y, running mean, running variance)`; see [`batch_norm`].
    fn batch_norm(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        running_mean: FloatTensor<Self>,
        running_variance: FloatTensor<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let (y, _, _, mean, variance) = Self::batch_norm_with_statistics(
            x,
            scale,
            shift,
            weights,
            running_mean,
            running_variance,
            activation,
        );
        (y, mean, variance)
    }
}

/// Panics with a sentence if the operands of a batch norm, `[R, C]` but for `x` and `weights`, do not fit each other.
pub(crate) fn expect_norm<T: TensorMetadata>(x: &T, weights: &T, columns: [&T; 4]) {
    let [members, batch, width] = dims(x);
    expect_shape("batch norm: weights", weights, [members, batch]);
    for values in columns {
        expect_shape("batch norm: parameters", values, [members, width]);
    }
}

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    x: FloatTensor<B>,
    scale: FloatTensor<B>,
    weights: FloatTensor<B>,
    mean: FloatTensor<B>,
    inverse: FloatTensor<B>,
    y: FloatTensor<B>,
    activation: Activation,
}

impl<B: NormOps> Pullback<B, 3> for Saved<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 3]) -> [Option<FloatTensor<B>>; 3] {
        let (dx, dscale, dshift) = B::batch_norm_backward(
            self.x,
            self.scale,
            self.weights,
            self.mean,
            self.inverse,
            self.y,
            grad,
            self.activation,
        );
        [dx, dscale, dshift].map(Some)
    }
}

impl<B: NormOps, C: CheckpointStrategy> NormOps for Autodiff<B, C> {
    fn batch_norm(
        x: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        shift: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        running_mean: FloatTensor<Self>,
        running_variance: FloatTensor<Self>,
        activation: Activation,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        let nodes = [x.node(), scale.node(), shift.node()];
        let [x, scale, weights] = [x, scale, weights].map(|input| input.into_primitive());
        let (y, mean, inverse, running_mean, running_variance) = B::batch_norm_with_statistics(
            x.clone(),
            scale.clone(),
            shift.into_primitive(),
            weights.clone(),
            running_mean.into_primitive(),
            running_variance.into_primitive(),
            activation,
        );
        let saved = Saved {
            x,
            scale,
            weights,
            mean,
            inverse,
            y: y.clone(),
            activation,
        };
        let y = record::<B, C, _, 3>(nodes, |_| (y, Some(saved)));
        let untracked = FloatTensor::<Self>::new;
        (y, untracked(running_mean), untracked(running_variance))
    }
}
