//! Digital changes: brightness, contrast, rubber and pixels.

use std::ops::Range;

use crate::batch::Draws;
use crate::filter::gaussian_blur;
use crate::image::{Border, Image, Size, bilinear};

/// What is added to the brightness, by severity.
const BRIGHTNESS: [f32; 5] = [0.05, 0.1, 0.15, 0.2, 0.3];
/// What differences from the mean are multiplied by, by severity.
const CONTRAST: [f32; 5] = [0.75, 0.5, 0.4, 0.3, 0.15];

/// Raises the brightness; a colour keeps hue and saturation.
///
/// The brightness of a colour is its largest channel, the V of HSV: raising it to `V'` multiplies every channel by
/// `V' / V`. Black has no hue and becomes grey.
pub(crate) fn brightness(image: &mut Image<'_>, severity: usize, _: Draws) {
    let more = BRIGHTNESS[severity];
    if image.channels() == 1 {
        image.map(|v| v + more);
        return;
    }
    let area = image.size.area();
    for pixel in 0..area {
        let channels = [pixel, area + pixel, 2 * area + pixel];
        let value = channels
            .iter()
            .map(|&c| image.values[c])
            .fold(0.0, f32::max);
        let raised = (value + more).min(1.0);
        for channel in channels {
            let old = image.values[channel];
            image.values[channel] = if value > 0.0 {
                old * (raised / value)
            } else {
                raised
            };
        }
    }
}

pub(crate) fn contrast(image: &mut Image<'_>, severity: usize, _: Draws) {
    around_the_mean(image, CONTRAST[severity]);
}

/// Multiplies differences from every channel's mean.
pub(crate) fn around_the_mean(image: &mut Image<'_>, factor: f32) {
    image.map_planes(|plane, size| {
        let sum: f64 = plane.iter().map(|v| f64::from(*v)).sum();
        let mean = (sum / size.area() as f64) as f32;
        plane.iter().map(|v| (v - mean) * factor + mean).collect()
    });
}

/// `(alpha, sigma, affine)` by severity as shares of the shorter side: size and smoothness of the local displacement, and how far
/// three corner points wander.
const ELASTIC: [(f64, f64, f64); 5] = [
    (0.0, 0.0, 0.08),
    (0.05, 0.2, 0.07),
    (0.08, 0.06, 0.06),
    (0.1, 0.04, 0.05),
    (0.1, 0.03, 0.03),
];

/// Reads every pixel from a place that is moved by a smooth random field and by a random affine map.
///
/// With rising severity the original bends more and shifts less, so that the mean squared difference to the
/// clean image need not rise. Field and map are composed, where the original interpolates twice.
pub(crate) fn elastic(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let (_, _, wander) = ELASTIC[severity];
    let map = Affine::wandering(image.size, wander * image.size.side(), draws);
    let field = displacement(image.size, severity, draws);
    image.map_planes(|plane, size| {
        let moved = size.places().zip(&field).map(|((y, x), (dy, dx))| {
            let source = map.source(y as f64 + dy, x as f64 + dx);
            bilinear(plane, size, source, Border::Mirror)
        });
        moved.collect()
    });
}

/// `alpha` times uniform noise from ±1 after a Gaussian blur, down and right.
fn displacement(size: Size, severity: usize, draws: Draws) -> Vec<(f64, f64)> {
    let (alpha, sigma, _) = ELASTIC[severity];
    let component = |part| -> Vec<f64> {
        let noise = draws.uniforms(part, size.area(), -1.0, 1.0);
        let smooth = gaussian_blur(&noise, size, sigma * size.side(), 3.0, Border::Symmetric);
        smooth
            .iter()
            .map(|v| alpha * size.side() * f64::from(*v))
            .collect()
    };
    component(1).into_iter().zip(component(2)).collect()
}

/// Where pixels come from: `(x, y) -> start + (x, y) * matrix`.
struct Affine {
    /// Source row and column of the target's origin, of a step down and of a step right.
    origin: [f64; 2],
    down: [f64; 2],
    right: [f64; 2],
}

