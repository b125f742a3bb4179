//! The dense layer: Burn's tuned batched products with one pass of ours after (forward) or before (backward) them.

use burn::backend::TensorMetadata;
use burn::backend::ops::FloatTensorOps;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::ElemType;
use cubecl::prelude::*;

use crate::activation::gpu::{apply, pull_back_one};
use crate::gpu::columns::{COLUMNS, LANES, over_columns, over_lanes};
use crate::gpu::launch::{
    Output, address, contiguous, empty, format, over_members, single, stride, vector_size,
};
use crate::linear::Layer;
use crate::sizes::{dims, expect_shape};
use crate::{Activation, LinearOps};

impl LinearOps for CubeBackend {
    fn population_linear(
        x: CubeTensor,
        weight: CubeTensor,
        bias: CubeTensor,
        activation: Activation,
    ) -> CubeTensor {
        let layer = Layer::of(&x, &weight);
        let (members, batch, outputs) = (layer.members, layer.batch, layer.outputs);
        expect_shape("linear: bias", &bias, [members, outputs]);
        let z = contiguous(Self::float_matmul(x, weight));
        let (y, format) = (Output::over(&z), format(&z));
        if z.shape().num_elements() == 0 {
            return y.tensor;
        }
        let vector = vector_size(outputs);
        let width = batch * outputs / vector;
        let (count, dim) = over_members(width, members);
        // SAFETY: `z` and `y` hold `[R, width]` vectors and the bias `[R, outputs]`.
        unsafe {
            finish::launch_unchecked(
                &y.tensor.client,
                count,
                dim,
                address(&[&z]),
                vector,
                z.into_buffer_arg(),
                y.argument(0),
                single(bias).into_buffer_arg(),
                width,
                outputs / vector,
                activation,
                format,
            );
        }
        y.tensor
    }

    fn linear_backward(
        x: CubeTensor,
        weight: CubeTensor,
        y: CubeTensor,
        grad: CubeTensor,
        activation: Activation,
    ) -> (CubeTensor, CubeTensor, CubeTensor) {
        let layer = Layer::of(&x, &weight);
        expect_shape("linear: gradient", &grad, layer.output());
        let (dz, db) = before_products(y, grad, activation);
        let dw = Self::float_matmul(Self::float_swap_dims(x, 1, 2), dz.clone());
        let dx = Self::float_matmul(dz, Self::float_swap_dims(weight, 1, 2));
        let summed = layer.shared_input && layer.members > 1;
        let dx = if summed {
            Self::float_sum_dim(dx, 0)
        } else {
            dx
        };
        (dx, dw, db)
    }

    fn linear_backward_input(
        weight: CubeTensor,
        y: CubeTensor,
        grad: CubeTensor,
        activation: Activation,
    ) -> CubeTensor {
        Layer::from_weight(&weight, &grad);
        let (dz, _) = before_products(y, grad, activation);
        Self::float_matmul(dz, Self::float_swap_dims(weight, 1, 2))
    }

    fn linear_backward_parameters(
        x: CubeTensor,
        y: CubeTensor,
        grad: CubeTensor,
        activation: Activation,
    ) -> (CubeTensor, CubeTensor) {
        Layer::from_gradient(&x, &grad);
        let (dz, db) = before_products(y, grad, activation);
        (Self::float_matmul(Self::float_swap_dims(x, 1, 2), dz), db)
    }
}

/// `dz = dy act'(y)` and `db`, its sum over the batch.
pub(crate) fn before_products(
    y: CubeTensor,
    grad: CubeTensor,
    activation: Activation,
) -> (CubeTensor, CubeTensor) {
    let [members, batch, outputs] = dims(&grad);
    expect_shape("linear: output", &y, [members, batch, outputs]);
    let grad = contiguous(grad);
    let db = empty(&grad, [members, outputs]);
    assert_eq!(y.dtype, grad.dtype, "linear: output and gradient");
    let (dz, format) = (Output::over(&grad), format(&grad));
    if members * outputs == 0 {
        return (dz.tensor, db);
    }
    let (count, dim) = over_columns(outputs, members);
    // SAFETY: all but `db` hold `[R, batch, outputs]`.
    unsafe {
        pull_back_and_sum::launch_unchecked(
            &db.client,
            count,
            dim,
            address(&[&grad]),
            grad.into_buffer_arg(),
            dz.argument(0),
            contiguous(y).into_buffer_arg(),
            db.clone().into_buffer_arg(),
            batch,
            outputs,
            activation,
            format,
        );
    }
    (dz.tensor, db)
}

/// `y = act(z + b)`.
#[cube(launch_unchecked, address_type = "dynamic")]
fn finish<F: Float, N: Size>(
    z: &[Vector<F, N>],
    y: &mut [Vector<F, N>],
    bias: &[Vector<f32, N>],
    width: usize,
    outputs: usize,
    #[comptime] activation: Activation,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let mut place = ABSOLUTE_POS_X as usize;
    while place < width {
        let i = member * width + place;
        let argument = Vector::<f32, N>::cast_from(z[i]) + bias[member * outputs + place % outputs];
        y[i] = Vector::cast_from(apply::<N>(argument, activation));
        place += stride();
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn pull_back_and_sum<F: Float>(
    grad: &[F],
    dz: &mut [F],
    y: &[F],
    db: &mut [f32],
    batch: usize,
    outputs: usize,
    #[comptime] activation: Activation,
    #[define(F)] _format: ElemType,
) {
    let member = CUBE_POS_Y as usize;
    let lane = UNIT_POS_Y as usize;
    let column = CUBE_POS_X as usize * COLUMNS + UNIT_POS_X as usize;
    let mut sum = 0.0f32;
    if column < outputs {
        let mut b = lane;
        while b < batch {
            let i = (member * batch + b) * outputs + column;
            let of_unit = pull_back_one(f32::cast_from(y[i]), f32::cast_from(grad[i]), activation);
            dz[i] = F::cast_from(of_unit);
            sum += of_unit;
            b += LANES;
        }
    }
    let total = over_lanes(sum);
    if lane == 0 && column < outputs {
        db[member * outputs + column] = total;
    }
}
