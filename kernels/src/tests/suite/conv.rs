//! `conv2d` and its backward pass against patches times a matrix, all of it in Burn's own operations.

use burn::backend::TensorMetadata;
use burn::backend::ops::FloatTensorOps;

use super::Subject;
use super::gradients::{Tape, Tracked, constant, differences, gradients, pulled_back, tracked};
use super::values::{
    Floats, assert_close, assert_same, draws, floats, host, however_spread, member, scattered,
    window,
};
use super::window::windows;
use crate::tests::Habits;
use crate::{Activation, ConvOps, Window, reference};

/// Of the largest magnitude: sums of up to some thousand products in another order.
const TOLERANCE: f32 = 5e-6;

pub(super) struct Layer {
    pub(super) x: Floats,
    pub(super) weight: Floats,
    pub(super) bias: Floats,
    pub(super) grad: Floats,
    pub(super) window: Window,
}

impl Layer {
    pub(super) fn new(members: usize, images: usize, widths: [usize; 2], window: Window) -> Self {
        let [channels, outputs] = widths;
        let depth = window.taps() * channels;
        let weight = draws([members, depth, outputs], 2);
        Self {
            x: draws([members, images * window.inputs(), channels], 1),
            // Outputs of order one.
            weight: Subject::float_div_scalar(weight, (depth as f32).sqrt().into()),
            bias: draws([members, outputs], 3),
            grad: draws([members, images * window.outputs(), outputs], 4),
            window,
        }
    }

    fn of_member(&self, r: usize) -> Self {
        Self {
            x: member(&self.x, r),
            weight: member(&self.weight, r),
            bias: member(&self.bias, r),
            grad: member(&self.grad, r),
            window: self.window,
        }
    }

    /// `[y, dx, dW, db]` of the kernel.
    fn run(&self, activation: Activation) -> [Floats; 4] {
        let (x, weight, grad) = (&self.x, &self.weight, &self.grad);
        however_spread(|| {
            let (x, weight, grad) = (x.clone(), weight.clone(), grad.clone());
            let bias = self.bias.clone();
            let y = Subject::population_conv2d(
                x.clone(),
                weight.clone(),
                bias,
                self.window,
                activation,
            );
            let (dx, dw, db) = Subject::conv2d_backward(
                x.clone(),
                weight,
                y.clone(),
                grad.clone(),
                self.window,
                activation,
            );
            let (dw2, db2) =
                Subject::conv2d_backward_parameters(x, y.clone(), grad, self.window, activation);
            let (weight, grad) = (self.weight.clone(), self.grad.clone());
            let dx2 =
                Subject::conv2d_backward_input(weight, y.clone(), grad, self.window, activation);
            // Shared images get a gradient of their own from each member.
            if self.x.shape()[0] == self.weight.shape()[0] {
                assert_same("dx alone", &dx2, &dx, TOLERANCE);
            }
            assert_same("dW alone", &dw2, &dw, TOLERANCE);
            assert_same("db alone", &db2, &db, TOLERANCE);
            [y, dx, dw, db]
        })
    }

    fn expected(&self, activation: Activation, y: &Floats) -> [Floats; 4] {
        let patches = reference::window::patches::<Subject>(self.x.clone(), self.window);
        let (weight, bias) = (self.weight.clone(), self.bias.clone());
        let forward = reference::linear::forward::<Subject>(
            patches.clone(),
            weight.clone(),
            bias,
            activation,
        );
        // The kernel's own output decides the derivative, so that a rounding next to zero is not two errors.
        let (dpatches, dw, db) = reference::linear::backward::<Subject>(
            patches,
            weight,
            y.clone(),
            self.grad.clone(),
            activation,
        );
        let dx = reference::window::fold::<Subject>(dpatches, self.window);
        [forward, dx, dw, db]
    }

    fn check(&self, activation: Activation) {
        let actual = self.run(activation);
        let expected = self.expected(activation, &actual[0]);
        for ((name, actual), expected) in ["y", "dx", "dW", "db"].iter().zip(&actual).zip(&expected)
        {
            let name = format!("{name} {activation:?} {:?}", self.window);
            assert_close(&name, actual, expected, TOLERANCE);
        }
    }
}

#[test]
fn agrees_with_the_reference() {
    let all = windows().into_iter().flat_map(|window| {
        [(1, 3, [1, 5]), (3, 2, [4, 33]), (2, 1, [17, 8])].map(|layer| (layer, window))
    });
    for ((members, images, widths), window) in all.step_by(Subject::SIZES_STEP) {
        for activation in Activation::ALL {
            Layer::new(members, images, widths, window).check(activation);
        }
    }
}

/// Kernels whose matrix needs several panels, in parts of a row of the kernel and in several rows, and images for several partial sums.
#[test]
fn deep_and_long_sums() {
    if Subject::SIZES_STEP > 1 {
        return;
    }
    let wide = window([4, 5], [3, 3], [1, 1], [1, 1]);
    Layer::new(1, 2, [150, 40], wide).check(Activation::Relu);
    Layer::new(1, 2, [60, 64], wide).check(Activation::Identity);
    let long = window([14, 14], [3, 3], [1, 1], [1, 1]);
    Layer::new(1, 19, [3, 9], long).check(Activation::Tanh);
    Layer::new(2, 11, [3, 9], long).check(Activation::Relu);
    let strided = window([15, 9], [3, 3], [2, 2], [1, 1]);
    Layer::new(1, 40, [6, 5], strided).check(Activation::Relu);
    // A row of the output longer than a panel.
    let flat = window([2, 400], [1, 3], [1, 1], [0, 1]);
    Layer::new(1, 1, [2, 3], flat).check(Activation::Relu);
}

