//! Depthwise convolution against its reference body, and against a convolution whose kernels do not mix channels.

use super::Subject;
use super::gradients::{Tape, Tracked, differences, gradients};
use super::values::{
    Floats, assert_close, assert_same, draws, floats, host, however_spread, member, scattered,
    window,
};
use super::window::windows;
use crate::{Activation, ConvOps, DepthwiseOps, Window, reference};

const TOLERANCE: f32 = 5e-6;

struct Layer {
    x: Floats,
    weight: Floats,
    bias: Floats,
    grad: Floats,
    window: Window,
}

impl Layer {
    fn new(members: usize, images: usize, channels: usize, window: Window) -> Self {
        Self {
            x: draws([members, images * window.inputs(), channels], 1),
            weight: draws([members, window.taps(), channels], 2),
            bias: draws([members, channels], 3),
            grad: draws([members, images * window.outputs(), channels], 4),
            window,
        }
    }

    fn mapped(&self, change: impl Fn(&Floats) -> Floats) -> Self {
        Self {
            x: change(&self.x),
            weight: change(&self.weight),
            bias: change(&self.bias),
            grad: change(&self.grad),
            window: self.window,
        }
    }

    fn forward(&self, activation: Activation) -> Floats {
        let (x, weight, bias) = (self.x.clone(), self.weight.clone(), self.bias.clone());
        Subject::depthwise(x, weight, bias, self.window, activation)
    }

    /// `[y, dx, dW, db]`.
    fn run(&self, activation: Activation) -> [Floats; 4] {
        however_spread(|| {
            let y = self.forward(activation);
            let (dx, dw, db) = Subject::depthwise_backward(
                self.x.clone(),
                self.weight.clone(),
                y.clone(),
                self.grad.clone(),
                self.window,
                activation,
            );
            [y, dx, dw, db]
        })
    }
}

#[test]
fn agrees_with_the_reference() {
    for window in windows() {
        for (members, images, channels) in [(1, 2, 1), (3, 2, 19)] {
            let layer = Layer::new(members, images, channels, window);
            for activation in Activation::ALL {
                let actual = layer.run(activation);
                let (x, weight) = (layer.x.clone(), layer.weight.clone());
                let y = reference::depthwise::forward::<Subject>(
                    x.clone(),
                    weight.clone(),
                    layer.bias.clone(),
                    window,
                    activation,
                );
                let grad = layer.grad.clone();
                // The kernel's own output decides the derivative.
                let own = actual[0].clone();
                let (dx, dw, db) = reference::depthwise::backward::<Subject>(
                    x, weight, own, grad, window, activation,
                );
                let names = ["y", "dx", "dW", "db"].iter();
                for ((name, actual), expected) in names.zip(&actual).zip(&[y, dx, dw, db]) {
                    let name = format!("{name} {activation:?} {window:?}");
                    assert_close(&name, actual, expected, TOLERANCE);
                }
            }
        }
    }
}

#[test]
fn is_a_convolution_whose_kernels_do_not_mix_channels() {
    let window = window([5, 6], [3, 2], [2, 1], [1, 1]);
    let (members, channels) = (2, 3);
    let layer = Layer::new(members, 2, channels, window);
    let own = host(&layer.weight);
    let rows = members * window.taps() * channels;
    let full = (0..rows * channels).map(|i| {
        let (row, o) = (i / channels, i % channels);
        if row % channels == o { own[row] } else { 0.0 }
    });
    let full = floats(
        full.collect(),
        [members, window.taps() * channels, channels],
    );
    let (x, bias) = (layer.x.clone(), layer.bias.clone());
    let expected = Subject::population_conv2d(x, full, bias, window, Activation::Tanh);
    assert_close("y", &layer.forward(Activation::Tanh), &expected, TOLERANCE);
}

#[test]
fn agrees_with_finite_differences() {
    for (kernel, activation) in [([3, 3], Activation::Identity), ([5, 3], Activation::Tanh)] {
        let window = window([5, 6], kernel, [2, 1], [1, 1]);
        let layer = Layer::new(2, 2, 3, window);
        let inputs = [layer.x, layer.weight, layer.bias];
        let run = |inputs: &[Tracked]| {
            let [x, w, b] = [0, 1, 2].map(|i| inputs[i].clone());
            Tape::depthwise(x, w, b, window, activation)
        };
        let actual = gradients(&inputs, &layer.grad, run);
        for (i, actual) in actual.iter().enumerate() {
            let expected = differences(&inputs, i, &layer.grad, run);
            assert_close(&format!("{kernel:?} {i}"), actual, &expected, 5e-4);
        }
    }
}

#[test]
fn a_member_alone_is_itself_among_others_and_strides_do_not_matter() {
    let layer = Layer::new(3, 2, 19, window([5, 7], [3, 3], [1, 1], [1, 1]));
    let together = layer.run(Activation::Relu);
    let alone = layer.mapped(|all| member(all, 2)).run(Activation::Relu);
    let strided = layer.mapped(scattered).run(Activation::Relu);
    for ((together, alone), strided) in together.iter().zip(&alone).zip(&strided) {
        assert_same("alone", alone, &member(together, 2), TOLERANCE);
        assert_same("strided", strided, together, TOLERANCE);
    }
}
