//! Image transformations on the CPU: an image stays in the cache from its first change to its last.

use std::mem::MaybeUninit;

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;

use super::share::{each, filled};
use super::storage::{contiguous, floats, tensor};
use super::vector::widest;
use crate::augment::{AugmentOps, Transform, column};
use crate::sizes::expect_transforms;

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
        // SAFETY: each image has its own row of the output, and `picture` writes all of it.
        let images = unsafe {
            filled(x.len(), |out| {
                each(members * batch, |i| {
                    let own = Own {
                        values: &x[i * features..][..features],
                        border: &border[i / batch * channels..][..channels],
                        row: &rows[i * Transform::COUNT..][..Transform::COUNT],
                        height: image[1],
                        width: image[2],
                    };
                    picture(out.room(i * features, features), own);
                });
            })
        };
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
        let (height, width) = (self.height as isize, self.width as isize);
        let pixels = self.height * self.width;
        let (down, right) = (self.whole(column::DOWN), self.whole(column::RIGHT));
        for place in 0..pixels {
            let row = (place / self.width) as isize - down;
            let column = (place % self.width) as isize - right;
            let framed = (0..height).contains(&row) && (0..width).contains(&column);
            let taps = framed.then(|| self.taps(row, column));
            for (channel, &border) in self.border.iter().enumerate() {
                let values = &self.values[channel * pixels..][..pixels];
                out[channel * pixels + place]
                    .write(taps.map_or(border, |taps| taps.value(values, border)));
            }
        }
    }

    /// What a rotation brings to a pixel.
    #[inline(always)]
    fn taps(self, row: isize, column: isize) -> Taps {
        let (cosine, sine) = (self.row[column::COSINE], self.row[column::SINE]);
        let middle = |length: usize| (length as f32 - 1.0) / 2.0;
        let up = row as f32 - middle(self.height);
        let across = column as f32 - middle(self.width);
        let row = sine * across + cosine * up + middle(self.height);
        let column = cosine * across - sine * up + middle(self.width);
        let (top, left) = (row.floor(), column.floor());
        let (width, flipped) = (self.width as isize, self.row[column::FLIP] != 0.0);
        let place = |row: isize, column: isize| {
            let held = (0..self.height as isize).contains(&row) && (0..width).contains(&column);
            let column = if flipped { width - 1 - column } else { column };
            held.then_some((row * width + column) as usize)
        };
        let (y, x) = (top as isize, left as isize);
        Taps {
            places: [
                place(y, x),
                place(y, x + 1),
                place(y + 1, x),
                place(y + 1, x + 1),
            ],
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

/// The four pixels about a place, where they exist, and how far beyond the first it lies.
#[derive(Clone, Copy)]
struct Taps {
    places: [Option<usize>; 4],
    below: f32,
    beside: f32,
}

impl Taps {
    #[inline(always)]
    fn value(self, values: &[f32], border: f32) -> f32 {
        let pixel = |place: Option<usize>| place.map_or(border, |place| values[place]);
        let [a, b, c, d] = self.places.map(pixel);
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
