//! A window inside kernels, and where its pixels are.

use cubecl::prelude::*;

use crate::Window;

/// One of a window's two axes.
#[derive(CubeType, CubeLaunch, Clone, Copy)]
pub(super) struct Axis {
    pub(super) size: usize,
    pub(super) kernel: usize,
    pub(super) stride: usize,
    pub(super) padding: usize,
    pub(super) output: usize,
}

/// The launch argument of an axis of a window: rows are 0, columns 1.
pub(super) fn axis(window: Window, axis: usize) -> AxisLaunch {
    AxisLaunch::new(
        window.size[axis],
        window.kernel[axis],
        window.stride[axis],
        window.padding[axis],
        window.output()[axis],
    )
}

/// A pixel among rows of images: of one image at `(row, column)` of `height x width` in which it lies.
#[derive(CubeType, Clone, Copy)]
pub(super) struct Pixel {
    pub(super) image: usize,
    pub(super) row: usize,
    pub(super) column: usize,
}

/// The pixel at a position among images of a size.
#[cube]
pub(super) fn pixel(position: usize, height: usize, width: usize) -> Pixel {
    let rows = position / width;
    Pixel {
        image: rows / height,
        row: rows % height,
        column: position % width,
    }
}

#[cube]
impl Axis {
    /// Whether the tap of the window at an output position is a pixel of the image.
    pub(super) fn sees(&self, output: usize, tap: usize) -> bool {
        let place = output * self.stride + tap;
        place >= self.padding && place < self.size + self.padding
    }

    /// That pixel.
    pub(super) fn input(&self, output: usize, tap: usize) -> usize {
        output * self.stride + tap - self.padding
    }

    /// Whether there is an output position whose window has the input at this tap.
    pub(super) fn is_seen(&self, input: usize, tap: usize) -> bool {
        let place = input + self.padding;
        let mut seen = place >= tap;
        if seen {
            let output = (place - tap) / self.stride;
            seen = output * self.stride + tap == place && output < self.output;
        }
        seen
    }

    /// That output position.
    pub(super) fn output_of(&self, input: usize, tap: usize) -> usize {
        (input + self.padding - tap) / self.stride
    }

    /// How many pixels of the image the window at an output position sees.
    pub(super) fn seen(&self, output: usize) -> usize {
        let start = output * self.stride;
        let first = max(start, self.padding);
        let end = min(start + self.kernel, self.size + self.padding);
        end - first
    }
}
