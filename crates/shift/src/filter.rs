//! Small filters as lists of offsets and weights.

use std::collections::BTreeMap;

use crate::image::{Border, Size};

/// Weights by offset: `out(y, x) = Σ weight in(y + dy, x + dx)`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kernel {
    taps: Vec<Tap>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Tap {
    dy: isize,
    dx: isize,
    weight: f64,
}

impl Kernel {
    /// From `((dy, dx), weight)`; weights of equal offsets add up.
    pub(crate) fn new(taps: impl IntoIterator<Item = ((isize, isize), f64)>) -> Self {
        let mut sums = BTreeMap::<(isize, isize), f64>::new();
        for (offset, weight) in taps {
            *sums.entry(offset).or_default() += weight;
        }
        let tap = |((dy, dx), weight)| Tap { dy, dx, weight };
        let present = sums.into_iter().filter(|(_, weight)| *weight != 0.0);
        Self {
            taps: present.map(tap).collect(),
        }
    }

    /// The filter for images `scale` times as large as those it was made for.
    ///
    /// Each weight is moved to `scale` times its offset and spread over a square of `max(scale, 1)` pixels a side, shared among pixels
    /// by area. At `scale` 1 nothing changes; above it no holes open between weights; below it offsets of less than a pixel still
    /// blur, as bilinear interpolation does.
    pub(crate) fn stretched(&self, scale: f64) -> Self {
        let half = 0.5 * scale.max(1.0);
        let shares = |offset: isize| {
            let centre = offset as f64 * scale;
            let (low, high) = (centre - half, centre + half);
            let pixels = (low + 0.5).floor() as isize..=(high + 0.5).ceil() as isize;
            pixels.filter_map(move |pixel| {
                let edge = pixel as f64;
                let overlap = high.min(edge + 0.5) - low.max(edge - 0.5);
                (overlap > 0.0).then_some((pixel, overlap / (2.0 * half)))
            })
        };
        Self::new(self.taps.iter().flat_map(|tap| {
            shares(tap.dy).flat_map(move |(dy, vertical)| {
                shares(tap.dx)
                    .map(move |(dx, horizontal)| ((dy, dx), tap.weight * vertical * horizontal))
            })
        }))
    }

    /// The filtered plane.
    pub(crate) fn apply(&self, plane: &[f32], size: Size, border: Border) -> Vec<f32> {
        let reach = |offset: fn(&Tap) -> isize| {
            let far = self.taps.iter().map(|tap| offset(tap).unsigned_abs());
            far.max().unwrap_or(0)
        };
        let (down, right) = (reach(|tap| tap.dy), reach(|tap| tap.dx));
        let (padded, stride) = padded(plane, size, (down, right), border);
        let mut out = vec![0.0; size.area()];
        for (y, row) in out.chunks_exact_mut(size.width).enumerate() {
            for tap in &self.taps {
                let from = (y + down).strict_add_signed(tap.dy) * stride;
                let start = (from + right).strict_add_signed(tap.dx);
                let weight = tap.weight as f32;
                for (sum, value) in row.iter_mut().zip(&padded[start..]) {
                    *sum += weight * value;
                }
            }
        }
        out
    }
}

/// The plane with rows and columns of its border around it, and the length of a row.
fn padded(
    plane: &[f32],
    size: Size,
    (down, right): (usize, usize),
    border: Border,
) -> (Vec<f32>, usize) {
    let indices = |n: usize, reach: usize| -> Vec<Option<usize>> {
        let reach = reach as isize;
        (-reach..n as isize + reach)
            .map(|at| border.index(at, n))
            .collect()
    };
    let (rows, columns) = (indices(size.height, down), indices(size.width, right));
    let value = |row: Option<usize>, column: Option<usize>| {
        row.zip(column)
            .map_or(0.0, |(y, x)| plane[y * size.width + x])
    };
    let cells = rows
        .iter()
        .flat_map(|&row| columns.iter().map(move |&column| value(row, column)));
    (cells.collect(), columns.len())
}

/// Convolution with a normal density of standard deviation `sigma` pixels, cut off at `truncate` of them.
///
/// Along columns, then along rows, as scipy does; 0 changes nothing.
pub(crate) fn gaussian_blur(
    plane: &[f32],
    size: Size,
    sigma: f64,
    truncate: f64,
    border: Border,
) -> Vec<f32> {
    let radius = (truncate * sigma + 0.5) as isize;
    if radius == 0 {
        return plane.to_vec();
    }
    let density = |offset: isize| (-0.5 * (offset as f64 / sigma).powi(2)).exp();
    let total: f64 = (-radius..=radius).map(density).sum();
    let along = |(dy, dx): (isize, isize)| {
        let tap = |offset| ((offset * dy, offset * dx), density(offset) / total);
        Kernel::new((-radius..=radius).map(tap))
    };
    let columns = along((1, 0)).apply(plane, size, border);
    along((0, 1)).apply(&columns, size, border)
}

#[cfg(test)]
mod tests {
    use super::Kernel;

    /// `(weight, mean, variance)` along a row.
    fn moments(kernel: &Kernel) -> (f64, f64, f64) {
        let sum = |power| {
            kernel
                .taps
                .iter()
                .map(|t| t.weight * (t.dx as f64).powi(power))
                .sum::<f64>()
        };
        (sum(0), sum(1), sum(2) - sum(1) * sum(1))
    }

    /// A stretched filter keeps its weight, moves its mean by the scale and widens by the square of it, plus what a pixel's
    /// own width adds: a bilinear share of at most a quarter below 1, `(scale² - 1) / 12` to `(scale² + 2) / 12` for odd and even scales above.
    #[test]
    fn stretching_scales_the_moments() {
        let kernel = Kernel::new([((0, -1), 0.25), ((0, 0), 0.25), ((0, 2), 0.5)]);
        assert_eq!(kernel.stretched(1.0), kernel);
        let (_, mean, variance) = moments(&kernel);
        for scale in [0.25, 0.875, 2.0, 3.0, 7.0] {
            let (weight, m, v) = moments(&kernel.stretched(scale));
            assert!((weight - 1.0).abs() < 1e-12 && (m - scale * mean).abs() < 1e-12);
            let extra = v - scale * scale * variance;
            if scale > 1.0 {
                let bounds =
                    (scale * scale - 1.0) / 12.0 - 1e-9..=(scale * scale + 2.0) / 12.0 + 1e-9;
                assert!(bounds.contains(&extra), "{scale}: {extra}");
            } else {
                assert!((0.0..=0.25).contains(&extra), "{scale}: {extra}");
            }
        }
    }
}
