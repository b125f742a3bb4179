//! Gaussian blur.

use crate::border::Border;
use crate::image::Size;

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
    let weights: Vec<(isize, f64)> = (-radius..=radius)
        .map(|offset| (offset, density(offset) / total))
        .collect();
    let along = |plane: &[f32], (dy, dx): (isize, isize)| -> Vec<f32> {
        let value = |(y, x): (usize, usize)| {
            let part = |&(offset, weight): &(isize, f64)| {
                let row = border.index(y as isize + offset * dy, size.height)?;
                let column = border.index(x as isize + offset * dx, size.width)?;
                Some(weight * f64::from(plane[row * size.width + column]))
            };
            weights.iter().filter_map(part).sum::<f64>() as f32
        };
        size.places().map(value).collect()
    };
    along(&along(plane, (1, 0)), (0, 1))
}
