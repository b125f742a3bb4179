//! Products whose left operand is a window that slides over an image.
//!
//! With channels last, what a window sees in one row of the image is one run of `KW * C` floats, and the windows along that row are runs at
//! equal distances. So a tile reads them where they lie, one segment per row of the kernel, and no patches are ever
//! written: at 14 x 14 x 32 under 3 x 3 those would be nine times the image, which then leaves the first-level cache.

use super::packed::Panels;
use crate::Window;
use crate::cpu::product::{Finish, Unit};
use crate::cpu::share::Shared;
use crate::cpu::tile::Tile;

/// Rows of a panel: with 32 columns it takes 40 KiB at most, of which the tiles read every line once per block of rows.
const PANEL_ROWS: usize = 320;

/// Rows of a tile below which the multipliers wait for each other: with so few values in a row of the kernel, windows are gathered first.
const FEW: usize = 8;

/// A window over one image whose padding, if it has any, is part of it.
#[derive(Clone, Copy)]
pub(crate) struct Sliding {
    channels: usize,
    /// Width of the image with its padding.
    width: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    output: [usize; 2],
}

/// What the gradient of the kernels packs and gathers on its way.
pub(crate) struct Scratch {
    /// The gradient of the output.
    dz: Panels,
    /// Windows, a row for each of their values.
    gathered: Vec<f32>,
}

impl Scratch {
    pub(crate) fn new(unit: Unit) -> Self {
        Self {
            dz: Panels::new(unit),
            gathered: Vec::new(),
        }
    }

    /// Takes every value of the windows of the first so many `rows` of the output, `[KH * KW * C, rows * OW]`.
    fn gather(&mut self, sliding: &Sliding, image: &[f32], rows: usize) {
        let (width, segment) = (sliding.output[1], sliding.segment());
        let step = sliding.stride[1] * sliding.channels;
        let values = sliding.kernel[0] * segment;
        self.gathered.resize(values * rows * width, 0.0);
        for (place, run) in self.gathered.chunks_exact_mut(width).enumerate() {
            let (value, row) = (place / rows, place % rows);
            let image_row = row * sliding.stride[0] + value / segment;
            let start = image_row * sliding.image_row() + value % segment;
            if step == 1 {
                run.copy_from_slice(&image[start..start + width]);
            } else {
                for (to, &value) in run.iter_mut().zip(image[start..].iter().step_by(step)) {
                    *to = value;
                }
            }
        }
    }
}

/// A run of the windows' rows that one panel multiplies.
struct Run {
    first_segment: usize,
    segments: usize,
    start: usize,
    depth: usize,
}

impl Sliding {
    /// The window over images of `channels` that have their padding around them.
    pub(crate) fn of(window: Window, channels: usize) -> Self {
        Self {
            channels,
            width: window.padded()[1],
            kernel: window.kernel,
            stride: window.stride,
            output: window.output(),
        }
    }

    fn image_row(&self) -> usize {
        self.width * self.channels
    }

    /// What a window sees in one row of the image.
    fn segment(&self) -> usize {
        self.kernel[1] * self.channels
    }

    /// Partitions the rows of the kernel's matrix: several whole segments, or parts of one.
    fn runs(&self) -> Vec<Run> {
        let segment = self.segment();
        let parts = segment.div_ceil(PANEL_ROWS);
        if parts > 1 {
            let cut = |part: usize| segment * part / parts;
            let run = |first_segment: usize, part: usize| Run {
                first_segment,
                segments: 1,
                start: cut(part),
                depth: cut(part + 1) - cut(part),
            };
            return (0..self.kernel[0])
                .flat_map(|kh| (0..parts).map(move |part| (kh, part)))
                .map(|(kh, part)| run(kh, part))
                .collect();
        }
        let groups = self.kernel[0].div_ceil(PANEL_ROWS / segment);
        let cut = |group: usize| self.kernel[0] * group / groups;
        (0..groups)
            .map(|group| Run {
                first_segment: cut(group),
                segments: cut(group + 1) - cut(group),
                start: 0,
                depth: segment,
            })
            .collect()
    }

