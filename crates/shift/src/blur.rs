//! Gaussian blur.

use crate::border::Border;
use crate::image::Size;
use crate::kernel::Kernel;

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
