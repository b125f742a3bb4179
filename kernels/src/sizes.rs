//! Sizes of what a kernel is given, and the sentences that refuse what does not fit together.
//!
//! The bodies index and write without further checks.

use burn::backend::TensorMetadata;

/// The dimensions as an array.
pub(crate) fn dims<const D: usize>(tensor: &impl TensorMetadata) -> [usize; D] {
    let shape = tensor.shape();
    assert_eq!(
        shape.num_dims(),
        D,
        "a kernel wants rank {D}, got {shape:?}"
    );
    shape.dims()
}

/// Panics with a sentence unless the tensor has this shape.
pub(crate) fn expect_shape<const D: usize>(
    name: &str,
    tensor: &impl TensorMetadata,
    expected: [usize; D],
) {
    let shape = tensor.shape();
    assert!(
        shape[..] == expected,
        "{name} has shape {:?}, expected {expected:?}",
        &shape[..]
    );
}
