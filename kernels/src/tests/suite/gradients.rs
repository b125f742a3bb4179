//! The backward passes against Burn's autodiff through the reference bodies and against finite differences.

use burn::backend::autodiff::grads::Gradients;
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, TensorMetadata};
use decay_random::At;

use super::Subject;
use super::attention::graph;
use super::matrix::{Matrix, mask};
use super::values::{Floats, Integers, assert_close, draws, floats, host, integers};
use crate::sparse::{ByRows, Kept, Sparse};
use crate::{Activation, AttentionOps, DropoutOps, LinearOps, LossOps, SparseOps, reference};

pub(super) type Tape = Autodiff<Subject>;
pub(super) type Tracked = FloatTensor<Tape>;

pub(super) fn tracked(tensor: &Floats) -> Tracked {
    Tape::float_set_require_grad(Tape::from_inner(tensor.clone()), true)
}

pub(super) fn constant(tensor: &Floats) -> Tracked {
    Tape::from_inner(tensor.clone())
}

/// Gradients of `sum(cotangent * output)`.
pub(super) fn pulled_back(output: Tracked, cotangent: &Floats) -> Gradients {
    let weighted = Tape::float_mul(output, constant(cotangent));
    Tape::backward(Tape::float_sum(weighted))
}

pub(super) fn gradients(
    inputs: &[Floats],
    cotangent: &Floats,
    f: impl Fn(&[Tracked]) -> Tracked,
) -> Vec<Floats> {
    let inputs: Vec<Tracked> = inputs.iter().map(tracked).collect();
    let mut gradients = pulled_back(f(&inputs), cotangent);
    inputs
        .iter()
        .map(|input| Tape::grad_remove(input, &mut gradients).expect("a gradient"))
        .collect()
}

/// Central differences of `sum(cotangent * f)` with respect to input `index`, summed in f64.
pub(super) fn differences(
    inputs: &[Floats],
    index: usize,
    cotangent: &Floats,
    f: impl Fn(&[Tracked]) -> Tracked,
) -> Floats {
    const STEP: f32 = 1.0 / 128.0;
    let objective = |values: Vec<f32>| -> f64 {
        let mut tensors: Vec<Tracked> = inputs.iter().map(constant).collect();
        let shape = inputs[index].shape();
        tensors[index] = constant(&floats(values, shape));
        let output = host(&Tape::inner(f(&tensors)));
        let pairs = output.iter().zip(host(cotangent));
        pairs.map(|(&y, c)| f64::from(y) * f64::from(c)).sum()
    };
    let base = host(&inputs[index]);
    let slopes = (0..base.len()).map(|i| {
        let shifted = |by: f32| {
            let mut values = base.clone();
            values[i] += by;
            objective(values)
        };
        ((shifted(STEP) - shifted(-STEP)) / (2.0 * f64::from(STEP))) as f32
    });
    floats(slopes.collect(), inputs[index].shape())
}

/// Three members, so that a mixed-up index shows.
fn layer(x_members: usize) -> [Floats; 3] {
    [
        draws([x_members, 4, 5], 11),
        draws([3, 5, 7], 12),
        draws([3, 7], 13),
    ]
}

fn kernel(inputs: &[Tracked], activation: Activation) -> Tracked {
    let [x, w, b] = [0, 1, 2].map(|i| inputs[i].clone());
    Tape::population_linear(x, w, b, activation)
}

#[test]
fn linear_agrees_with_autodiff_through_the_reference() {
    let cotangent = draws([3, 4, 7], 14);
    for x_members in [1, 3] {
        for activation in Activation::ALL {
            let inputs = layer(x_members);
            let actual = gradients(&inputs, &cotangent, |inputs| kernel(inputs, activation));
            let expected = gradients(&inputs, &cotangent, |inputs| {
                let [x, w, b] = [0, 1, 2].map(|i| inputs[i].clone());
                reference::linear::forward::<Tape>(x, w, b, activation)
            });
            for (actual, expected) in actual.iter().zip(&expected) {
                assert_close(&format!("{activation:?}"), actual, expected, 3e-6);
            }
        }
    }
}

