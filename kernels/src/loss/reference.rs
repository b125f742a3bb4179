//! The losses as reductions, with the gradient written out.

use burn::backend::tensor::{BoolTensor, FloatTensor, IntTensor};
use burn::backend::{Backend, Scalar, TensorMetadata};
use burn::tensor::Shape;

pub use super::value_reference::value_loss;
use crate::reference::booleans;

/// `(objective, nll, d objective / d logits)`; see [`cross_entropy`](crate::cross_entropy).
pub fn cross_entropy<B: Backend>(
    logits: FloatTensor<B>,
    labels: IntTensor<B>,
    weights: FloatTensor<B>,
    smoothing: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    let [members, batch, classes] = logits.shape().dims();
    let (share, idle) = shares::<B>(weights);
    let logits = without::<B>(logits, &idle);
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

    let target = B::float_add(
        B::float_mul(one_hot::<B>(labels, &log_p, classes), kept),
        B::float_div_scalar(smoothing, Scalar::from(classes as f32)),
    );
    let gradient = B::float_mul(B::float_sub(B::float_exp(log_p), target), share.clone());
    (
        total::<B>(B::float_mul(smoothed, share.clone())),
        total::<B>(B::float_mul(nll, share)),
        gradient,
    )
}

/// `(objective, d objective / d outputs)`; see [`squared_error`](crate::squared_error).
pub fn squared_error<B: Backend>(
    outputs: FloatTensor<B>,
    targets: FloatTensor<B>,
    weights: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let width = outputs.shape()[2] as f32;
    let (share, idle) = shares::<B>(weights);
    let difference = without::<B>(B::float_sub(outputs, targets), &idle);
    let weighted = B::float_mul(difference.clone(), share);
    let square = B::float_mul(difference, weighted.clone());
    (
        total::<B>(B::float_mean_dim(square, 2)),
        B::float_mul_scalar(weighted, Scalar::from(2.0 / width)),
    )
}

/// `w / sum w` per member as `[R, B, 1]`, zero where all weights are, and where a weight is zero.
pub(super) fn shares<B: Backend>(weights: FloatTensor<B>) -> (FloatTensor<B>, BoolTensor<B>) {
    let [members, batch] = weights.shape().dims();
    let column = Shape::new([members, batch, 1]);
    let sum = B::float_clamp_min(
        B::float_sum_dim(weights.clone(), 1),
        Scalar::from(f32::MIN_POSITIVE),
    );
    let idle = B::float_equal_elem(
        B::float_reshape(weights.clone(), column.clone()),
        Scalar::from(0.0),
        booleans::<B>(&weights),
    );
    let share = B::float_reshape(B::float_div(weights, sum), column);
    (share, idle)
}

/// Zero in place of the samples that do not count: zero times NaN would be NaN.
pub(super) fn without<B: Backend>(values: FloatTensor<B>, idle: &BoolTensor<B>) -> FloatTensor<B> {
    let idle = B::bool_expand(idle.clone(), values.shape());
    B::float_mask_fill(values, idle, Scalar::from(0.0))
}

fn one_hot<B: Backend>(
    labels: IntTensor<B>,
    like: &FloatTensor<B>,
    classes: usize,
) -> FloatTensor<B> {
    let counting = B::int_reshape(
        B::int_arange(0..classes as i64, &like.device(), labels.dtype().into()),
        Shape::new([1, 1, classes]),
    );
    let hit = B::int_equal(
        B::int_expand(counting, like.shape()),
        B::int_expand(labels, like.shape()),
        booleans::<B>(like),
    );
    B::bool_into_float(hit, like.dtype().into())
}

pub(super) fn total<B: Backend>(per_sample: FloatTensor<B>) -> FloatTensor<B> {
    let members = per_sample.shape()[0];
    B::float_reshape(B::float_sum_dim(per_sample, 1), Shape::new([members]))
}
