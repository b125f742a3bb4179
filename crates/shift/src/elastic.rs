//! Elastic: the image drawn on rubber.

use crate::blur::gaussian_blur;
use crate::border::Border;
use crate::draws::Draws;
use crate::image::{Image, Size, bilinear};

/// `(alpha, sigma, affine)` by severity as shares of the shorter side: size and smoothness of the local displacement, and how far
/// three corner points wander.
const STRENGTH: [(f64, f64, f64); 5] = [
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
    let (_, _, wander) = STRENGTH[severity];
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
    let (alpha, sigma, _) = STRENGTH[severity];
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

#[cfg(test)]
mod tests {
    use super::{Affine, displacement};
    use crate::draws::Draws;
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
