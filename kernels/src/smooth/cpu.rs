//! Smooth activations on the CPU: Burn's flex backend has GELU and its exact derivative in one pass each.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use burn::backend::ops::ActivationOps;

use super::{Smooth, SmoothOps};
use crate::reference::smooth::{backward, forward};

impl SmoothOps for Flex {
    fn smooth(z: FlexTensor, activation: Smooth) -> FlexTensor {
        match activation {
            Smooth::Gelu => <Self as ActivationOps<Self>>::gelu(z),
            Smooth::Silu | Smooth::Elu => forward::<Self>(z, activation),
        }
    }

    fn smooth_backward(z: FlexTensor, grad: FlexTensor, activation: Smooth) -> FlexTensor {
        match activation {
            Smooth::Gelu => <Self as ActivationOps<Self>>::gelu_backward(z, grad),
            Smooth::Silu | Smooth::Elu => backward::<Self>(z, grad, activation),
        }
    }
}
