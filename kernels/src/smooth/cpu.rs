//! Smooth activations on the CPU: SiLU and ELU in vector registers; of GELU Burn's flex backend has the exact derivative in a pass each.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::backend::ops::ActivationOps;

use super::{Smooth, SmoothOps};
use crate::cpu::exponential::{exp_of_nonpositive, sigmoid};
use crate::cpu::share::each_part;
use crate::cpu::storage::{contiguous, floats, owned};
use crate::cpu::vector::widest;

/// Elements per piece of work: 64 KiB.
const PIECE: usize = 1 << 14;

impl SmoothOps for Flex {
    fn smooth(z: FlexTensor, activation: Smooth) -> FlexTensor {
        match activation {
            Smooth::Gelu => <Self as ActivationOps<Self>>::gelu(z),
            Smooth::Silu => forward(z, silu_forward),
            Smooth::Elu => forward(z, elu_forward),
        }
    }

    fn smooth_backward(z: FlexTensor, grad: FlexTensor, activation: Smooth) -> FlexTensor {
        match activation {
            Smooth::Gelu => <Self as ActivationOps<Self>>::gelu_backward(z, grad),
            Smooth::Silu => backward(z, grad, silu_backward),
            Smooth::Elu => backward(z, grad, elu_backward),
        }
    }
}

fn forward(z: FlexTensor, change: fn(&mut [f32])) -> FlexTensor {
    owned(z, |values| {
        each_part(values, PIECE, |_, piece| change(piece));
    })
}

/// Both tensors have the same shape; the gradient comes first.
fn backward(z: FlexTensor, grad: FlexTensor, change: fn(&mut [f32], &[f32])) -> FlexTensor {
    let z = contiguous(z);
    let z = floats(&z);
    owned(grad, |grad| {
        each_part(grad, PIECE, |i, piece| {
            change(piece, &z[i * PIECE..][..piece.len()]);
        });
    })
}

widest! {
    fn silu_forward(values: &mut [f32]) {
        for value in values {
            *value *= sigmoid(*value);
        }
    }
}

widest! {
    fn silu_backward(grad: &mut [f32], z: &[f32]) {
        for (g, &z) in grad.iter_mut().zip(z) {
            let s = sigmoid(z);
            *g *= s * (1.0 + z * (1.0 - s));
        }
    }
}

widest! {
    fn elu_forward(values: &mut [f32]) {
        for value in values {
            let below = exp_of_nonpositive(value.min(0.0)) - 1.0;
            // NaN stays.
            *value = if *value > 0.0 || value.is_nan() { *value } else { below };
        }
    }
}

widest! {
    fn elu_backward(grad: &mut [f32], z: &[f32]) {
        for (g, &z) in grad.iter_mut().zip(z) {
            let slope = if z > 0.0 { 1.0 } else { exp_of_nonpositive(z.min(0.0)) };
            *g *= if z.is_nan() { z } else { slope };
        }
    }
}
