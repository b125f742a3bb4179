//! Between `FlexTensor` and slices.

use burn::backend::Flex;
use burn::backend::flex::{FlexTensor, Layout};
use burn::backend::ops::FloatTensorOps;
use burn::tensor::{Bytes, DType, Shape};

/// The tensor with its elements in row-major order from the start of its buffer's view.
pub(crate) fn contiguous(tensor: FlexTensor) -> FlexTensor {
    if tensor.is_contiguous() {
        tensor
    } else {
        tensor.to_contiguous()
    }
}

/// The elements of a contiguous `f32` tensor.
pub(crate) fn floats(tensor: &FlexTensor) -> &[f32] {
    elements(tensor)
}

/// The elements of a contiguous `i32` tensor.
pub(crate) fn integers(tensor: &FlexTensor) -> &[i32] {
    elements(tensor)
}

pub(crate) fn elements<E: burn::tensor::Element + bytemuck::Pod>(tensor: &FlexTensor) -> &[E] {
    tensor.as_slice().unwrap_or_else(|| {
        panic!(
            "a kernel wants contiguous {:?}, got {tensor:?} of {:?}",
            E::dtype(),
            tensor.dtype()
        )
    })
}

/// A float tensor around a finished buffer.
pub(crate) fn tensor(values: Vec<f32>, shape: impl Into<Shape>) -> FlexTensor {
    let shape = shape.into();
    assert_eq!(values.len(), shape.num_elements());
    FlexTensor::new(
        Bytes::from_elems(values),
        Layout::contiguous(shape),
        DType::F32,
    )
}

/// The elements of a float tensor, writable in place; copies first if somebody else holds the buffer.
///
/// Gradients are usually held by nobody else, so this saves a buffer per layer and step.
pub(crate) fn owned(mut tensor: FlexTensor, change: impl FnOnce(&mut [f32])) -> FlexTensor {
    tensor = contiguous(tensor);
    let start = tensor.layout().start_offset();
    let len = tensor.layout().num_elements();
    change(&mut tensor.storage_mut::<f32>()[start..start + len]);
    tensor
}

/// The sum over the member axis, which stays with length one.
pub(crate) fn sum_members(values: FlexTensor) -> FlexTensor {
    <Flex as FloatTensorOps<Flex>>::float_sum_dim(values, 0)
}
