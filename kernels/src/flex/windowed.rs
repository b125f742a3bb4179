//! Products whose left operand is a window that slides over an image.
//!
//! With channels last, what a window sees in one row of the image is one run of `KW * C` floats, and the windows along that row are runs at
//! equal distances. So a tile reads them where they lie, one segment per row of the kernel, and no patches are ever
//! written: at 14 x 14 x 32 under 3 x 3 those would be nine times the image, which then leaves the first-level cache.

use super::product::Unit;
use super::tile::Tile;
use crate::Window;

/// Rows of a panel: with 32 columns it takes 40 KiB at most, of which the tiles read every line once per block of rows.
const PANEL_ROWS: usize = 320;

/// Rows of a tile below which the multipliers wait for each other: with so few values in a row of the kernel, windows are gathered first.
const FEW: usize = 8;

/// A window over one image whose padding, if it has any, is part of it.
#[derive(Clone, Copy)]
pub(super) struct Sliding {
    channels: usize,
    /// Width of the image with its padding.
    width: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    output: [usize; 2],
}

/// A matrix cut into panels as wide as a tile, each row-major.
pub(super) struct Panels {
    packed: Vec<f32>,
    /// Floats between rows of a panel.
    row: usize,
    /// Floats between panels.
    panel: usize,
    /// Windows, a row for each of their values.
    gathered: Vec<f32>,
}

impl Panels {
    pub(super) fn new(unit: Unit) -> Self {
        Self {
            packed: Vec::new(),
            row: unit.columns(),
            panel: 0,
            gathered: Vec::new(),
        }
    }