#[test]
fn a_member_alone_equals_the_member_among_others() {
    let window = window([9, 8], [3, 3], [1, 1], [1, 1]);
    for images in [1, 19] {
        let layer = Layer::new(3, images, [4, 33], window);
        let together = layer.run(Activation::Relu);
        for r in [0, 2] {
            let alone = layer.of_member(r).run(Activation::Relu);
            for (alone, together) in alone.iter().zip(&together) {
                assert_same("alone", alone, &member(together, r), TOLERANCE);
            }
        }
    }
}

#[test]
fn members_may_share_their_images() {
    let window = window([5, 7], [3, 3], [1, 1], [1, 1]);
    let layer = Layer {
        x: draws([1, 2 * window.inputs(), 4], 1),
        ..Layer::new(3, 2, [4, 33], window)
    };
    layer.check(Activation::Relu);
}

#[test]
fn strided_operands_give_the_same() {
    let plain = Layer::new(3, 2, [4, 33], window([5, 7], [3, 3], [1, 1], [1, 1]));
    let strided = Layer {
        x: scattered(&plain.x),
        weight: scattered(&plain.weight),
        bias: scattered(&plain.bias),
        grad: scattered(&plain.grad),
        window: plain.window,
    };
    for (strided, plain) in strided
        .run(Activation::Relu)
        .iter()
        .zip(&plain.run(Activation::Relu))
    {
        assert_same("strided", strided, plain, TOLERANCE);
    }
}

#[test]
fn a_member_that_diverges_leaves_the_others_alone() {
    let layer = Layer::new(3, 2, [4, 33], window([5, 7], [3, 3], [1, 1], [1, 1]));
    let clean = layer.run(Activation::Relu);
    let mut values = host(&layer.x);
    let of_member = values.len() / 3;
    values[of_member] = f32::NAN;
    let x = floats(values, [3, 2 * 35, 4]);
    let spoilt = Layer { x, ..layer }.run(Activation::Relu);
    assert!(host(&member(&spoilt[0], 1)).iter().any(|y| y.is_nan()));
    for (spoilt, clean) in spoilt.iter().zip(&clean) {
        for r in [0, 2] {
            assert_same("other", &member(spoilt, r), &member(clean, r), TOLERANCE);
        }
    }
}

#[test]
fn no_images_give_nothing_and_no_gradient() {
    let [y, dx, dw, db] =
        Layer::new(2, 0, [4, 3], window([5, 7], [3, 3], [1, 1], [1, 1])).run(Activation::Relu);
    assert!(host(&y).is_empty() && host(&dx).is_empty());
    assert!(host(&dw).iter().chain(&host(&db)).all(|&v| v == 0.0));
}

fn tape(inputs: &[Tracked], window: Window, activation: Activation) -> Tracked {
    let [x, w, b] = [0, 1, 2].map(|i| inputs[i].clone());
    Tape::population_conv2d(x, w, b, window, activation)
}

#[test]
fn agrees_with_finite_differences() {
    let windows = [
        window([4, 5], [3, 3], [1, 1], [1, 1]),
        window([5, 4], [3, 2], [2, 1], [1, 1]),
        window([6, 4], [5, 3], [1, 1], [2, 0]),
    ];
    let activations = [Activation::Identity, Activation::Tanh, Activation::Sigmoid];
    let all = windows.into_iter().zip(activations);
    for (window, activation) in all.step_by(Subject::SIZES_STEP) {
        let layer = Layer::new(2, 2, [2, 3], window);
        let inputs = [layer.x, layer.weight, layer.bias];
        let run = |inputs: &[Tracked]| tape(inputs, window, activation);
        let actual = gradients(&inputs, &layer.grad, run);
        for (i, actual) in actual.iter().enumerate() {
            let expected = differences(&inputs, i, &layer.grad, run);
            assert_close(&format!("{window:?} {i}"), actual, &expected, 5e-4);
        }
    }
}

/// Only what is tracked gets a gradient, and data get none.
#[test]
fn untracked_images_get_no_gradient() {
    let layer = Layer::new(2, 2, [2, 3], window([4, 5], [3, 3], [1, 1], [1, 1]));
    let (x, w, b) = (
        constant(&layer.x),
        tracked(&layer.weight),
        constant(&layer.bias),
    );
    let inputs = [x.clone(), w.clone(), b.clone()];
    let y = tape(&inputs, layer.window, Activation::Relu);
    let mut all = pulled_back(y, &layer.grad);
    use burn::backend::AutodiffBackend;
    assert!(Tape::grad_remove(&w, &mut all).is_some());
    assert!(Tape::grad_remove(&x, &mut all).is_none());
    assert!(Tape::grad_remove(&b, &mut all).is_none());
}
