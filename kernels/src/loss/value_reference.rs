//! Losses of values as elementwise operations, with the gradient written out.

use std::f32::consts::TAU;

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Scalar, TensorMetadata};
use burn::tensor::{Shape, Slice};

use super::reference::{shares, total, without};
use super::{LEAST_VARIANCE, ValueLoss};
use crate::reference::booleans;

/// `(objective, d objective / d outputs)`; see [`value_loss`](crate::value_loss).
pub fn value_loss<B: Backend>(
    outputs: FloatTensor<B>,
    targets: FloatTensor<B>,
    weights: FloatTensor<B>,
    quantile: FloatTensor<B>,
    loss: ValueLoss,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let [members, _, width] = targets.shape().dims();
    let (share, idle) = shares::<B>(weights);
    let (outputs, targets) = (without::<B>(outputs, &idle), without::<B>(targets, &idle));
    let (losses, slopes) = match loss {
        ValueLoss::Absolute => absolute::<B>(outputs, targets),
        ValueLoss::Quantile => {
            let quantile = B::float_reshape(quantile, Shape::new([members, 1, 1]));
            pinball::<B>(outputs, targets, quantile)
        }
        ValueLoss::Gaussian => gaussian::<B>(outputs, targets),
        ValueLoss::Poisson => poisson::<B>(outputs, targets),
        ValueLoss::Bernoulli => bernoulli::<B>(outputs, targets),
    };
    let slopes = B::float_mul_scalar(slopes, Scalar::from(1.0 / width as f32));
    // The loss of an idle sample is finite, but need not be zero.
    (
        total::<B>(B::float_mean_dim(B::float_mul(losses, share.clone()), 2)),
        B::float_mul(slopes, share),
    )
}

fn absolute<B: Backend>(x: FloatTensor<B>, t: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>) {
    let difference = B::float_sub(x, t);
    let slope = B::float_sign(difference.clone());
    (B::float_abs(difference), slope)
}

fn pinball<B: Backend>(
    x: FloatTensor<B>,
    t: FloatTensor<B>,
    quantile: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let over = B::float_sub(x, t);
    let above = B::float_greater_elem(over.clone(), Scalar::from(0.0), booleans::<B>(&over));
    let above = B::bool_into_float(above, over.dtype().into());
    // `q` below the truth, `1 - q` above it.
    let other = B::float_mul_scalar(quantile.clone(), Scalar::from(-2.0));
    let other = B::float_add_scalar(other, Scalar::from(1.0));
    let weight = B::float_add(B::float_mul(above, other), quantile);
    (
        B::float_mul(B::float_abs(over.clone()), weight.clone()),
        B::float_mul(B::float_sign(over), weight),
    )
}

fn gaussian<B: Backend>(
    outputs: FloatTensor<B>,
    t: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let [members, batch, width] = t.shape().dims();
    let part = |start: usize| {
        let ranges = [0..members, 0..batch, start..start + width];
        B::float_slice(outputs.clone(), &ranges.map(Slice::from))
    };
    let (difference, s) = (B::float_sub(part(0), t), part(width));
    let variance = B::float_add_scalar(softplus::<B>(s.clone()), Scalar::from(LEAST_VARIANCE));
    let slope = B::float_div(difference.clone(), variance.clone());
    let square = B::float_mul(difference, slope.clone());
    let log = B::float_log(B::float_mul_scalar(variance.clone(), Scalar::from(TAU)));
    let loss = B::float_mul_scalar(B::float_add(log, square.clone()), Scalar::from(0.5));
    let excess = B::float_add_scalar(B::float_neg(square), Scalar::from(1.0));
    let of_s = B::float_mul(B::float_div(excess, variance), logistic::<B>(s));
    let of_s = B::float_mul_scalar(of_s, Scalar::from(0.5));
    (loss, B::float_cat(vec![slope, of_s], 2))
}

/// `ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|)`, which does not overflow.
fn softplus<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    let tail = B::float_exp(B::float_neg(B::float_abs(x.clone())));
    B::float_add(
        B::float_clamp_min(x, Scalar::from(0.0)),
        B::float_log1p(tail),
    )
}

/// `1 / (1 + e^-x)`
fn logistic<B: Backend>(x: FloatTensor<B>) -> FloatTensor<B> {
    B::float_recip(B::float_add_scalar(
        B::float_exp(B::float_neg(x)),
        Scalar::from(1.0),
    ))
}

fn bernoulli<B: Backend>(x: FloatTensor<B>, t: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>) {
    let loss = B::float_sub(softplus::<B>(x.clone()), B::float_mul(t.clone(), x.clone()));
    (loss, B::float_sub(logistic::<B>(x), t))
}

fn poisson<B: Backend>(x: FloatTensor<B>, t: FloatTensor<B>) -> (FloatTensor<B>, FloatTensor<B>) {
    let rate = B::float_exp(x.clone());
    let none = B::float_lower_equal_elem(t.clone(), Scalar::from(0.0), booleans::<B>(&t));
    // t ln t is 0 at 0.
    let log = B::float_log(B::float_mask_fill(t.clone(), none, Scalar::from(1.0)));
    let slope = B::float_sub(rate, t.clone());
    let loss = B::float_add(slope.clone(), B::float_mul(t, B::float_sub(log, x)));
    (loss, slope)
}
