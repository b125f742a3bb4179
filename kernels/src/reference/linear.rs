//! [`linear`](crate::linear()) and its gradients as broadcast products.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::Shape;

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
    activation.apply::<B>(B::float_add(B::float_matmul(x, weight), bias))
}

/// `dx = dz W^T`, summed over the members where they share `x`.
fn input<B: Backend>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    grad: FloatTensor<B>,
) -> FloatTensor<B> {
    let dx = B::float_matmul(grad, B::float_swap_dims(weight, 1, 2));
    if x.shape()[0] < dx.shape()[0] {
        B::float_sum_dim(dx, 0)
    } else {
        dx
    }
}

/// `dW = x^T dz` and `db`, the sum of `dz` over the batch.
fn parameters<B: Backend>(
    x: FloatTensor<B>,
    grad: FloatTensor<B>,
) -> (FloatTensor<B>, FloatTensor<B>) {
    let [members, _, outputs] = grad.shape().dims();
    let weight = B::float_matmul(B::float_swap_dims(x, 1, 2), grad.clone());
    let bias = B::float_reshape(B::float_sum_dim(grad, 1), Shape::new([members, outputs]));
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

/// `(dW, db)` alone.
pub fn backward_parameters<B: Backend>(
    x: FloatTensor<B>,
    y: FloatTensor<B>,
    grad: FloatTensor<B>,
    activation: Activation,
) -> (FloatTensor<B>, FloatTensor<B>) {
    parameters::<B>(x, activation.pull_back::<B>(y, grad))
}
