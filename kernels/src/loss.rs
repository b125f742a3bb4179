//! Losses of a population, with the gradient in the same pass.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Autodiff, Backend, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::{Int, Shape, Tensor};

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
}

/// The same in Burn's own operations.
pub(crate) mod reference {
    use super::{Backend, FloatTensor, IntTensor, Shape, TensorMetadata};
    use burn::backend::Scalar;

    /// `w / sum w` per member as `[R, B, 1]`, zero where all weights are.
    fn shares<B: Backend>(weights: FloatTensor<B>) -> FloatTensor<B> {
        let [members, batch] = weights.shape().dims();
        let sum = B::float_clamp_min(
            B::float_sum_dim(weights.clone(), 1),
            Scalar::from(f32::MIN_POSITIVE),
        );
        B::float_reshape(B::float_div(weights, sum), Shape::new([members, batch, 1]))
    }

    fn total<B: Backend>(per_sample: FloatTensor<B>) -> FloatTensor<B> {
        let members = per_sample.shape()[0];
        B::float_reshape(B::float_sum_dim(per_sample, 1), Shape::new([members]))
    }

    pub(crate) fn cross_entropy<B: Backend>(
        logits: FloatTensor<B>,
        labels: IntTensor<B>,
        weights: FloatTensor<B>,
        smoothing: FloatTensor<B>,
    ) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
        let [members, batch, classes] = logits.shape().dims();
        let device = logits.device();
        let share = shares::<B>(weights);
        let smoothing = B::float_reshape(smoothing, Shape::new([members, 1, 1]));
        let kept = B::float_add_scalar(B::float_neg(smoothing.clone()), Scalar::from(1.0));

        let shifted = B::float_sub(logits.clone(), B::float_max_dim(logits, 2));
        let normaliser = B::float_log(B::float_sum_dim(B::float_exp(shifted.clone()), 2));
        let log_p = B::float_sub(shifted, normaliser);

        let labels = B::int_reshape(labels, Shape::new([members, batch, 1]));
        let nll = B::float_neg(B::float_gather(2, log_p.clone(), labels.clone()));
        let uniform = B::float_neg(B::float_mean_dim(log_p.clone(), 2));
        let smoothed = B::float_add(
            B::float_mul(kept.clone(), nll.clone()),
            B::float_mul(smoothing.clone(), uniform),
        );

        let dtype = log_p.dtype().into();
        let full = Shape::new([members, batch, classes]);
        let counting = B::int_reshape(
            B::int_arange(0..classes as i64, &device, labels.dtype().into()),
            Shape::new([1, 1, classes]),
        );
        let hit = B::int_equal(
            B::int_expand(counting, full.clone()),
            B::int_expand(labels, full),
            burn::tensor::BoolStore::Native.into(),
        );
        let target = B::float_add(
            B::float_mul(B::bool_into_float(hit, dtype), kept),
            B::float_div_scalar(smoothing, Scalar::from(classes as f32)),
        );
        let gradient = B::float_mul(B::float_sub(B::float_exp(log_p), target), share.clone());
        (
            total::<B>(B::float_mul(smoothed, share.clone())),
            total::<B>(B::float_mul(nll, share)),
            gradient,
        )
    }

    pub(crate) fn squared_error<B: Backend>(
        outputs: FloatTensor<B>,
        targets: FloatTensor<B>,
        weights: FloatTensor<B>,
    ) -> (FloatTensor<B>, FloatTensor<B>) {
        let width = outputs.shape()[2] as f32;
        let share = shares::<B>(weights);
        let difference = B::float_sub(outputs, targets);
        let weighted = B::float_mul(difference.clone(), share);
        let square = B::float_mul(difference, weighted.clone());
        (
            total::<B>(B::float_mean_dim(square, 2)),
            B::float_mul_scalar(weighted, Scalar::from(2.0 / width)),
        )
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl LossOps for burn::backend::NdArray {}

/// `d objective[r]` times the gradient that the forward pass left.
#[derive(Debug)]
struct ScaleByMember;

impl<B: Backend> Backward<B, 1> for ScaleByMember {
    type State = FloatTensor<B>;

    fn backward(self, ops: Ops<Self::State, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let upstream = grads.consume::<B>(&ops.node);
        let [node] = ops.parents;
        if let Some(node) = node {
            let members = upstream.shape()[0];
            let upstream = B::float_reshape(upstream, Shape::new([members, 1, 1]));
            grads.register::<B>(node.id, B::float_mul(ops.state, upstream));
        }
    }
}

impl<B: LossOps, C: CheckpointStrategy> LossOps for Autodiff<B, C> {
    fn cross_entropy(
        logits: FloatTensor<Self>,
        labels: IntTensor<Self>,
        weights: FloatTensor<Self>,
        smoothing: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        let prep = ScaleByMember
            .prepare::<C>([logits.node()])
            .compute_bound()
            .stateful();
        let (objective, nll, gradient) = B::cross_entropy_with_gradient(
            logits.into_primitive(),
            labels,
            weights.into_primitive(),
            smoothing.into_primitive(),
        );
        let objective = match prep {
            OpsKind::Tracked(prep) => prep.finish(gradient, objective),
            OpsKind::UnTracked(prep) => prep.finish(objective),
        };
        (objective, FloatTensor::<Self>::new(nll))
    }

    fn squared_error(
        outputs: FloatTensor<Self>,
        targets: FloatTensor<Self>,
        weights: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let prep = ScaleByMember
            .prepare::<C>([outputs.node()])
            .compute_bound()
            .stateful();
        let (objective, gradient) = B::squared_error_with_gradient(
            outputs.into_primitive(),
            targets.into_primitive(),
            weights.into_primitive(),
        );
        match prep {
            OpsKind::Tracked(prep) => prep.finish(gradient, objective),
            OpsKind::UnTracked(prep) => prep.finish(objective),
        }
    }
}
