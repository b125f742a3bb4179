//! Rotation about the middle.

use serde::{Deserialize, Serialize};

use crate::image::{Border, Image, bilinear};

/// What a turned image shows where the original has nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    /// Black, right for digits on black.
    #[default]
    Zero,
    /// The image mirrored at its border pixels, right for photographs.
    Reflect,
}

/// Turns counter-clockwise as seen, by bilinear interpolation.
pub(crate) fn rotate(image: &mut Image<'_>, degrees: f64, fill: Fill) {
    let border = match fill {
        Fill::Zero => Border::Zero,
        Fill::Reflect => Border::Mirror,
    };
    let (sin, cos) = exact_sin_cos(degrees);
    image.map_planes(|plane, size| {
        let middle = [size.height, size.width].map(|n| (n - 1) as f64 / 2.0);
        let turned = size.places().map(|(y, x)| {
            let (down, right) = (y as f64 - middle[0], x as f64 - middle[1]);
            let source = (
                middle[0] + cos * down + sin * right,
                middle[1] - sin * down + cos * right,
            );
            bilinear(plane, size, source, border)
        });
        turned.collect()
    });
}

/// Quarter turns without rounding, which would let the fill in at the edges.
fn exact_sin_cos(degrees: f64) -> (f64, f64) {
    match degrees.rem_euclid(360.0) {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        other => other.to_radians().sin_cos(),
    }
}