#[test]
fn linear_agrees_with_finite_differences() {
    let cotangent = draws([3, 4, 7], 14);
    // ReLU is left out: a step across its kink is no derivative, and its mask is checked above.
    for activation in [Activation::Identity, Activation::Tanh, Activation::Sigmoid] {
        for x_members in [1, 3] {
            let inputs = layer(x_members);
            let actual = gradients(&inputs, &cotangent, |inputs| kernel(inputs, activation));
            for (i, actual) in actual.iter().enumerate() {
                let expected =
                    differences(&inputs, i, &cotangent, |inputs| kernel(inputs, activation));
                assert_close(&format!("{activation:?} {i}"), actual, &expected, 5e-4);
            }
        }
    }
}

/// Where parameters are untracked the kernels take another way; a shared input gets the members' sum.
#[test]
fn an_input_alone_gets_the_gradient_that_it_gets_among_parameters() {
    let cotangent = draws([3, 4, 7], 14);
    for x_members in [1, 3] {
        for activation in Activation::ALL {
            let inputs = layer(x_members);
            let all = gradients(&inputs, &cotangent, |inputs| kernel(inputs, activation));
            let alone = gradients(&inputs[..1], &cotangent, |x| {
                let [w, b] = [1, 2].map(|i| constant(&inputs[i]));
                kernel(&[x[0].clone(), w, b], activation)
            });
            assert_close(&format!("{activation:?}"), &alone[0], &all[0], 1e-6);
        }
    }
}

/// Labels, weights with zeros and smoothing of three members with five samples of four classes.
fn truths() -> (Integers, Floats, Floats) {
    (
        integers((0..15).map(|i| i * 7 % 4).collect(), [3, 5]),
        floats((0..15).map(|i| (i % 4) as f32 / 2.0).collect(), [3, 5]),
        floats(vec![0.0, 0.1, 0.35], [3]),
    )
}

fn cross_entropy(inputs: &[Tracked]) -> Tracked {
    let (labels, weights, smoothing) = truths();
    let (weights, smoothing) = (constant(&weights), constant(&smoothing));
    Tape::cross_entropy(inputs[0].clone(), labels, weights, smoothing).0
}

#[test]
fn cross_entropy_agrees_with_autodiff_through_the_reference() {
    let (inputs, cotangent) = ([draws([3, 5, 4], 21)], draws([3], 22));
    let actual = gradients(&inputs, &cotangent, cross_entropy);
    let expected = gradients(&inputs, &cotangent, |inputs| {
        let (labels, weights, smoothing) = truths();
        let (weights, smoothing) = (constant(&weights), constant(&smoothing));
        reference::loss::cross_entropy::<Tape>(inputs[0].clone(), labels, weights, smoothing).0
    });
    assert_close("d logits", &actual[0], &expected[0], 2e-6);
}

#[test]
fn losses_agree_with_finite_differences() {
    let cotangent = draws([3], 22);
    let squared = |inputs: &[Tracked]| {
        let targets = constant(&draws([3, 5, 4], 23));
        Tape::squared_error(inputs[0].clone(), targets, constant(&truths().1))
    };
    let inputs = [draws([3, 5, 4], 21)];
    let actual = gradients(&inputs, &cotangent, squared);
    let expected = differences(&inputs, 0, &cotangent, squared);
    assert_close("squared error", &actual[0], &expected, 5e-4);
    let actual = gradients(&inputs, &cotangent, cross_entropy);
    let expected = differences(&inputs, 0, &cotangent, cross_entropy);
    assert_close("cross-entropy", &actual[0], &expected, 5e-4);
}

#[test]
fn squared_error_agrees_with_autodiff_through_the_reference() {
    let (inputs, cotangent) = ([draws([3, 5, 4], 21)], draws([3], 22));
    let (targets, (_, weights, _)) = (draws([3, 5, 4], 23), truths());
    let actual = gradients(&inputs, &cotangent, |inputs| {
        Tape::squared_error(inputs[0].clone(), constant(&targets), constant(&weights))
    });
    let expected = gradients(&inputs, &cotangent, |inputs| {
        let (targets, weights) = (constant(&targets), constant(&weights));
        reference::loss::squared_error::<Tape>(inputs[0].clone(), targets, weights).0
    });
    assert_close("d outputs", &actual[0], &expected[0], 2e-6);
}

