//! Image transformations on the CPU: an image stays in the cache from its first change to its last.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::{AugmentOps, Transform, column};
use crate::augment::expect_transforms;
use crate::cpu::share::filled_parts;
use crate::cpu::storage::{contiguous, floats, tensor};
use crate::cpu::vector::widest;

impl AugmentOps for Flex {
    fn transform(
        x: FlexTensor,
        border: FlexTensor,
        transforms: FlexTensor,
        image: [usize; 3],
    ) -> FlexTensor {
        let [members, batch, features] = expect_transforms(&x, &border, &transforms, image);
        let (x, border) = (contiguous(x), contiguous(border));
        let transforms = contiguous(transforms);
        let (x, border, rows) = (floats(&x), floats(&border), floats(&transforms));
        let channels = image[0];
        let change = |i: usize, out: &mut [MaybeUninit<f32>]| {
            let own = Own {
                values: &x[i * features..][..features],
                border: &border[i / batch * channels..][..channels],
                row: &rows[i * Transform::COUNT..][..Transform::COUNT],
                height: image[1],
                width: image[2],
            };
            picture(out, own);
        };
        // SAFETY: `picture` writes all of an image.
        let images = unsafe { filled_parts(members * batch, features, change) };
        tensor(images, [members, batch, features])
    }
}

/// One image and what happens to it.
#[derive(Clone, Copy)]
struct Own<'a> {
    values: &'a [f32],
    border: &'a [f32],
    row: &'a [f32],
    height: usize,
    width: usize,
}

widest! {
    fn picture(out: &mut [MaybeUninit<f32>], own: Own<'_>) {
        if own.row[column::COSINE] == 1.0 && own.row[column::SINE] == 0.0 {
            own.copy(out);
        } else {
            own.rotate(out);
        }
        // SAFETY: both bodies write every pixel of every channel.
        let out = unsafe { out.assume_init_mut() };
        own.cut(out);
        let added = own.row[column::BRIGHTNESS];
        if added != 0.0 {
            for value in out {
                *value += added;
            }
        }
    }
}

impl<'a> Own<'a> {
    #[inline(always)]
    fn whole(self, column: usize) -> isize {
        self.row[column] as isize
    }

    /// Mirrored and moved: every row is a run of the border, a run of pixels and a run of the border.
    #[inline(always)]
    fn copy(self, out: &mut [MaybeUninit<f32>]) {
        let (height, width) = (self.height as isize, self.width as isize);
        let (down, right) = (self.whole(column::DOWN), self.whole(column::RIGHT));
        let flipped = self.row[column::FLIP] != 0.0;
        let (from, to) = (right.clamp(0, width), (width + right).clamp(0, width));
        // The first column of the source that is seen, counted as it lies in memory.
        let start = if flipped {
            width - (to - right)
        } else {
            from - right
        };
        for (y, line) in (0..).zip(out.chunks_exact_mut(self.width)) {
            let (channel, y) = (y / height, y % height);
            let border = self.border[channel as usize];
            let (above, rest) = line.split_at_mut(from as usize);
            let (seen, below) = rest.split_at_mut((to - from) as usize);
            write_all(above, border);
            write_all(below, border);
            if seen.is_empty() || !(0..height).contains(&(y - down)) {
                write_all(seen, border);
                continue;
            }
            let source = ((channel * height + y - down) * width + start) as usize;
            let source = &self.values[source..][..seen.len()];
            if flipped {
                for (out, &value) in seen.iter_mut().zip(source.iter().rev()) {
                    out.write(value);
                }
            } else {
                seen.write_copy_of_slice(source);
            }
        }
    }

