//! Smooth activations, a pass each way.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use super::launch::{Output, address, contiguous, over_members, vector_size};
use crate::smooth::{Smooth, SmoothOps};

impl SmoothOps for CubeBackend {
    fn smooth(z: CubeTensor, activation: Smooth) -> CubeTensor {
        let z = contiguous(z);
        let y = Output::over(&z);
        let width = z.shape().num_elements();
        if width > 0 {
            let vector = vector_size(width);
            let (count, dim) = over_members(width / vector, 1);
            // SAFETY: both buffers hold `width` elements.
            unsafe {
                forward::launch_unchecked(
                    &y.tensor.client,
                    count,
                    dim,
                    address(&[&z]),
                    vector,
                    z.into_buffer_arg(),
                    y.argument(0),
                    width / vector,
                    activation,
                );
            }
        }
        y.tensor
    }

    fn smooth_backward(z: CubeTensor, grad: CubeTensor, activation: Smooth) -> CubeTensor {
        assert_eq!(z.shape(), grad.shape(), "smooth: argument and gradient");
        let grad = contiguous(grad);
        let dz = Output::over(&grad);
        let width = grad.shape().num_elements();
        if width > 0 {
            let vector = vector_size(width);
            let (count, dim) = over_members(width / vector, 1);
            // SAFETY: all buffers hold `width` elements.
            unsafe {
                backward::launch_unchecked(
                    &dz.tensor.client,
                    count,
                    dim,
                    address(&[&grad]),
                    vector,
                    grad.into_buffer_arg(),
                    dz.argument(0),
                    contiguous(z).into_buffer_arg(),
                    width / vector,
                    activation,
                );
            }
        }
        dz.tensor
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn forward<N: Size>(
    z: &[Vector<f32, N>],
    y: &mut [Vector<f32, N>],
    width: usize,
    #[comptime] activation: Smooth,
) {
    let mut i = ABSOLUTE_POS_X as usize;
    while i < width {
        y[i] = z[i] * gate::<N>(z[i], activation);
        i += CUBE_COUNT_X as usize * CUBE_DIM_X as usize;
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn backward<N: Size>(
    grad: &[Vector<f32, N>],
    dz: &mut [Vector<f32, N>],
    z: &[Vector<f32, N>],
    width: usize,
    #[comptime] activation: Smooth,
) {
    let one = Vector::new(1.0f32);
    let mut i = ABSOLUTE_POS_X as usize;
    while i < width {
        let gate = gate::<N>(z[i], activation);
        let slope = match comptime!(activation) {
            Smooth::Gelu => {
                let peak = Vector::new(0.398_942_3f32);
                let density = (z[i] * z[i] * Vector::new(-0.5f32)).exp() * peak;
                gate + z[i] * density
            }
            Smooth::Silu => gate * (one + z[i] * (one - gate)),
        };
        dz[i] = grad[i] * slope;
        i += CUBE_COUNT_X as usize * CUBE_DIM_X as usize;
    }
}

/// What the argument is multiplied by.
#[cube]
fn gate<N: Size>(z: Vector<f32, N>, #[comptime] activation: Smooth) -> Vector<f32, N> {
    let one = Vector::new(1.0f32);
    match comptime!(activation) {
        Smooth::Gelu => {
            let root = Vector::new(0.707_106_77f32);
            ((z * root).erf() + one) * Vector::new(0.5f32)
        }
        Smooth::Silu => one / (one + (-z).exp()),
    }
}
