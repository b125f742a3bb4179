//! Pixelation: fewer pixels, enlarged again.

use std::ops::Range;

use crate::image::{Image, Size};

/// The share of the sides that is left, by severity.
const STRENGTH: [f64; 5] = [0.95, 0.9, 0.85, 0.75, 0.65];

/// Shrinks to a share of the sides, rounded down, and enlarges again, both by means over boxes.
pub(crate) fn pixelate(image: &mut Image<'_>, severity: usize) {
    let share = STRENGTH[severity];
    let fewer = |n: usize| ((n as f64 * share) as usize).max(1);
    image.map_planes(|plane, size| {
        let small = Size {
            height: fewer(size.height),
            width: fewer(size.width),
        };
        resize(&resize(plane, size, small), small, size)
    });
}

/// Pillow's box filter: the mean of the pixels whose centres lie within the box that a new pixel covers.
fn resize(plane: &[f32], from: Size, to: Size) -> Vec<f32> {
    let covered = |new: usize, old: usize| -> Vec<Range<usize>> {
        (0..new).map(|at| centres_within(at, old, new)).collect()
    };
    let (rows, columns) = (
        covered(to.height, from.height),
        covered(to.width, from.width),
    );
    let value = |(y, x): (usize, usize)| {
        let count = (rows[y].len() * columns[x].len()) as f32;
        let row_sum = |row: usize| {
            let row = &plane[row * from.width..][columns[x].clone()];
            row.iter().sum::<f32>()
        };
        rows[y].clone().map(row_sum).sum::<f32>() / count
    };
    to.places().map(value).collect()
}

/// Old pixels with a centre in `(low, high]`, the box of new pixel `at`; a box narrower than a pixel is widened to one.
fn centres_within(at: usize, old: usize, new: usize) -> Range<usize> {
    let ratio = old as f64 / new as f64;
    let (middle, half) = ((at as f64 + 0.5) * ratio, 0.5 * ratio.max(1.0));
    let first = ((middle - half - 0.5).floor() + 1.0).max(0.0) as usize;
    let last = ((middle + half - 0.5).floor().max(0.0) as usize).min(old - 1);
    first.min(last)..last + 1
}
