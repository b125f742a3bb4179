//! [`batch_norm`](crate::batch_norm) as reductions, with the gradients written out.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Scalar, TensorMetadata};
use burn::tensor::Shape;

use super::{NORM_EPSILON, NORM_MOMENTUM};
use crate::Activation;

/// `(y, mean, 1 / sqrt(var + eps), running mean, running variance)`.
#[allow(clippy::type_complexity)]
pub fn forward<B: Backend>(
    x: FloatTensor<B>,
    scale: FloatTensor<B>,
    shift: FloatTensor<B>,
    weights: FloatTensor<B>,
    running_mean: FloatTensor<B>,
    running_variance: FloatTensor<B>,
    activation: Activation,
) -> (
    FloatTensor<B>,
    FloatTensor<B>,
    FloatTensor<B>,
    FloatTensor<B>,
    FloatTensor<B>,
) {
    let count = B::float_sum_dim(weights.clone(), 1);
    let share = share::<B>(weights);
    let mean = B::float_sum_dim(B::float_mul(x.clone(), share.clone()), 1);
    let centred = B::float_sub(x, mean.clone());
    let square = B::float_mul(centred.clone(), centred.clone());
    let variance = B::float_sum_dim(B::float_mul(square, share), 1);
    let deviation = B::float_sqrt(B::float_add_scalar(variance.clone(), NORM_EPSILON.into()));
    let inverse = B::float_recip(deviation);
    let factor = B::float_mul(inverse.clone(), row::<B>(scale));
    let y = B::float_add(B::float_mul(centred, factor), row::<B>(shift));
    let y = activation.apply::<B>(y);

    let (mean, variance) = (flat::<B>(mean), flat::<B>(variance));
    let others = B::float_clamp_min(
        B::float_sub_scalar(count.clone(), Scalar::from(1.0)),
        Scalar::from(1.0),
    );
    let bessel = B::float_div(count.clone(), others);
    // No step where no sample counts.
    let step = B::float_mul_scalar(
        B::float_clamp_max(count, Scalar::from(1.0)),
        NORM_MOMENTUM.into(),
    );
    let unbiased = B::float_mul(variance, bessel);
    let running_mean = toward::<B>(running_mean, mean.clone(), step.clone());
    let running_variance = toward::<B>(running_variance, unbiased, step);
    (y, mean, flat::<B>(inverse), running_mean, running_variance)
}

/// `(dx, d scale, d shift)` from the gradient before the activation.
///
/// ```text
/// n = (x - mean) inverse          d shift = sum g          d scale = sum g n
/// dx = scale inverse (g - share (d shift + n d scale))
/// ```
pub fn backward<B: Backend>(
    x: FloatTensor<B>,
    scale: FloatTensor<B>,
    weights: FloatTensor<B>,
    mean: FloatTensor<B>,
    inverse: FloatTensor<B>,
    grad: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    let inverse = row::<B>(inverse);
    let normal = B::float_mul(B::float_sub(x, row::<B>(mean)), inverse.clone());
    let dshift = B::float_sum_dim(grad.clone(), 1);
    let dscale = B::float_sum_dim(B::float_mul(grad.clone(), normal.clone()), 1);
    let through = B::float_add(dshift.clone(), B::float_mul(normal, dscale.clone()));
    let rest = B::float_sub(grad, B::float_mul(through, share::<B>(weights)));
    let dx = B::float_mul(rest, B::float_mul(inverse, row::<B>(scale)));
    (dx, flat::<B>(dscale), flat::<B>(dshift))
}

/// `w / max(sum w, 1)` per member, as `[R, B, 1]`.
fn share<B: Backend>(weights: FloatTensor<B>) -> FloatTensor<B> {
    let [members, batch] = weights.shape().dims();
    let count = B::float_clamp_min(B::float_sum_dim(weights.clone(), 1), Scalar::from(1.0));
    B::float_reshape(
        B::float_div(weights, count),
        Shape::new([members, batch, 1]),
    )
}

/// `old + (new - old) step`.
fn toward<B: Backend>(
    old: FloatTensor<B>,
    new: FloatTensor<B>,
    step: FloatTensor<B>,
) -> FloatTensor<B> {
    let change = B::float_mul(B::float_sub(new, old.clone()), step);
    B::float_add(old, change)
}

/// `[R, C]` as `[R, 1, C]`.
fn row<B: Backend>(values: FloatTensor<B>) -> FloatTensor<B> {
    let [members, columns] = values.shape().dims();
    B::float_reshape(values, Shape::new([members, 1, columns]))
}

/// `[R, 1, C]` as `[R, C]`.
fn flat<B: Backend>(values: FloatTensor<B>) -> FloatTensor<B> {
    let [members, _, columns] = values.shape().dims();
    B::float_reshape(values, Shape::new([members, columns]))
}
