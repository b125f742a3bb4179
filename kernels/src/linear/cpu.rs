//! `linear` on the CPU: one product per member with bias and ReLU in its epilogue.

use std::ops::Range;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::LinearOps;
use crate::Activation;
use crate::activation::cpu::{apply, pull_back};
use crate::cpu::product::{Finish, Matrix, product};
use crate::cpu::share::{Shared, columns_of, each, filled, splits};
use crate::cpu::storage::{contiguous, floats, sum_members, tensor};
use crate::cpu::vector::widest;
use crate::linear::Layer;
use crate::sizes::{dims, expect_shape};

impl LinearOps for Flex {
    fn population_linear(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        activation: Activation,
    ) -> FlexTensor {
        let (x, weight, bias) = (contiguous(x), contiguous(weight), contiguous(bias));
        let layer = Layer::of(&x, &weight);
        expect_shape("linear: bias", &bias, [layer.members, layer.outputs]);
        let y = forward(
            &layer,
            floats(&x),
            floats(&weight),
            floats(&bias),
            activation,
        );
        tensor(y, layer.output())
    }

    fn linear_backward(
        x: FlexTensor,
        weight: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        activation: Activation,
    ) -> (FlexTensor, FlexTensor, FlexTensor) {
        let (x, weight) = (contiguous(x), contiguous(weight));
        let layer = Layer::of(&x, &weight);
        let output = layer.output();
        expect_shape("linear: output", &y, output);
        expect_shape("linear: gradient", &grad, output);
        let grad = pull_back(activation, y, grad);
        let dx = input_gradient(&layer, floats(&weight), floats(&grad));
        let dx = tensor(dx, [layer.members, layer.batch, layer.inputs]);
        let dx = if layer.shared_input && layer.members > 1 {
            sum_members(dx)
        } else {
            dx
        };
        let (weight_grad, bias_grad) = parameter_gradients(&layer, &x, &grad);
        (dx, weight_grad, bias_grad)
    }

    fn linear_backward_input(
        weight: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        activation: Activation,
    ) -> FlexTensor {
        let weight = contiguous(weight);
        let layer = Layer::from_weight(&weight, &grad);
        expect_shape("linear: output", &y, layer.output());
        let grad = pull_back(activation, y, grad);
        let dx = input_gradient(&layer, floats(&weight), floats(&grad));
        tensor(dx, [layer.members, layer.batch, layer.inputs])
    }

    fn linear_backward_parameters(
        x: FlexTensor,
        y: FlexTensor,
        grad: FlexTensor,
        activation: Activation,
    ) -> (FlexTensor, FlexTensor) {
        let x = contiguous(x);
        let layer = Layer::from_gradient(&x, &grad);
        expect_shape("linear: output", &y, dims::<3>(&grad));
        let grad = pull_back(activation, y, grad);
        parameter_gradients(&layer, &x, &grad)
    }
}

impl Layer {
    /// Member `r`'s input.
    fn input<'a>(&self, x: &'a [f32], r: usize) -> Matrix<'a> {
        let len = self.batch * self.inputs;
        let start = if self.shared_input { 0 } else { r * len };
        Matrix::new(&x[start..][..len], self.inputs)
    }

    /// Its weights.
    fn weight<'a>(&self, weight: &'a [f32], r: usize) -> Matrix<'a> {
        let len = self.inputs * self.outputs;
        Matrix::new(&weight[r * len..][..len], self.outputs)
    }

    /// Its output, or that one's gradient.
    fn of_output<'a>(&self, values: &'a [f32], r: usize) -> Matrix<'a> {
        let len = self.batch * self.outputs;
        Matrix::new(&values[r * len..][..len], self.outputs)
    }
}

