//! Activations and their slopes inside other kernels.

use cubecl::prelude::*;

use crate::Activation;

/// `act(z)`; NaN stays NaN.
#[cube]
pub(crate) fn apply<N: Size>(
    z: Vector<f32, N>,
    #[comptime] activation: Activation,
) -> Vector<f32, N> {
    let one = Vector::new(1.0);
    match comptime!(activation) {
        Activation::Identity => z,
        Activation::Relu => {
            let zero = Vector::new(0.0);
            select_many(z.less_than(&zero), zero, z)
        }
        // Devices differ in what their tangent does far out, where it is 1 in f32 anyway.
        Activation::Tanh => clamp(z, Vector::new(-15.0), Vector::new(15.0)).tanh(),
        Activation::Sigmoid => one / (one + (-z).exp()),
    }
}

/// `dy * act'`, from `y`.
#[cube]
fn pull_back<N: Size>(
    y: Vector<f32, N>,
    grad: Vector<f32, N>,
    #[comptime] activation: Activation,
) -> Vector<f32, N> {
    let one = Vector::new(1.0);
    match comptime!(activation) {
        Activation::Identity => grad,
        Activation::Relu => {
            let zero = Vector::new(0.0);
            select_many(y.greater_than(&zero), grad, zero)
        }
        Activation::Tanh => grad * (one - y * y),
        Activation::Sigmoid => grad * (y * (one - y)),
    }
}

/// [`apply`] to one value.
#[cube]
pub(crate) fn apply_to_one(z: f32, #[comptime] activation: Activation) -> f32 {
    apply::<Const<1>>(Vector::new(z), activation).extract(0usize)
}

/// [`pull_back`] of one value.
#[cube]
pub(crate) fn pull_back_one(y: f32, grad: f32, #[comptime] activation: Activation) -> f32 {
    pull_back::<Const<1>>(Vector::new(y), Vector::new(grad), activation).extract(0usize)
}
