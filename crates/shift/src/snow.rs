//! Snow: bright streaks before a whitened image.

use crate::border::Border;
use crate::draws::Draws;
use crate::image::Image;
use crate::motion::trail;
use crate::zoom::clipped_zoom;

/// A severity's snow; lengths in pixels of a side of 32.
struct Snowfall {
    /// Mean and standard deviation of the noise that flakes are cut from.
    noise: (f32, f32),
    /// Size of a flake.
    zoom: f64,
    /// Noise below this is no flake.
    threshold: f32,
    /// Radius and standard deviation of the fall's blur.
    blur: (usize, f64),
    /// Share of the image that is not whitened.
    kept: f32,
}

const STRENGTH: [Snowfall; 5] = [
    snowfall((0.1, 0.2), 1.0, 0.6, (8, 3.0), 0.95),
    snowfall((0.1, 0.2), 1.0, 0.5, (10, 4.0), 0.9),
    snowfall((0.15, 0.3), 1.75, 0.55, (10, 4.0), 0.9),
    snowfall((0.25, 0.3), 2.25, 0.6, (12, 6.0), 0.85),
    snowfall((0.3, 0.3), 1.25, 0.65, (14, 12.0), 0.8),
];

const fn snowfall(
    noise: (f32, f32),
    zoom: f64,
    threshold: f32,
    blur: (usize, f64),
    kept: f32,
) -> Snowfall {
    Snowfall {
        noise,
        zoom,
        threshold,
        blur,
        kept,
    }
}

/// Whitens toward `max(v, 1.5 grey + 0.5)` and adds one layer of streaks as it falls and turned by 180 degrees.
pub(crate) fn snow(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let fall = &STRENGTH[severity];
    let streaks = streaks(image, fall, draws);
    let grey = image.grey();
    for plane in image.planes_mut() {
        let layers = streaks.iter().zip(streaks.iter().rev());
        for ((value, grey), (one, turned)) in plane.iter_mut().zip(&grey).zip(layers) {
            let white = value.max(1.5 * grey + 0.5);
            *value = fall.kept * *value + (1.0 - fall.kept) * white + one + turned;
        }
    }
}

fn streaks(image: &Image<'_>, fall: &Snowfall, draws: Draws) -> Vec<f32> {
    let (size, scale) = (image.size, image.size.scale());
    let (mean, sd) = fall.noise;
    let noise: Vec<f32> = draws
        .normals(0, size.area())
        .iter()
        .map(|z| mean + sd * z)
        .collect();
    let mut flakes = clipped_zoom(&noise, size, (fall.zoom * scale).max(1.0));
    for flake in &mut flakes {
        *flake = if *flake < fall.threshold {
            0.0
        } else {
            flake.min(1.0)
        };
    }
    let (radius, sigma) = fall.blur;
    let direction = draws.uniform(1, -135.0, -45.0);
    let kernel = trail(radius, sigma, direction).stretched(scale);
    kernel.apply(&flakes, size, Border::Nearest)
}