/// `C[r] = finish(A[r] B[r])` with `A` `[m, k]` and `B` `[k, n]` of every member, which `operands` tells of member and columns.
///
/// Columns are split only where members are fewer than threads.
fn products<'a>(
    members: usize,
    [m, n, k]: [usize; 3],
    operands: impl Fn(usize, Range<usize>) -> (Matrix<'a>, Matrix<'a>, Finish<'a>) + Send + Sync,
) -> Vec<f32> {
    let parts = splits(members, n, m * n * k);
    let write = |c: Shared| {
        each(members * parts, |item| {
            let r = item / parts;
            let columns = columns_of(item % parts, parts, n);
            let (a, b, finish) = operands(r, columns.clone());
            let (first, count) = (columns.start, columns.len());
            let (b, c) = (b.from(0, first), c.from(r * m * n + first));
            let finish = finish.of_columns(first, true);
            // SAFETY: the operands have these shapes; each item writes its own member's columns.
            unsafe { product([m, count, k], a, b, c, n, finish) };
        });
    };
    // SAFETY: the products write all columns of all members.
    unsafe { filled(members * m * n, write) }
}

fn forward(
    layer: &Layer,
    x: &[f32],
    weight: &[f32],
    bias: &[f32],
    activation: Activation,
) -> Vec<f32> {
    let shape = [layer.batch, layer.outputs, layer.inputs];
    let mut y = products(layer.members, shape, |r, _| {
        let finish = Finish {
            bias: Some(&bias[r * layer.outputs..][..layer.outputs]),
            relu: activation == Activation::Relu,
        };
        (layer.input(x, r), layer.weight(weight, r), finish)
    });
    apply(activation, &mut y);
    y
}

/// `dx = dz W^T`.
fn input_gradient(layer: &Layer, weight: &[f32], grad: &[f32]) -> Vec<f32> {
    let shape = [layer.batch, layer.inputs, layer.outputs];
    products(layer.members, shape, |r, _| {
        let weight = layer.weight(weight, r).transposed();
        (layer.of_output(grad, r), weight, Finish::NOTHING)
    })
}

/// `dW = x^T dz` and `db = sum of dz over the batch`.
fn parameter_gradients(
    layer: &Layer,
    x: &FlexTensor,
    grad: &FlexTensor,
) -> (FlexTensor, FlexTensor) {
    let (members, inputs, outputs) = (layer.members, layer.inputs, layer.outputs);
    let (x, grad) = (floats(x), floats(grad));
    let mut bias = vec![0.0; members * outputs];
    let bias_sums = Shared::new(&mut bias);
    let weight = products(members, [inputs, outputs, layer.batch], |r, columns| {
        let grad = layer.of_output(grad, r);
        // SAFETY: each member's columns are asked for once.
        let sums = unsafe { bias_sums.slice(r * outputs + columns.start, columns.len()) };
        add_rows(sums, grad.data, outputs, columns.start);
        (layer.input(x, r).transposed(), grad, Finish::NOTHING)
    });
    (
        tensor(weight, [members, inputs, outputs]),
        tensor(bias, [members, outputs]),
    )
}

widest! {
    /// Adds columns `start..` of every row to `sums`.
    pub(crate) fn add_rows(sums: &mut [f32], rows: &[f32], row: usize, start: usize) {
        let width = sums.len();
        for values in rows.chunks_exact(row) {
            for (sum, &value) in sums.iter_mut().zip(&values[start..start + width]) {
                *sum += value;
            }
        }
    }
}

widest! {
    /// Adds every row to `sums`, which is as long as a row; short rows several at a time.
    pub(crate) fn sum_rows(sums: &mut [f32], rows: &[f32]) {
        const LANES: usize = 64;
        let row = sums.len();
        if row == 0 || !LANES.is_multiple_of(row) {
            for values in rows.chunks_exact(row.max(1)) {
                for (sum, &value) in sums.iter_mut().zip(values) {
                    *sum += value;
                }
            }
            return;
        }
        let mut lanes = [0.0f32; LANES];
        let (whole, rest) = rows.as_chunks::<LANES>();
        for values in whole {
            for (lane, &value) in lanes.iter_mut().zip(values) {
                *lane += value;
            }
        }
        for (lane, &value) in lanes.iter_mut().zip(rest) {
            *lane += value;
        }
        for values in lanes.chunks_exact(row) {
            for (sum, &value) in sums.iter_mut().zip(values) {
                *sum += value;
            }
        }
    }
}
