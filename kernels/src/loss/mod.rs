//! Losses of a population, with the gradient in the same pass.

use crate::tape::{Pullback, record};
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::{Int, Shape, Tensor};

#[cfg(feature = "flex")]
mod cpu;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;
mod value;
#[cfg(feature = "flex")]
mod value_cpu;
pub(crate) mod value_reference;

pub use value::{LEAST_VARIANCE, ValueLoss, value_loss};

/// Softmax cross-entropy of each member, averaged over its weighted samples.
///
/// ```text
/// objective[r] = sum_b w[r,b] ((1 - e[r]) nll[r,b] + e[r] mean_c(-log p[r,b,c])) / sum_b w[r,b]
/// nll[r]       = sum_b w[r,b] nll[r,b] / sum_b w[r,b]          nll[r,b] = -log p[r,b,label]
/// ```
///
/// A member whose weights are all zero has objective, likelihood and gradient zero. Only the objective is differentiable.
///
/// # Shapes
/// - `logits`: `[R, B, C]`; `labels`, `weights`: `[R, B]`; `smoothing`: `[R]`, in `[0, 1)`
/// - returns: objective `[R]`, nll `[R]`
///
/// # Source
/// Szegedy et al. 2016, section 7 (label smoothing), <https://arxiv.org/abs/1512.00567>.
pub fn cross_entropy(
    logits: Tensor<3>,
    labels: Tensor<2, Int>,
    weights: Tensor<2>,
    smoothing: Tensor<1>,
) -> (Tensor<1>, Tensor<1>) {
    let (objective, nll) = Dispatch::cross_entropy(
        logits.into_dispatch(),
        labels.into_dispatch(),
        weights.into_dispatch(),
        smoothing.into_dispatch(),
    );
    (Tensor::from_dispatch(objective), Tensor::from_dispatch(nll))
}

/// Mean squared error of each member over its weighted samples and outputs.
///
/// ```text
/// objective[r] = sum_b w[r,b] mean_k (x[r,b,k] - t[r,b,k])^2 / sum_b w[r,b]
/// ```
///
/// # Shapes
/// - `outputs`, `targets`: `[R, B, K]`; `weights`: `[R, B]`
/// - returns: `[R]`
pub fn squared_error(outputs: Tensor<3>, targets: Tensor<3>, weights: Tensor<2>) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::squared_error(
        outputs.into_dispatch(),
        targets.into_dispatch(),
        weights.into_dispatch(),
    ))
}

/// Forward passes of the losses that also return the gradient, as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait LossOps: Backend {
    /// `(objective, nll, d objective / d logits)`; see [`cross_entropy`].
    fn cross_entropy_with_gradient(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        weights: FloatTensor<Self>,
        smoothing: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::cross_entropy::<Self>(logits, labels, weights, smoothing)
    }

    /// `(objective, d objective / d outputs)`; see [`squared_error`].
    fn squared_error_with_gradient(
        outputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::squared_error::<Self>(outputs, targets, weights)
    }

    /// `(objective, d objective / d outputs)`; see [`value_loss`].
    fn value_loss_with_gradient(
        outputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        quantile: FloatTensor<Self>,
        loss: ValueLoss,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::value_loss::<Self>(outputs, targets, weights, quantile, loss)
    }

    /// `(objective, nll)`; see [`cross_entropy`].
    fn cross_entropy(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        weights: FloatTensor<Self>,
        smoothing: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let (objective, nll, _) =
            Self::cross_entropy_with_gradient(logits, labels, weights, smoothing);
        (objective, nll)
    }

    /// See [`squared_error`].
    fn squared_error(
        outputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::squared_error_with_gradient(outputs, targets, weights).0
    }

    /// See [`value_loss`].
    fn value_loss(
        outputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        quantile: FloatTensor<Self>,
        loss: ValueLoss,
    ) -> FloatTensor<Self> {
        Self::value_loss_with_gradient(outputs, targets, weights, quantile, loss).0
    }
}

/// The gradient of each member's own objective, which the forward pass leaves.
#[derive(Debug, Clone)]
struct OfObjective<B: Backend>(FloatTensor<B>);

impl<B: Backend> Pullback<B, 1> for OfObjective<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 1]) -> [Option<FloatTensor<B>>; 1] {
        let members = grad.shape()[0];
        let grad = B::float_reshape(grad, Shape::new([members, 1, 1]));
        [Some(B::float_mul(self.0, grad))]
    }
}

impl<B: LossOps, C: CheckpointStrategy> LossOps for Autodiff<B, C> {
    fn cross_entropy(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        weights: FloatTensor<Self>,
        smoothing: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let node = logits.node();
        let (objective, nll, gradient) = B::cross_entropy_with_gradient(
            logits.into_primitive(),
            labels,
            weights.into_primitive(),
            smoothing.into_primitive(),
        );
        let saved = Some(OfObjective::<B>(gradient));
        let objective = record::<B, C, _, 1>([node], |_| (objective, saved));
        (objective, FloatTensor::<Self>::new(nll))
    }

    fn squared_error(
        outputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let node = outputs.node();
        let (objective, gradient) = B::squared_error_with_gradient(
            outputs.into_primitive(),
            targets.into_primitive(),
            weights.into_primitive(),
        );
        let saved = Some(OfObjective::<B>(gradient));
        record::<B, C, _, 1>([node], |_| (objective, saved))
    }

    fn value_loss(
        outputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        quantile: FloatTensor<Self>,
        loss: ValueLoss,
    ) -> FloatTensor<Self> {
        let node = outputs.node();
        let (objective, gradient) = B::value_loss_with_gradient(
            outputs.into_primitive(),
            targets.into_primitive(),
            weights.into_primitive(),
            quantile.into_primitive(),
            loss,
        );
        let saved = Some(OfObjective::<B>(gradient));
        record::<B, C, _, 1>([node], |_| (objective, saved))
    }
}
