//! Layers and losses against torch (`layers.json`).

use burn::backend::TensorMetadata;
use burn::backend::ops::FloatTensorOps;

use super::Subject;
use super::oracle::Case;
use super::values::{Floats, assert_close, floats, integers};
use crate::{Activation, LinearOps, LossOps, Smooth, SmoothOps, reference};

const FILE: &str = "layers.json";

/// Torch keeps `[out, in]`, this crate `[in, out]`.
fn turned(weight: Floats) -> Floats {
    Subject::float_swap_dims(weight, 1, 2)
}

#[test]
fn linear_matches_the_oracle() {
    for name in ["linear", "linear_no_bias"] {
        let case = Case::find(FILE, name);
        let (x, weight) = (
            case.input("/x").tensor(),
            turned(case.input("/weight").tensor()),
        );
        let bias = match name {
            "linear" => case.input("/bias").tensor(),
            _ => floats(vec![0.0; 3], [1, 3]),
        };
        let grad = case.input("/cotangent").tensor();
        let none = Activation::Identity;
        let y = Subject::population_linear(x.clone(), weight.clone(), bias, none);
        assert_close(name, &y, &case.expected("/output").tensor(), 2e-6);
        let (dx, dw, db) = Subject::linear_backward(x, weight, y, grad, none);
        assert_close(name, &dx, &case.expected("/grad_x").tensor(), 2e-6);
        assert_close(
            name,
            &turned(dw),
            &case.expected("/grad_weight").tensor(),
            2e-6,
        );
        if name == "linear" {
            assert_close(name, &db, &case.expected("/grad_bias").tensor(), 2e-6);
        }
    }
}

/// An identity matrix as the weight leaves the activation alone.
#[test]
fn activations_match_the_oracle() {
    for (name, activation) in [
        ("activation_relu", Activation::Relu),
        ("activation_tanh", Activation::Tanh),
        ("activation_sigmoid", Activation::Sigmoid),
    ] {
        let case = Case::find(FILE, name);
        let x = case.input("/x").tensor();
        let width = x.shape()[2];
        let identity = (0..width * width).map(|i| f32::from(i % (width + 1) == 0));
        let weight = floats(identity.collect(), [1, width, width]);
        let bias = floats(vec![0.0; width], [1, width]);
        let grad = case.input("/cotangent").tensor();
        let y = Subject::population_linear(x.clone(), weight.clone(), bias, activation);
        assert_close(name, &y, &case.expected("/output").tensor(), 2e-6);
        let (dx, _, _) = Subject::linear_backward(x, weight, y, grad, activation);
        assert_close(name, &dx, &case.expected("/grad_x").tensor(), 2e-6);
    }
}

#[test]
fn elu_matches_the_oracle() {
    let case = Case::find(FILE, "activation_elu");
    let (x, grad) = (case.input("/x").tensor(), case.input("/cotangent").tensor());
    let y = Subject::smooth(x.clone(), Smooth::Elu);
    assert_close("elu", &y, &case.expected("/output").tensor(), 2e-6);
    let dx = Subject::smooth_backward(x, grad, Smooth::Elu);
    assert_close("elu", &dx, &case.expected("/grad_x").tensor(), 2e-6);
}

/// Class weights are sample weights `w[label]`; with smoothing torch weighs each class's term instead, which sample
/// weights cannot say, so that case is left out.
#[test]
fn cross_entropy_matches_the_oracle() {
    for (name, smoothing) in [
        ("cross_entropy_smooth0.0_plain", 0.0),
        ("cross_entropy_smooth0.0_weighted", 0.0),
        ("cross_entropy_smooth0.1_plain", 0.1),
    ] {
        let case = Case::find(FILE, name);
        let labels: Vec<i32> = case
            .input("/labels")
            .data
            .iter()
            .map(|&l| l as i32)
            .collect();
        let weights = if name.ends_with("weighted") {
            let of_class = case.input("/class_weights").values();
            labels
                .iter()
                .map(|&label| of_class[label as usize])
                .collect()
        } else {
            vec![1.0; labels.len()]
        };
        let batch = labels.len();
        let arguments = || {
            (
                case.input("/logits").tensor(),
                integers(labels.clone(), [1, batch]),
                floats(weights.clone(), [1, batch]),
                floats(vec![smoothing], [1]),
            )
        };
        let mean = case
            .expected
            .pointer("/mean")
            .and_then(|mean| mean.as_f64());
        let mean = floats(vec![mean.expect("a mean") as f32], [1]);
        let (x, t, w, e) = arguments();
        let kernel = Subject::cross_entropy_with_gradient(x, t, w, e);
        let (x, t, w, e) = arguments();
        let other = reference::loss::cross_entropy::<Subject>(x, t, w, e);
        for (objective, nll, gradient) in [kernel, other] {
            assert_close(name, &objective, &mean, 2e-6);
            assert_close(name, &gradient, &case.expected("/grad_mean").tensor(), 2e-6);
            if smoothing == 0.0 {
                assert_close(name, &nll, &mean, 2e-6);
            }
        }
    }
}

#[test]
fn squared_error_matches_the_oracle() {
    let case = Case::find(FILE, "mse");
    let arguments = || {
        let outputs = case.input("/prediction").tensor();
        let batch = outputs.shape()[1];
        let weights = floats(vec![1.0; batch], [1, batch]);
        (outputs, case.input("/target").tensor(), weights)
    };
    let mean = case
        .expected
        .pointer("/mean")
        .and_then(|mean| mean.as_f64());
    let mean = floats(vec![mean.expect("a mean") as f32], [1]);
    let (x, t, w) = arguments();
    let kernel = Subject::squared_error_with_gradient(x, t, w);
    let (x, t, w) = arguments();
    let other = reference::loss::squared_error::<Subject>(x, t, w);
    for (objective, gradient) in [kernel, other] {
        assert_close("mse", &objective, &mean, 2e-6);
        assert_close(
            "mse",
            &gradient,
            &case.expected("/grad_mean").tensor(),
            2e-6,
        );
    }
}
