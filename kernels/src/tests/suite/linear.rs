//! `linear` and its backward pass against the reference.

use burn::backend::TensorMetadata;
use burn::backend::ops::FloatTensorOps;

use super::Subject;
use super::values::{
    Floats, assert_close, assert_same, draws, floats, host, however_spread, member, scattered,
};
use crate::reference::linear as reference;
use crate::tests::Habits;
use crate::{Activation, LinearOps};

const MEMBERS: [usize; 3] = [1, 2, 7];
const BATCHES: [usize; 3] = [1, 5, 64];
/// Inputs and outputs of a layer.
const WIDTHS: [[usize; 2]; 8] = [
    [1, 3],
    [3, 1],
    [17, 33],
    [33, 64],
    [64, 17],
    [300, 33],
    [64, 300],
    [300, 300],
];

/// Of the largest magnitude: sums of up to 784 products in another order.
const TOLERANCE: f32 = 3e-6;

struct Layer {
    x: Floats,
    weight: Floats,
    bias: Floats,
    grad: Floats,
}

/// Divided by the root of the inputs, as at the start of a training: outputs are then of order one.
fn scaled(weight: Floats, inputs: usize) -> Floats {
    Subject::float_div_scalar(weight, (inputs as f32).sqrt().into())
}

impl Layer {
    fn new(members: usize, batch: usize, [inputs, outputs]: [usize; 2]) -> Self {
        Self {
            x: draws([members, batch, inputs], 1),
            weight: scaled(draws([members, inputs, outputs], 2), inputs),
            bias: draws([members, outputs], 3),
            grad: draws([members, batch, outputs], 4),
        }
    }

    fn forward(&self, activation: Activation) -> Floats {
        let Self {
            x, weight, bias, ..
        } = self;
        Subject::population_linear(x.clone(), weight.clone(), bias.clone(), activation)
    }

    /// `[y, dx, dW, db]` of the kernel.
    fn run(&self, activation: Activation) -> [Floats; 4] {
        however_spread(|| {
            let y = self.forward(activation);
            let (dx, dw, db) = Subject::linear_backward(
                self.x.clone(),
                self.weight.clone(),
                y.clone(),
                self.grad.clone(),
                activation,
            );
            let (dw2, db2) = Subject::linear_backward_parameters(
                self.x.clone(),
                y.clone(),
                self.grad.clone(),
                activation,
            );
            let dx2 = Subject::linear_backward_input(
                self.weight.clone(),
                y.clone(),
                self.grad.clone(),
                activation,
            );
            // Shared inputs get a gradient of their own from each member.
            if self.x.shape()[0] == self.weight.shape()[0] {
                assert_same("dx alone", &dx2, &dx, TOLERANCE);
            }
            assert_same("dW alone", &dw2, &dw, TOLERANCE);
            assert_same("db alone", &db2, &db, TOLERANCE);
            [y, dx, dw, db]
        })
    }

    fn expected(&self, activation: Activation, y: &Floats) -> [Floats; 4] {
        let Self {
            x,
            weight,
            bias,
            grad,
        } = self;
        let forward =
            reference::forward::<Subject>(x.clone(), weight.clone(), bias.clone(), activation);
        // The kernel's own output decides the derivative, so that a rounding next to zero is not two errors.
        let (dx, dw, db) = reference::backward::<Subject>(
            x.clone(),
            weight.clone(),
            y.clone(),
            grad.clone(),
            activation,
        );
        [forward, dx, dw, db]
    }

    fn is_affordable(&self) -> bool {
        let [members, inputs, outputs] = self.weight.shape().dims();
        members * self.x.shape()[1] * inputs * outputs <= Subject::LARGEST_PRODUCT
    }

    fn check(&self, activation: Activation) {
        if !self.is_affordable() {
            return;
        }
        let actual = self.run(activation);
        let expected = self.expected(activation, &actual[0]);
        for ((name, actual), expected) in ["y", "dx", "dW", "db"].iter().zip(&actual).zip(&expected)
        {
            let shape = self.weight.shape();
            let name = format!("{name} {activation:?} {shape:?}");
            assert_close(&name, actual, expected, TOLERANCE);
        }
    }
}

#[test]
fn agrees_with_the_reference_on_every_shape_and_activation() {
    let sizes = MEMBERS.into_iter().flat_map(|members| {
        let batches = BATCHES.into_iter();
        batches.flat_map(move |batch| WIDTHS.map(|widths| (members, batch, widths)))
    });
    for (members, batch, widths) in sizes.step_by(Subject::SIZES_STEP) {
        for activation in Activation::ALL {
            Layer::new(members, batch, widths).check(activation);
        }
    }
}

/// Above a million multiply-adds per thread, flex cuts one member's product by columns.
#[test]
fn one_large_product_may_be_split_without_changing_the_result() {
    let widths = [[300, 300], [784, 97], [129, 512], [512, 129]];
    for widths in widths.into_iter().step_by(Subject::SIZES_STEP) {
        Layer::new(1, 64, widths).check(Activation::Relu);
        Layer::new(2, 65, widths).check(Activation::Tanh);
    }
}

#[test]
fn members_may_share_their_input() {
    for members in MEMBERS {
        let layer = Layer {
            x: draws([1, 5, 17], 1),
            ..Layer::new(members, 5, [17, 33])
        };
        layer.check(Activation::Sigmoid);
    }
}

#[test]
fn strided_operands_give_the_same() {
    let plain = Layer::new(3, 5, [17, 33]);
    let strided = Layer {
        x: scattered(&plain.x),
        weight: scattered(&plain.weight),
        bias: scattered(&plain.bias),
        grad: scattered(&plain.grad),
    };
    for activation in Activation::ALL {
        for (strided, plain) in strided.run(activation).iter().zip(&plain.run(activation)) {
            assert_same("strided", strided, plain, TOLERANCE);
        }
    }
}

#[test]
fn a_member_alone_equals_the_member_among_others() {
    for (batch, widths) in [(5, [17, 33]), (64, [300, 300]), (64, [64, 10])] {
        let layer = Layer::new(7, batch, widths);
        if !layer.is_affordable() {
            continue;
        }
        let together = layer.run(Activation::Relu);
        for r in [0, 3, 6] {
            let alone = Layer {
                x: member(&layer.x, r),
                weight: member(&layer.weight, r),
                bias: member(&layer.bias, r),
                grad: member(&layer.grad, r),
            };
            for (alone, together) in alone.run(Activation::Relu).iter().zip(&together) {
                assert_same("alone", alone, &member(together, r), TOLERANCE);
            }
        }
    }
}

#[test]
fn a_member_that_diverges_leaves_the_others_alone() {
    let layer = Layer::new(3, 5, [17, 33]);
    let clean = layer.run(Activation::Relu);
    let mut values = host(&layer.x);
    values[5 * 17 + 3] = f32::NAN;
    let spoiled = Layer {
        x: floats(values, [3, 5, 17]),
        ..layer
    };
    for (spoiled, clean) in spoiled.run(Activation::Relu).iter().zip(&clean) {
        for r in [0, 2] {
            assert_same("others", &member(spoiled, r), &member(clean, r), TOLERANCE);
        }
    }
    let output = spoiled.forward(Activation::Relu);
    assert!(host(&member(&output, 1)).iter().any(|v| v.is_nan()));
}
