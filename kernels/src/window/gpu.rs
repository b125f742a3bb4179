//! A window inside kernels, and where its pixels are.

use cubecl::prelude::*;

use crate::Window;

/// The images of each member under a window.
#[derive(CubeType, CubeLaunch, Clone, Copy)]
pub(crate) struct Sliding {
    pub(crate) images: usize,
    pub(crate) channels: usize,
    pub(crate) rows: Axis,
    pub(crate) columns: Axis,
}

/// One of a window's two axes.
#[derive(CubeType, CubeLaunch, Clone, Copy)]
pub(crate) struct Axis {
    pub(crate) size: usize,
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
    pub(crate) padding: usize,
    pub(crate) output: usize,
}

/// The launch argument for so many images of a member under a window.
pub(crate) fn sliding(images: usize, channels: usize, window: Window) -> SlidingLaunch {
    let axis = |axis: usize| {
        AxisLaunch::new(
            window.size[axis],
            window.kernel[axis],
            window.stride[axis],
            window.padding[axis],
            window.output()[axis],
        )
    };
    SlidingLaunch::new(images, channels, axis(0), axis(1))
}

/// A pixel among rows of images: its image, and where in that it lies.
#[derive(CubeType, Clone, Copy)]
pub(crate) struct Pixel {
    pub(crate) image: usize,
    pub(crate) row: usize,
    pub(crate) column: usize,
}

#[cube]
impl Sliding {
    /// Values of a member's images.
    pub(crate) fn inputs(&self) -> usize {
        self.images * self.rows.size * self.columns.size * self.channels
    }

    /// Values of a member's outputs.
    pub(crate) fn outputs(&self) -> usize {
        self.images * self.rows.output * self.columns.output * self.channels
    }

    /// Pixels that a window sees.
    pub(crate) fn taps(&self) -> usize {
        self.rows.kernel * self.columns.kernel
    }

    /// The pixel at a position among those of a member's images.
    pub(crate) fn input_pixel(&self, position: usize) -> Pixel {
        pixel(position, self.rows.size, self.columns.size)
    }

    /// The pixel at a position among those of a member's outputs.
    pub(crate) fn output_pixel(&self, position: usize) -> Pixel {
        pixel(position, self.rows.output, self.columns.output)
    }

    /// Whether the tap of an output pixel's window is a pixel of the image.
    pub(crate) fn sees(&self, at: &Pixel, kh: usize, kw: usize) -> bool {
        self.rows.sees(at.row, kh) && self.columns.sees(at.column, kw)
    }

    /// That pixel's position.
    pub(crate) fn input(&self, at: &Pixel, kh: usize, kw: usize) -> usize {
        let row = at.image * self.rows.size + self.rows.input(at.row, kh);
        row * self.columns.size + self.columns.input(at.column, kw)
    }

    /// Whether there is an output pixel whose window has the pixel of an image at this tap.
    pub(crate) fn is_seen(&self, at: &Pixel, kh: usize, kw: usize) -> bool {
        self.rows.is_seen(at.row, kh) && self.columns.is_seen(at.column, kw)
    }

    /// That output pixel's position.
    pub(crate) fn output(&self, at: &Pixel, kh: usize, kw: usize) -> usize {
        let row = at.image * self.rows.output + self.rows.output_of(at.row, kh);
        row * self.columns.output + self.columns.output_of(at.column, kw)
    }
}

/// The pixel at a position among images of a size.
#[cube]
fn pixel(position: usize, height: usize, width: usize) -> Pixel {
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
    fn sees(&self, output: usize, tap: usize) -> bool {
        let place = output * self.stride + tap;
        place >= self.padding && place < self.size + self.padding
    }

    /// That pixel.
    fn input(&self, output: usize, tap: usize) -> usize {
        output * self.stride + tap - self.padding
    }

    /// Whether there is an output position whose window has the input at this tap.
    fn is_seen(&self, input: usize, tap: usize) -> bool {
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
