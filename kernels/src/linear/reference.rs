//! [`linear`](crate::linear()) and its gradients as broadcast products.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::{DType, Shape};

use super::of_sharers;
use crate::Activation;

/// `act(x W + b)`.
pub fn forward<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    activation: Activation,
) -> FloatTensor<B> {
    let [members, outputs] = bias.shape().dims();
    let bias = B::float_reshape(bias, Shape::new([members, 1, outputs]));
    let format = x.dtype();
    // The bias, and what it is added to, are always in single precision.
    let z = B::float_add(
        in_format::<B>(B::float_matmul(x, weight), bias.dtype()),
        bias,
    );
    in_format::<B>(activation.apply::<B>(z), format)
}

/// The tensor in a number format, untouched if it has it.
fn in_format<B: Backend>(tensor: FloatTensor<B>, format: DType) -> FloatTensor<B> {
    if tensor.dtype() == format {
        tensor
    } else {
        B::float_cast(tensor, format.into())
    }
}

/// `dx = dz W^T`, summed over the members where they share `x`.
fn input<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    grad: FloatTensor<B>,
) -> FloatTensor<B> {
    of_sharers::<B>(product_back::<B>(weight, grad), &x)
}

fn product_back<B: Backend>(weight: FloatTensor<B>, grad: FloatTensor<B>) -> FloatTensor<B> {
    B::float_matmul(grad, B::float_swap_dims(weight, 1, 2))
}

/// `dW = x^T dz` and `db`, the sum of `dz` over the batch.
fn parameters<B: Backend>(
    x: FloatTensor<B>,
    grad: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let [members, _, outputs] = grad.shape().dims();
    let weight = B::float_matmul(B::float_swap_dims(x, 1, 2), grad.clone());
    let sum = B::float_sum_dim(in_format::<B>(grad, DType::F32), 1);
    let bias = B::float_reshape(sum, Shape::new([members, outputs]));
    (weight, bias)
}

/// `(dx, dW, db)` from the output and its gradient.
pub fn backward<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    grad: FloatTensor<B>,
    activation: Activation,
) -> (FloatTensor<B>, FloatTensor<B>, FloatTensor<B>) {
    let grad = activation.pull_back::<B>(y, grad);
    let (weight_grad, bias_grad) = parameters::<B>(x.clone(), grad.clone());
    (input::<B>(x, weight, grad), weight_grad, bias_grad)
}

/// `dx` alone, of each member.
pub fn backward_input<B: Backend>(
    weight: FloatTensor<B>,
    y: FloatTensor<B>,
    grad: FloatTensor<B>,
    activation: Activation,
) -> FloatTensor<B> {
    product_back::<B>(weight, activation.pull_back::<B>(y, grad))
}

/// `(dW, db)` alone.
pub fn backward_parameters<B: Backend>(
    x: FloatTensor<B>,
    y: FloatTensor<B>,
    grad: FloatTensor<B>,
    activation: Activation,
) -> (FloatTensor<B>, FloatTensor<B>) {
    parameters::<B>(x, activation.pull_back::<B>(y, grad))
}