    /// Mirrored, turned about the centre and moved.
    #[inline(always)]
    fn rotate(self, out: &mut [MaybeUninit<f32>]) {
        let pixels = self.height * self.width;
        let sources = self.sources();
        let mut room = vec![0.0; (self.height + 3) * (self.width + 3)];
        let planes = self.values.chunks_exact(pixels).zip(self.border);
        for (out, (plane, &border)) in out.chunks_exact_mut(pixels).zip(planes) {
            self.frame(&mut room, plane, border);
            for (out, source) in out.iter_mut().zip(&sources) {
                out.write(source.value(&room, self.width + 3));
            }
        }
    }

    /// A plane, mirrored if it is to be, with one line of border before it and two after it.
    #[inline(always)]
    fn frame(self, room: &mut [f32], plane: &[f32], border: f32) {
        room.fill(border);
        let lines = room.chunks_exact_mut(self.width + 3).skip(1);
        for (line, source) in lines.zip(plane.chunks_exact(self.width)) {
            let line = &mut line[1..][..self.width];
            line.copy_from_slice(source);
            if self.row[column::FLIP] != 0.0 {
                line.reverse();
            }
        }
    }

    /// Where in a framed plane each pixel comes from.
    #[inline(always)]
    fn sources(self) -> Vec<Source> {
        let mut sources = vec![Source::default(); self.height * self.width];
        for (y, line) in sources.chunks_exact_mut(self.width).enumerate() {
            for (x, source) in line.iter_mut().enumerate() {
                *source = self.source(y, x);
            }
        }
        sources
    }

    #[inline(always)]
    fn source(self, y: usize, x: usize) -> Source {
        let (cosine, sine) = (self.row[column::COSINE], self.row[column::SINE]);
        let (height, width) = (self.height as f32, self.width as f32);
        let (middle_row, middle_column) = ((height - 1.0) / 2.0, (width - 1.0) / 2.0);
        let row = y as f32 - self.row[column::DOWN];
        let column = x as f32 - self.row[column::RIGHT];
        let framed = row >= 0.0 && row < height && column >= 0.0 && column < width;
        let (up, across) = (row - middle_row, column - middle_column);
        let row = sine * across + cosine * up + middle_row;
        let column = cosine * across - sine * up + middle_column;
        // Beyond the first line of border there is nothing else.
        let row = if framed {
            row.clamp(-1.0, height)
        } else {
            -1.0
        };
        let column = if framed {
            column.clamp(-1.0, width)
        } else {
            -1.0
        };
        let (top, left) = (row.floor(), column.floor());
        let line = (top + 1.0) as u32 * (self.width as u32 + 3);
        Source {
            place: line + (left + 1.0) as u32,
            below: row - top,
            beside: column - left,
        }
    }

    /// Empties the square.
    #[inline(always)]
    fn cut(self, out: &mut [f32]) {
        let rows = self.row[column::CUT_TOP] as usize..self.row[column::CUT_BOTTOM] as usize;
        let columns = self.row[column::CUT_LEFT] as usize..self.row[column::CUT_RIGHT] as usize;
        for (channel, &border) in out
            .chunks_exact_mut(self.height * self.width)
            .zip(self.border)
        {
            for line in channel
                .chunks_exact_mut(self.width)
                .take(rows.end)
                .skip(rows.start)
            {
                line[columns.clone()].fill(border);
            }
        }
    }
}

/// A place between four pixels of a framed plane.
#[derive(Clone, Copy, Default)]
struct Source {
    /// The first of the four.
    place: u32,
    below: f32,
    beside: f32,
}

impl Source {
    /// Bilinear, in lines of `stride` values.
    #[inline(always)]
    fn value(&self, room: &[f32], stride: usize) -> f32 {
        let four = &room[self.place as usize..][..stride + 2];
        let (a, b, c, d) = (four[0], four[1], four[stride], four[stride + 1]);
        let upper = a + self.beside * (b - a);
        let lower = c + self.beside * (d - c);
        upper + self.below * (lower - upper)
    }
}

#[inline(always)]
fn write_all(out: &mut [MaybeUninit<f32>], value: f32) {
    for out in out {
        out.write(value);
    }
}
