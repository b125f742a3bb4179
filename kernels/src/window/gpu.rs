//! A window inside kernels, and where its pixels are.

use cubecl::prelude::*;

use crate::Window;

/// One of a window's two axes.
#[derive(CubeType, CubeLaunch, Clone, Copy)]
pub(crate) struct Axis {
    pub(crate) size: usize,
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
    pub(crate) padding: usize,
    pub(crate) output: usize,
}

/// The launch argument of an axis of a window: rows are 0, columns 1.
pub(crate) fn axis(window: Window, axis: usize) -> AxisLaunch {
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
pub(crate) struct Pixel {
    pub(crate) image: usize,
    pub(crate) row: usize,
    pub(crate) column: usize,
}

/// The pixel at a position among images of a size.
#[cube]
pub(crate) fn pixel(position: usize, height: usize, width: usize) -> Pixel {
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
    pub(crate) fn sees(&self, output: usize, tap: usize) -> bool {
        let place = output * self.stride + tap;
        place >= self.padding && place < self.size + self.padding
    }

    /// That pixel.
    pub(crate) fn input(&self, output: usize, tap: usize) -> usize {
        output * self.stride + tap - self.padding
    }

    /// Whether there is an output position whose window has the input at this tap.
    pub(crate) fn is_seen(&self, input: usize, tap: usize) -> bool {
        let place = input + self.padding;
        let mut seen = place >= tap;
        if seen {
            let output = (place - tap) / self.stride;
            seen = output * self.stride + tap == place && output < self.output;
        }
        seen
    }

    /// That output position.
    pub(crate) fn output_of(&self, input: usize, tap: usize) -> usize {
        (input + self.padding - tap) / self.stride
    }

    /// How many pixels of the image the window at an output position sees.
    pub(crate) fn seen(&self, output: usize) -> usize {
        let start = output * self.stride;
        let first = max(start, self.padding);
        let end = min(start + self.kernel, self.size + self.padding);
        end - first
    }
}
