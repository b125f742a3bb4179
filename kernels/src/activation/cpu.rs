//! Activations over whole buffers, for what the product does not do in its own pass.

use burn::backend::flex::FlexTensor;

use crate::Activation;
use crate::cpu::exponential::{sigmoid, tanh};
use crate::cpu::share::each_part;
use crate::cpu::storage::{contiguous, floats, owned};
use crate::cpu::vector::widest;

/// Elements per piece of work: 64 KiB.
const PIECE: usize = 1 << 14;

/// `act(z)` in place, except ReLU, which is part of the product.
pub(crate) fn apply(activation: Activation, values: &mut [f32]) {
    let change = match activation {
        Activation::Identity | Activation::Relu => return,
        Activation::Tanh => tanh_forward,
        Activation::Sigmoid => sigmoid_forward,
    };
    each_part(values, PIECE, |_, piece| change(piece));
}

/// [`apply`] and ReLU as well, for passes that leave `z`.
pub(crate) fn apply_all(activation: Activation, values: &mut [f32]) {
    if activation == Activation::Relu {
        rectify(values);
    }
    apply(activation, values);
}

/// `dz = dy * act'(y)`, in the gradient's own buffer; both tensors have the same shape.
pub(crate) fn pull_back(activation: Activation, y: FlexTensor, grad: FlexTensor) -> FlexTensor {
    let Some(change) = slope(activation) else {
        return contiguous(grad);
    };
    let y = contiguous(y);
    let y = floats(&y);
    owned(grad, |grad| {
        each_part(grad, PIECE, |i, piece| {
            change(piece, &y[i * PIECE..][..piece.len()]);
        });
    })
}

/// Multiplies a gradient by `act'(y)`, where `y` comes second.
pub(crate) type Slope = fn(&mut [f32], &[f32]);

/// The slope of an activation that has one.
pub(crate) fn slope(activation: Activation) -> Option<Slope> {
    match activation {
        Activation::Identity => None,
        Activation::Relu => Some(relu_backward),
        Activation::Tanh => Some(tanh_backward),
        Activation::Sigmoid => Some(sigmoid_backward),
    }
}

widest! {
    fn rectify(values: &mut [f32]) {
        for value in values {
            // NaN stays.
            *value = if *value < 0.0 { 0.0 } else { *value };
        }
    }
}

widest! {
    fn tanh_forward(values: &mut [f32]) {
        for value in values {
            *value = tanh(*value);
        }
    }
}

widest! {
    fn sigmoid_forward(values: &mut [f32]) {
        for value in values {
            *value = sigmoid(*value);
        }
    }
}

widest! {
    fn relu_backward(grad: &mut [f32], y: &[f32]) {
        for (g, &y) in grad.iter_mut().zip(y) {
            *g = if y > 0.0 { *g } else { 0.0 };
        }
    }
}

widest! {
    fn tanh_backward(grad: &mut [f32], y: &[f32]) {
        for (g, &y) in grad.iter_mut().zip(y) {
            *g *= 1.0 - y * y;
        }
    }
}

widest! {
    fn sigmoid_backward(grad: &mut [f32], y: &[f32]) {
        for (g, &y) in grad.iter_mut().zip(y) {
            *g *= y * (1.0 - y);
        }
    }
}
