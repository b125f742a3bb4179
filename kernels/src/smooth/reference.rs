//! [`smooth`](crate::smooth()) and its derivative, term by term.

use burn::backend::Backend;
use burn::backend::tensor::FloatTensor;

use crate::Smooth;

/// `y`.
pub fn forward<B: Backend>(z: FloatTensor<B>, activation: Smooth) -> FloatTensor<B> {
    let gate = match activation {
        Smooth::Gelu => normal_distribution::<B>(z.clone()),
        Smooth::Silu => B::sigmoid(z.clone()),
        Smooth::Elu => {
            let below = B::float_sub_scalar(exponential_below::<B>(z.clone()), 1.0.into());
            return B::float_add(B::relu(z), below);
        }
    };
    B::float_mul(z, gate)
}

/// `dz`.
pub fn backward<B: Backend>(
    z: FloatTensor<B>,
    grad: FloatTensor<B>,
    activation: Smooth,
) -> FloatTensor<B> {
    let slope = match activation {
        Smooth::Gelu => {
            let density = normal_density::<B>(z.clone());
            B::float_add(
                normal_distribution::<B>(z.clone()),
                B::float_mul(z, density),
            )
        }
        Smooth::Silu => {
            let s = B::sigmoid(z.clone());
            let rest = B::float_add_scalar(B::float_neg(s.clone()), 1.0.into());
            let inner = B::float_add_scalar(B::float_mul(z, rest), 1.0.into());
            B::float_mul(s, inner)
        }
        // Above zero the exponential is that of zero.
        Smooth::Elu => exponential_below::<B>(z),
    };
    B::float_mul(grad, slope)
}

/// `exp(min(z, 0))`.
fn exponential_below<B: Backend>(z: FloatTensor<B>) -> FloatTensor<B> {
    B::float_exp(B::float_neg(B::relu(B::float_neg(z))))
}

/// `(1 + erf(z / sqrt 2)) / 2`.
fn normal_distribution<B: Backend>(z: FloatTensor<B>) -> FloatTensor<B> {
    let scaled = B::float_mul_scalar(z, std::f32::consts::FRAC_1_SQRT_2.into());
    B::float_mul_scalar(
        B::float_add_scalar(B::float_erf(scaled), 1.0.into()),
        0.5.into(),
    )
}

/// `exp(-z^2 / 2) / sqrt(2 pi)`.
fn normal_density<B: Backend>(z: FloatTensor<B>) -> FloatTensor<B> {
    const PEAK: f32 = 0.398_942_3;
    let square = B::float_mul(z.clone(), z);
    B::float_mul_scalar(
        B::float_exp(B::float_mul_scalar(square, (-0.5).into())),
        PEAK.into(),
    )
}