    /// Takes row `i` of `rows`, of `columns` values, from `row_at(i)`.
    pub(super) fn pack<'a>(
        &mut self,
        rows: usize,
        columns: usize,
        row_at: impl Fn(usize) -> &'a [f32],
    ) {
        let width = self.row;
        self.panel = rows * width;
        // Beyond the columns nothing is read, so what was there may stay.
        self.packed
            .resize(columns.div_ceil(width) * self.panel, 0.0);
        for i in 0..rows {
            for (panel, part) in row_at(i)[..columns].chunks(width).enumerate() {
                let start = panel * self.panel + i * width;
                self.packed[start..start + part.len()].copy_from_slice(part);
            }
        }
    }

    /// Takes every value of the windows of the first so many `rows` of the output, `[KH * KW * C, rows * OW]`.
    ///
    /// # Safety
    /// The image has the rows that these windows see.
    unsafe fn gather(&mut self, sliding: &Sliding, image: *const f32, rows: usize) {
        let (width, segment) = (sliding.output[1], sliding.segment());
        let step = sliding.stride[1] * sliding.channels;
        let values = sliding.kernel[0] * segment;
        self.gathered.resize(values * rows * width, 0.0);
        for (place, run) in self.gathered.chunks_exact_mut(width).enumerate() {
            let (value, row) = (place / rows, place % rows);
            let image_row = row * sliding.stride[0] + value / segment;
            let start = image_row * sliding.image_row() + value % segment;
            for (ow, to) in run.iter_mut().enumerate() {
                // SAFETY: the caller's promise.
                *to = unsafe { *image.add(start + ow * step) };
            }
        }
    }

    /// Panel that starts at column `first`, from row `row`.
    fn at(&self, first: usize, row: usize) -> *const f32 {
        self.packed[first / self.row * self.panel + row * self.row..].as_ptr()
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
    pub(super) fn of(window: Window, channels: usize) -> Self {
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

    /// `z = windows W + b`, or its ReLU, `[OH * OW, columns]`.
    ///
    /// # Safety
    /// The machine must have the unit, the image the size that the window wants, `weights` a row for each of the window's values, `z` room
    /// for the output, and `bias` (which may be null) the columns.
    pub(super) unsafe fn forward(
        &self,
        unit: Unit,
        image: *const f32,
        weights: &Panels,
        columns: usize,
        bias: *const f32,
        relu: bool,
        z: *mut f32,
    ) {
        let [height, width] = self.output;
        let runs = self.runs();
        for first in (0..columns).step_by(unit.columns()) {
            for (i, run) in runs.iter().enumerate() {
                let last = i + 1 == runs.len();
                let row = run.first_segment * self.segment() + run.start;
                for oh in 0..height {
                    let image_row = oh * self.stride[0] + run.first_segment;
                    // SAFETY: the caller's promise; rows of output and image are inside them.
                    unsafe {
                        let tile = Tile {
                            segments: run.segments,
                            a_segment: self.image_row(),
                            depth: run.depth,
                            columns: (columns - first).min(unit.columns()),
                            panel: weights.at(first, row),
                            panel_row: weights.row,
                            a: image.add(image_row * self.image_row() + run.start),
                            a_row: self.stride[1] * self.channels,
                            a_column: 1,
                            c: z.add(oh * width * columns + first),
                            c_row: columns,
                            add: i > 0,
                            bias: if last && !bias.is_null() {
                                bias.add(first)
                            } else {
                                std::ptr::null()
                            },
                            relu: last && relu,
                        };
                        tile.run(unit, width);
                    }
                }
            }
        }
    }

    /// `dW += windows^T dz`, `[KH * KW * C, columns]`.
    ///
    /// # Safety
    /// The machine must have the unit, the image the size that the window wants, `dz` the output's rows, and `dw` that shape.
    pub(super) unsafe fn weight_gradient(
        &self,
        unit: Unit,
        image: *const f32,
        dz: &[f32],
        panels: &mut Panels,
        columns: usize,
        dw: *mut f32,
    ) {
        let [height, width] = self.output;
        let rows_at_once = (PANEL_ROWS / width).max(1);
        for oh in (0..height).step_by(rows_at_once) {
            let rows = rows_at_once.min(height - oh);
            let dz = &dz[oh * width * columns..][..rows * width * columns];
            let in_place = columns <= unit.columns();
            if !in_place {
                panels.pack(rows * width, columns, |i| &dz[i * columns..]);
            }
            // SAFETY: the image has these rows.
            let image = unsafe { image.add(oh * self.stride[0] * self.image_row()) };
            let seen = if self.segment() < FEW {
                // SAFETY: as above.
                unsafe { panels.gather(self, image, rows) }
                None
            } else {
                Some(image)
            };
            for first in (0..columns).step_by(unit.columns()) {
                let (panel, panel_row) = if in_place {
                    (dz.as_ptr(), columns)
                } else {
                    (panels.at(first, 0), panels.row)
                };
                let tile = Tile {
                    segments: 1,
                    a_segment: 0,
                    depth: rows * width,
                    columns: (columns - first).min(unit.columns()),
                    panel,
                    panel_row,
                    a: panels.gathered.as_ptr(),
                    a_row: rows * width,
                    a_column: 1,
                    c: dw.wrapping_add(first),
                    c_row: columns,
                    add: true,
                    bias: std::ptr::null(),
                    relu: false,
                };
                // SAFETY: the caller's promise; the pixels of these rows are inside the image.
                unsafe {
                    match seen {
                        None => tile.run(unit, self.kernel[0] * self.segment()),
                        Some(image) => self.accumulate(unit, image, rows, tile),
                    }
                }
            }
        }
    }

    /// Lets the tile read the windows of so many rows of the output where they lie, a row of the kernel at a time.
    ///
    /// # Safety
    /// As for [`weight_gradient`](Self::weight_gradient), with the image from the first of the windows.
    unsafe fn accumulate(&self, unit: Unit, image: *const f32, rows: usize, tile: Tile) {
        for kh in 0..self.kernel[0] {
            // SAFETY: the caller's promise.
            unsafe {
                let tile = Tile {
                    segments: rows,
                    a_segment: self.stride[0] * self.image_row(),
                    depth: self.output[1],
                    a: image.add(kh * self.image_row()),
                    a_row: 1,
                    a_column: self.stride[1] * self.channels,
                    c: tile.c.add(kh * self.segment() * tile.c_row),
                    ..tile
                };
                tile.run(unit, self.segment());
            }
        }
    }
}
