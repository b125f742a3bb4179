//! Images with their padding around them, and back.

use std::mem::MaybeUninit;

use crate::Window;
use crate::cpu::vector::widest;

/// Room for one image between zeros.
pub(crate) struct Padded {
    values: Vec<f32>,
    size: [usize; 2],
    around: [usize; 2],
    channels: usize,
}

impl Padded {
    /// For images of `size` with `around` rows above and below, and columns left and right.
    pub(crate) fn new(size: [usize; 2], around: [usize; 2], channels: usize) -> Self {
        let pixels: usize = (0..2).map(|axis| size[axis] + 2 * around[axis]).product();
        let is_needed = around != [0, 0];
        Self {
            values: vec![0.0; if is_needed { pixels * channels } else { 0 }],
            size,
            around,
            channels,
        }
    }

    /// The image with zeros around it; itself if it gets none.
    pub(crate) fn of<'a>(&'a mut self, image: &'a [f32]) -> &'a [f32] {
        if self.around == [0, 0] {
            return image;
        }
        let row = self.size[1] * self.channels;
        let starts = self.row_starts();
        for (from, start) in image.chunks_exact(row).zip(starts) {
            self.values[start..start + row].copy_from_slice(from);
        }
        &self.values
    }

    /// Where the rows of the image start among the zeros.
    fn row_starts(&self) -> impl Iterator<Item = usize> + use<> {
        let [above, left] = self.around;
        let padded_row = (self.size[1] + 2 * left) * self.channels;
        let first = above * padded_row + left * self.channels;
        (0..self.size[0]).map(move |h| first + h * padded_row)
    }
}

widest! {
    /// Adds what each window holds, `[rows * OW, KH * KW * C]` from output row `first`, to the padded image.
    pub(crate) fn fold(window: Window, channels: usize, first: usize, held: &[f32], image: &mut [f32]) {
        let run = window.kernel[1] * channels;
        let image_row = window.padded()[1] * channels;
        let depth = window.taps() * channels;
        let width = window.output()[1];
        for (row, held) in held.chunks_exact(width * depth).enumerate() {
            let first_row = (first + row) * window.stride[0] * image_row;
            for (ow, held) in held.chunks_exact(depth).enumerate() {
                let column = first_row + ow * window.stride[1] * channels;
                for (kh, held) in held.chunks_exact(run).enumerate() {
                    let start = column + kh * image_row;
                    for (sum, &value) in image[start..start + run].iter_mut().zip(held) {
                        *sum += value;
                    }
                }
            }
        }
    }
}

/// The image without its padding.
pub(crate) fn crop(
    window: Window,
    channels: usize,
    padded: &[f32],
    image: &mut [MaybeUninit<f32>],
) {
    let row = window.size[1] * channels;
    let padded_row = window.padded()[1] * channels;
    let first = window.padding[0] * padded_row + window.padding[1] * channels;
    for (h, to) in image.chunks_exact_mut(row).enumerate() {
        let start = first + h * padded_row;
        to.write_copy_of_slice(&padded[start..start + row]);
    }
}