impl Affine {
    /// The inverse of the map that moves three points around the middle by up to `reach` pixels either way.
    fn wandering(size: Size, reach: f64, draws: Draws) -> Self {
        let middle = [(size.height / 2) as f64, (size.width / 2) as f64];
        let arm = ((size.height.min(size.width) / 3) as f64).max(1.0);
        let points = [[1.0, 1.0], [1.0, -1.0], [-1.0, -1.0]]
            .map(|[down, right]| [middle[0] + arm * down, middle[1] + arm * right]);
        let steps = draws.uniforms(0, 6, -reach as f32, reach as f32);
        let moved: [[f64; 2]; 3] = std::array::from_fn(|point| {
            std::array::from_fn(|axis| points[point][axis] + f64::from(steps[2 * point + axis]))
        });
        Self::carrying(moved, points)
    }

    /// The affine map from three points to three points.
    fn carrying(from: [[f64; 2]; 3], to: [[f64; 2]; 3]) -> Self {
        let minus = |a: [f64; 2], b: [f64; 2]| [a[0] - b[0], a[1] - b[1]];
        let (u, v) = (minus(from[1], from[0]), minus(from[2], from[0]));
        let (p, q) = (minus(to[1], to[0]), minus(to[2], to[0]));
        let area = u[0] * v[1] - u[1] * v[0];
        // A step down is `a u + b v` with `a = v1 / area`, `b = -u1 / area`; its image is `a p + b q`.
        let combine = |a: f64, b: f64| [a * p[0] + b * q[0], a * p[1] + b * q[1]];
        let down = combine(v[1] / area, -u[1] / area);
        let right = combine(-v[0] / area, u[0] / area);
        let origin = std::array::from_fn(|axis| {
            to[0][axis] - from[0][0] * down[axis] - from[0][1] * right[axis]
        });
        Self {
            origin,
            down,
            right,
        }
    }

    fn source(&self, y: f64, x: f64) -> (f64, f64) {
        let at = |axis: usize| self.origin[axis] + y * self.down[axis] + x * self.right[axis];
        (at(0), at(1))
    }
}

/// The share of the sides that is left, by severity.
const PIXELATE: [f64; 5] = [0.95, 0.9, 0.85, 0.75, 0.65];

/// Shrinks to a share of the sides, rounded down, and enlarges again, both by means over boxes.
pub(crate) fn pixelate(image: &mut Image<'_>, severity: usize, _: Draws) {
    let share = PIXELATE[severity];
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

#[cfg(test)]
mod tests {
    use super::{Affine, displacement};
    use crate::batch::Draws;
    use crate::image::Size;

    #[test]
    fn the_affine_map_carries_its_points() {
        let from = [[3.0, 4.0], [10.0, 1.0], [-2.0, 7.5]];
        let to = [[0.5, 1.0], [6.0, -3.0], [2.0, 2.0]];
        let map = Affine::carrying(from, to);
        for (a, b) in from.iter().zip(to) {
            let (y, x) = map.source(a[0], a[1]);
            assert!((y - b[0]).abs() < 1e-12 && (x - b[1]).abs() < 1e-12);
        }
    }

    /// What severity raises: how differently neighbours are moved.
    #[test]
    fn bending_rises_with_severity() {
        for side in [8, 28, 64] {
            let size = Size {
                height: side,
                width: side,
            };
            let bending = |severity| {
                let of = |image| {
                    let field = displacement(size, severity, Draws::new(1, 0, image));
                    let steps = field.windows(2).map(|w| (w[1].1 - w[0].1).powi(2));
                    steps.sum::<f64>()
                };
                (0..30).map(of).sum::<f64>()
            };
            let all: Vec<f64> = (0..5).map(bending).collect();
            assert!(all.is_sorted_by(|a, b| a < b), "{side}: {all:?}");
        }
    }
}
