//! Kernels of activations in half the bytes, against the same in single precision.

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::Device;
use burn::backend::{Backend, Cube};
use burn::tensor::DType;
use decay_random::At;

use super::gpu::suite::values::{Floats, assert_close, draws, floats, integers};
use crate::{Activation, DropoutOps, LinearOps, Smooth, SmoothOps};

/// The formats that the device under test computes in, with their relative rounding error.
fn formats() -> Vec<(DType, f32)> {
    let device = Device::<Cube>::default();
    let all = [(DType::BF16, 1.0 / 128.0), (DType::F16, 1.0 / 1024.0)];
    let usable: Vec<_> = all
        .into_iter()
        .filter(|(format, _)| Cube::supports_dtype(&device, *format))
        .collect();
    if usable.is_empty() {
        eprintln!("skipped: this device computes in neither bf16 nor f16");
    }
    usable
}

fn cast(x: &Floats, format: DType) -> Floats {
    Cube::float_cast(x.clone(), format.into())
}

/// The values as the format has them, in single precision.
fn rounded(x: &Floats, format: DType) -> Floats {
    cast(&cast(x, format), DType::F32)
}

#[test]
fn a_layer_and_its_gradients() {
    let (x, weight) = (draws([3, 5, 17], 1), draws([3, 17, 12], 2));
    let (bias, grad) = (draws([3, 12], 3), draws([3, 5, 12], 4));
    for (format, error) in formats() {
        let half = |t: &Floats| cast(t, format);
        let y = Cube::population_linear(half(&x), half(&weight), bias.clone(), Activation::Tanh);
        let full = Cube::population_linear(
            rounded(&x, format),
            rounded(&weight, format),
            bias.clone(),
            Activation::Tanh,
        );
        assert_close("y", &cast(&y, DType::F32), &full, 2.0 * error);
        let (dx, dw, db) = Cube::linear_backward(
            half(&x),
            half(&weight),
            y.clone(),
            half(&grad),
            Activation::Tanh,
        );
        let expected = Cube::linear_backward(
            rounded(&x, format),
            rounded(&weight, format),
            cast(&y, DType::F32),
            rounded(&grad, format),
            Activation::Tanh,
        );
        assert_close("dx", &cast(&dx, DType::F32), &expected.0, 4.0 * error);
        assert_close("dW", &cast(&dw, DType::F32), &expected.1, 4.0 * error);
        // Summed in single precision, from what is rounded once.
        assert_close("db", &db, &expected.2, error);
    }
}

#[test]
fn dropout_and_smooth_activations() {
    let x = draws([2, 9, 13], 1);
    let (rate, seed) = (
        floats(vec![0.3, 0.6], [2]),
        integers(vec![1, 2, 3, 4], [2, 2]),
    );
    for (format, error) in formats() {
        let (half, full) = (cast(&x, format), rounded(&x, format));
        let dropped = Cube::dropout(half.clone(), rate.clone(), seed.clone(), At::default());
        let expected = Cube::dropout(full.clone(), rate.clone(), seed.clone(), At::default());
        assert_close("dropout", &cast(&dropped, DType::F32), &expected, error);
        for activation in Smooth::ALL {
            let y = Cube::smooth(half.clone(), activation);
            let expected = Cube::smooth(full.clone(), activation);
            assert_close("smooth", &cast(&y, DType::F32), &expected, error);
            let dz = Cube::smooth_backward(half.clone(), half.clone(), activation);
            let expected = Cube::smooth_backward(full.clone(), full.clone(), activation);
            assert_close("slope", &cast(&dz, DType::F32), &expected, error);
        }
    }
}