    /// `z = finish(windows W)`, `[OH * OW, columns]`.
    ///
    /// # Safety
    /// The machine must have the unit, the image the size that the window wants, `weights` a row for each of the window's values, `z` room
    /// for the output, which nobody else touches, and the bias the columns.
    pub(crate) unsafe fn forward(
        &self,
        unit: Unit,
        image: &[f32],
        weights: &Panels,
        columns: usize,
        finish: Finish,
        z: Shared,
    ) {
        let [height, width] = self.output;
        let runs = self.runs();
        for first in (0..columns).step_by(unit.columns()) {
            for (i, run) in runs.iter().enumerate() {
                let finish = finish.of_columns(first, i + 1 == runs.len());
                let row = run.first_segment * self.segment() + run.start;
                for oh in 0..height {
                    let image_row = oh * self.stride[0] + run.first_segment;
                    let tile = Tile {
                        segments: run.segments,
                        a_segment: self.image_row(),
                        depth: run.depth,
                        columns: (columns - first).min(unit.columns()),
                        panel: weights.at(first, row),
                        panel_row: weights.row,
                        a: &image[image_row * self.image_row() + run.start..],
                        a_row: self.stride[1] * self.channels,
                        a_column: 1,
                        c: z.from(oh * width * columns + first),
                        c_row: columns,
                        add: i > 0,
                        finish,
                    };
                    // SAFETY: the caller's promise; rows of output and image are inside them.
                    unsafe { tile.run(unit, width) };
                }
            }
        }
    }

    /// `dW += windows^T dz`, `[KH * KW * C, columns]`.
    ///
    /// # Safety
    /// The machine must have the unit, the image the size that the window wants, `dz` the output's rows, and `dw` that shape.
    pub(crate) unsafe fn weight_gradient(
        &self,
        unit: Unit,
        image: &[f32],
        dz: &[f32],
        scratch: &mut Scratch,
        columns: usize,
        dw: &mut [f32],
    ) {
        let [height, width] = self.output;
        let rows_at_once = (PANEL_ROWS / width).max(1);
        for oh in (0..height).step_by(rows_at_once) {
            let rows = rows_at_once.min(height - oh);
            let dz = &dz[oh * width * columns..][..rows * width * columns];
            let image = &image[oh * self.stride[0] * self.image_row()..];
            // SAFETY: the caller's promise, for the windows of these rows.
            unsafe { self.rows_gradient(unit, image, rows, dz, scratch, columns, dw) };
        }
    }

    /// [`weight_gradient`](Self::weight_gradient) of so many rows of the output, the pixels of which are a panel.
    ///
    /// # Safety
    /// The image has the rows that their windows see; otherwise as there.
    #[allow(clippy::too_many_arguments)]
    unsafe fn rows_gradient(
        &self,
        unit: Unit,
        image: &[f32],
        rows: usize,
        dz: &[f32],
        scratch: &mut Scratch,
        columns: usize,
        dw: &mut [f32],
    ) {
        let pixels = rows * self.output[1];
        let in_place = columns <= unit.columns();
        if !in_place {
            scratch.dz.pack(pixels, columns, |i| &dz[i * columns..]);
        }
        let gathers = self.segment() < FEW;
        if gathers {
            scratch.gather(self, image, rows);
        }
        for first in (0..columns).step_by(unit.columns()) {
            let (panel, panel_row) = if in_place {
                (dz, columns)
            } else {
                (scratch.dz.at(first, 0), scratch.dz.row)
            };
            let tile = Tile {
                segments: 1,
                a_segment: 0,
                depth: pixels,
                columns: (columns - first).min(unit.columns()),
                panel,
                panel_row,
                a: &scratch.gathered,
                a_row: pixels,
                a_column: 1,
                c: Shared::new(&mut dw[first..]),
                c_row: columns,
                add: true,
                finish: Finish::NOTHING,
            };
            // SAFETY: the caller's promise.
            unsafe {
                if gathers {
                    tile.run(unit, self.kernel[0] * self.segment());
                } else {
                    self.rows_in_place(unit, image, rows, tile);
                }
            }
        }
    }

    /// Lets the tile read the windows where they lie, a row of the kernel at a time.
    ///
    /// # Safety
    /// As for [`rows_gradient`](Self::rows_gradient).
    unsafe fn rows_in_place(&self, unit: Unit, image: &[f32], rows: usize, tile: Tile<'_>) {
        for kh in 0..self.kernel[0] {
            let tile = Tile {
                segments: rows,
                a_segment: self.stride[0] * self.image_row(),
                depth: self.output[1],
                a: &image[kh * self.image_row()..],
                a_row: 1,
                a_column: self.stride[1] * self.channels,
                c: tile.c.from(kh * self.segment() * tile.c_row),
                ..tile
            };
            // SAFETY: the caller's promise.
            unsafe { tile.run(unit, self.segment()) };
        }
    }
}

#[cfg(test)]
mod tests;
