//! Smooth activations, a pass each way.

use burn::backend::TensorMetadata;
use burn_cubecl::CubeBackend;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::ElemType;
use cubecl::prelude::*;

use super::{Smooth, SmoothOps};
use crate::gpu::launch::{Output, address, contiguous, format, over_members, stride, vector_size};

impl SmoothOps for CubeBackend {
    fn smooth(z: CubeTensor, activation: Smooth) -> CubeTensor {
        let z = contiguous(z);
        let (y, format) = (Output::over(&z), format(&z));
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
                    format,
                );
            }
        }
        y.tensor
    }

    fn smooth_backward(z: CubeTensor, grad: CubeTensor, activation: Smooth) -> CubeTensor {
        assert_eq!(z.shape(), grad.shape(), "smooth: argument and gradient");
        assert_eq!(z.dtype, grad.dtype, "smooth: argument and gradient");
        let grad = contiguous(grad);
        let (dz, format) = (Output::over(&grad), format(&grad));
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
                    format,
                );
            }
        }
        dz.tensor
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn forward<F: Float, N: Size>(
    z: &[Vector<F, N>],
    y: &mut [Vector<F, N>],
    width: usize,
    #[comptime] activation: Smooth,
    #[define(F)] _format: ElemType,
) {
    let mut i = ABSOLUTE_POS_X as usize;
    while i < width {
        let argument = Vector::<f32, N>::cast_from(z[i]);
        y[i] = Vector::cast_from(match comptime!(activation) {
            Smooth::Elu => {
                let zero = Vector::new(0.0f32);
                let below = gate::<N>(argument, activation) - Vector::new(1.0f32);
                select_many(argument.greater_than(&zero), argument, below)
            }
            Smooth::Gelu | Smooth::Silu => argument * gate::<N>(argument, activation),
        });
        i += stride();
    }
}

#[cube(launch_unchecked, address_type = "dynamic")]
fn backward<F: Float, N: Size>(
    grad: &[Vector<F, N>],
    dz: &mut [Vector<F, N>],
    z: &[Vector<F, N>],
    width: usize,
    #[comptime] activation: Smooth,
    #[define(F)] _format: ElemType,
) {
    let one = Vector::new(1.0f32);
    let mut i = ABSOLUTE_POS_X as usize;
    while i < width {
        let argument = Vector::<f32, N>::cast_from(z[i]);
        let gate = gate::<N>(argument, activation);
        let slope = match comptime!(activation) {
            Smooth::Gelu => {
                let peak = Vector::new(0.398_942_3f32);
                let density = (argument * argument * Vector::new(-0.5f32)).exp() * peak;
                gate + argument * density
            }
            Smooth::Silu => gate * (one + argument * (one - gate)),
            Smooth::Elu => gate,
        };
        dz[i] = Vector::cast_from(Vector::<f32, N>::cast_from(grad[i]) * slope);
        i += stride();
    }
}

/// What the argument is multiplied by; for ELU its exponential, as far as it is not above zero.
#[cube]
fn gate<N: Size>(z: Vector<f32, N>, #[comptime] activation: Smooth) -> Vector<f32, N> {
    let one = Vector::new(1.0f32);
    match comptime!(activation) {
        Smooth::Gelu => {
            let root = Vector::new(0.707_106_77f32);
            ((z * root).erf() + one) * Vector::new(0.5f32)
        }
        Smooth::Silu => one / (one + (-z).exp()),
        Smooth::Elu => {
            let zero = Vector::new(0.0f32);
            select_many(z.greater_than(&zero), zero, z).exp()
        }
    }
}
