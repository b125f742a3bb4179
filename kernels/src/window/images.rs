//! Images of a population under a window.

use burn::backend::TensorMetadata;

use crate::sizes::dims;

/// Images of a population under a window: rows of `[R, images * H * W, C]`.
#[derive(Clone, Copy)]
pub(crate) struct Images {
    pub(crate) members: usize,
    pub(crate) count: usize,
    pub(crate) channels: usize,
}

impl Images {
    /// From a tensor whose rows are the `pixels` of whole images.
    pub(crate) fn of(name: &str, x: &impl TensorMetadata, [height, width]: [usize; 2]) -> Self {
        let [members, rows, channels] = dims(x);
        assert!(
            rows.is_multiple_of(height * width),
            "{name} has {rows} rows, which are no images of {height} x {width} pixels"
        );
        Self {
            members,
            count: rows / (height * width),
            channels,
        }
    }
}