#[test]
fn dropout_passes_the_gradient_through_the_mask_of_the_forward_pass() {
    let (x, cotangent) = (draws([3, 4, 50], 31), draws([3, 4, 50], 32));
    let rate = floats(vec![0.0, 0.4, 1.0], [3]);
    let seed = integers(vec![1, 2, 3, 4, 5, 6], [3, 2]);
    let at = At {
        site: 2,
        epoch: 1,
        step: 9,
    };
    let drop = |x: Tracked| Tape::dropout(x, constant(&rate), seed.clone(), at);
    let gradient = gradients(std::slice::from_ref(&x), &cotangent, |inputs| {
        drop(inputs[0].clone())
    });
    let output = host(&Tape::inner(drop(constant(&x))));
    let factors = output.iter().zip(host(&x)).map(|(y, x)| y / x);
    let expected = factors.zip(host(&cotangent)).map(|(f, c)| f * c).collect();
    assert_close("d x", &gradient[0], &floats(expected, [3, 4, 50]), 1e-6);
}

/// Dropout as well: its mask is a constant.
#[test]
fn sparse_products_agree_with_finite_differences() {
    let matrix = Matrix::new(9, 7);
    let on_tape = || tracked_matrix(matrix.on_device());
    for kept in [false, true] {
        let mask = || match mask(3, matrix.entries()) {
            Kept::Some { words, rate } if kept => Kept::Some {
                words,
                rate: constant(&rate),
            },
            _ => Kept::All,
        };
        let cotangent = draws([3, 9, 5], 14);
        let product =
            |inputs: &[Tracked]| Tape::sparse_product(on_tape(), inputs[0].clone(), mask());
        let layer = |inputs: &[Tracked]| {
            let (x, bias) = (inputs[0].clone(), inputs[1].clone());
            Tape::sparse_linear(on_tape(), x, bias, mask(), Activation::Tanh)
        };
        let inputs = [draws([3, 7, 5], 11), draws([3, 5], 12)];
        let actual = gradients(&inputs[..1], &cotangent, product);
        let expected = differences(&inputs, 0, &cotangent, product);
        assert_close("product", &actual[0], &expected, 5e-4);
        for (i, actual) in gradients(&inputs, &cotangent, layer).iter().enumerate() {
            let expected = differences(&inputs, i, &cotangent, layer);
            assert_close("layer", actual, &expected, 2e-3);
        }
    }
}

#[test]
fn attention_agrees_with_finite_differences() {
    let graph = graph(9);
    let inputs = [
        draws([3, 9, 10], 11),
        draws([3, 10], 12),
        draws([3, 10], 13),
    ];
    let cotangent = draws([3, 9, 10], 14);
    for dropped in [false, true] {
        let mask = || match mask(3, 2 * graph.entries()) {
            Kept::Some { words, rate } if dropped => Kept::Some {
                words,
                rate: constant(&rate),
            },
            _ => Kept::All,
        };
        let attend = |inputs: &[Tracked]| {
            let [h, source, target] = [0, 1, 2].map(|i| inputs[i].clone());
            let graph = tracked_matrix(graph.on_device());
            Tape::graph_attention(graph, h, source, target, mask(), 2, 0.2)
        };
        for (i, actual) in gradients(&inputs, &cotangent, attend).iter().enumerate() {
            let expected = differences(&inputs, i, &cotangent, attend);
            assert_close(&format!("attention {i}"), actual, &expected, 5e-3);
        }
    }
}

fn tracked_matrix(matrix: Sparse<Subject>) -> Sparse<Tape> {
    let on_tape = |half: ByRows<Subject>| ByRows {
        offsets: half.offsets,
        rows: half.rows,
        columns: half.columns,
        values: constant(&half.values),
        numbers: half.numbers,
    };
    Sparse {
        matrix: on_tape(matrix.matrix),
        transpose: on_tape(matrix.transpose),
    }
}

/// Only what is tracked gets a gradient, and an untracked pass still computes.
#[test]
fn untracked_inputs_get_no_gradient() {
    let [x, w, b] = layer(3);
    let (x, w, b) = (constant(&x), tracked(&w), constant(&b));
    let y = Tape::population_linear(x.clone(), w.clone(), b.clone(), Activation::Relu);
    let mut gradients = pulled_back(y, &draws([3, 4, 7], 14));
    assert!(Tape::grad_remove(&w, &mut gradients).is_some());
    assert!(Tape::grad_remove(&x, &mut gradients).is_none());
    assert!(Tape::grad_remove(&b, &mut gradients).is_none());
}
