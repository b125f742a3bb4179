//! The geometry of a sliding window.

#[cfg(feature = "cube")]
pub(crate) mod gpu;
mod images;
pub mod reference;

pub(crate) use images::Images;

/// How a window slides over one image: sizes are `[height, width]`.
///
/// ```text
/// output = (size + 2 padding - kernel) / stride + 1        rounded down, per axis
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    pub(crate) size: [usize; 2],
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    pub(crate) padding: [usize; 2],
}

/// Why there is no such window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WindowError {
    /// A size, kernel or stride is zero.
    #[error("the {field} of a window must be in [1, inf), got {value:?}")]
    Zero {
        /// Which of them.
        field: &'static str,
        /// Height and width of it.
        value: [usize; 2],
    },
    /// The padding is as wide as the kernel: some windows would see nothing else.
    #[error("the padding of a window must be smaller than its kernel {kernel:?}, got {padding:?}")]
    Padding {
        /// Height and width of the padding.
        padding: [usize; 2],
        /// Height and width of the kernel.
        kernel: [usize; 2],
    },
    /// The kernel is larger than the padded image.
    #[error(
        "the kernel of a window must be at most as large as the padded image {padded:?}, got {kernel:?}"
    )]
    Kernel {
        /// Height and width of the kernel.
        kernel: [usize; 2],
        /// Height and width of the image with its padding.
        padded: [usize; 2],
    },
}

impl Window {
    /// A window over images of `size`.
    ///
    /// # Errors
    /// [`WindowError`] if a size, kernel or stride is zero, the padding is not smaller than the kernel, or the kernel does not fit the
    /// padded image.
    pub fn new(
        size: [usize; 2],
        kernel: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 2],
    ) -> Result<Self, WindowError> {
        for (field, value) in [("size", size), ("kernel", kernel), ("stride", stride)] {
            if value.contains(&0) {
                return Err(WindowError::Zero { field, value });
            }
        }
        if (0..2).any(|axis| padding[axis] >= kernel[axis]) {
            return Err(WindowError::Padding { padding, kernel });
        }
        let window = Self {
            size,
            kernel,
            stride,
            padding,
        };
        let padded = window.padded();
        if (0..2).any(|axis| kernel[axis] > padded[axis]) {
            return Err(WindowError::Kernel { kernel, padded });
        }
        Ok(window)
    }

    /// One window that is the whole image, as global pooling wants it.
    ///
    /// # Errors
    /// [`WindowError::Zero`] if the image is empty.
    pub fn whole(size: [usize; 2]) -> Result<Self, WindowError> {
        Self::new(size, size, [1, 1], [0, 0])
    }

    /// Height and width of the image.
    pub fn size(&self) -> [usize; 2] {
        self.size
    }

    /// Height and width of the window.
    pub fn kernel(&self) -> [usize; 2] {
        self.kernel
    }

    /// Windows along each axis: height and width of the output.
    pub fn output(&self) -> [usize; 2] {
        let padded = self.padded();
        [0, 1].map(|axis| (padded[axis] - self.kernel[axis]) / self.stride[axis] + 1)
    }

    /// Height and width of the image with its padding.
    pub(crate) fn padded(&self) -> [usize; 2] {
        [0, 1].map(|axis| self.size[axis] + 2 * self.padding[axis])
    }

    /// Pixels of the image.
    pub(crate) fn inputs(&self) -> usize {
        self.size.iter().product()
    }

    /// Pixels of the output.
    pub(crate) fn outputs(&self) -> usize {
        self.output().iter().product()
    }

    /// Pixels that a window sees, those of the padding included.
    pub(crate) fn taps(&self) -> usize {
        self.kernel.iter().product()
    }

    /// Whether every window is one pixel and every pixel a window: nothing slides.
    pub(crate) fn is_pointwise(&self) -> bool {
        self.kernel == [1, 1] && self.stride == [1, 1]
    }

    /// Whether no pixel is in two windows.
    pub(crate) fn is_disjoint(&self) -> bool {
        (0..2).all(|axis| self.stride[axis] >= self.kernel[axis])
    }

    /// The pixels along an axis that the window at `position` sees, as `(first tap, first pixel, count)`.
    #[inline]
    pub fn seen(&self, axis: usize, position: usize) -> (usize, usize, usize) {
        let start = position * self.stride[axis];
        let tap = self.padding[axis].saturating_sub(start);
        let pixel = start + tap - self.padding[axis];
        let count = (self.kernel[axis] - tap).min(self.size[axis] - pixel);
        (tap, pixel, count)
    }
}
