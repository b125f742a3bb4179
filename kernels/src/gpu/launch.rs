//! Grids, and tensors as kernels take them.

use burn::backend::TensorMetadata;
use burn::backend::cubecl::dtype_to_storage_type;
use burn::tensor::{DType, Shape};

pub(crate) use burn_cubecl::kernel::into_contiguous as contiguous;
use burn_cubecl::ops::numeric::empty_device_contiguous_dtype;
use burn_cubecl::tensor::CubeTensor;
use cubecl::ir::ElemType;
use cubecl::prelude::*;

/// Bits of a quiet NaN.
pub(crate) const NAN: u32 = 0x7FC0_0000;
/// Units of a cube; every runtime allows this many.
const UNITS: u32 = 256;
/// Cubes along one axis of a grid; every runtime allows this many.
const CUBES: usize = 65_535;
/// Cubes that one member's elements are spread over at most; beyond that a unit takes several elements.
const SPREAD: usize = 4096;

/// A grid over `width` pieces of work for each of `members`.
///
/// A unit starts at `ABSOLUTE_POS_X` and advances by [`stride`].
pub(crate) fn over_members(width: usize, members: usize) -> (CubeCount, CubeDim) {
    let units = width.next_power_of_two().clamp(32, UNITS as usize);
    let across = width.div_ceil(units).clamp(1, SPREAD);
    (grid(across, members), CubeDim::new_1d(units as u32))
}

/// Units of all cubes of a member: how far a unit of such a grid goes to its next piece of work.
#[cube]
pub(crate) fn stride() -> usize {
    CUBE_COUNT_X as usize * CUBE_DIM_X as usize
}

/// `across` cubes for each of `members`.
pub(crate) fn grid(across: usize, members: usize) -> CubeCount {
    assert!(
        members <= CUBES && across <= CUBES,
        "a kernel takes at most {CUBES} members and as many blocks of each, got {members} and {across}"
    );
    CubeCount::Static(across as u32, members as u32, 1)
}

/// Row-major, in a buffer that nobody else holds.
pub(crate) fn owned(tensor: CubeTensor) -> CubeTensor {
    let tensor = contiguous(tensor);
    if tensor.can_mut() {
        tensor
    } else {
        tensor.copy()
    }
}

/// Where an element-wise kernel writes: the buffer of its input if nobody else holds that.
pub(crate) struct Output {
    pub(crate) tensor: CubeTensor,
    in_place: bool,
}

impl Output {
    /// For a kernel whose contiguous `input` is not needed any more.
    pub(crate) fn over(input: &CubeTensor) -> Self {
        let in_place = input.can_mut();
        let tensor = if in_place {
            input.clone()
        } else {
            empty_of(input, input.shape(), input.dtype)
        };
        Self { tensor, in_place }
    }

    /// The kernel's argument; `input` is the place of the input among its buffers.
    pub(crate) fn argument(&self, input: usize) -> BufferArg {
        if self.in_place {
            self.tensor.as_tensor_alias(input).into_buffer_arg()
        } else {
            self.tensor.clone().into_buffer_arg()
        }
    }
}

/// Room for single-precision values on the device of `like`.
pub(crate) fn empty(like: &CubeTensor, shape: impl Into<Shape>) -> CubeTensor {
    empty_of(like, shape, DType::F32)
}

/// [`empty`] in a number format.
pub(crate) fn empty_of(like: &CubeTensor, shape: impl Into<Shape>, dtype: DType) -> CubeTensor {
    empty_device_contiguous_dtype(
        like.client.clone(),
        like.device.clone(),
        shape.into(),
        dtype,
    )
}

/// The number format of a tensor, as kernels that take several are told.
pub(crate) fn format(tensor: &CubeTensor) -> ElemType {
    dtype_to_storage_type(tensor.dtype)
}

/// Row-major single-precision values.
pub(crate) fn single(tensor: CubeTensor) -> CubeTensor {
    assert_eq!(tensor.dtype, DType::F32, "a kernel wants single precision");
    contiguous(tensor)
}

/// Elements that one access moves: the widest vector that divides a row of `width`.
pub(crate) fn vector_size(width: usize) -> usize {
    if width.is_multiple_of(4) { 4 } else { 1 }
}

/// How wide an index has to be for these tensors.
pub(crate) fn address(tensors: &[&CubeTensor]) -> AddressType {
    let widest = tensors.iter().map(|tensor| tensor.required_address_type());
    widest.max().unwrap_or_default()
}

/// Whether a value is NaN, by its bits: compilers of shaders may assume that there is none.
#[cube]
pub(crate) fn is_nan(value: f32) -> bool {
    (u32::reinterpret(value) & 0x7FFF_FFFFu32) > 0x7F80_0000u32
}
