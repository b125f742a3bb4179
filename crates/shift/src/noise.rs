//! Noise: of the sensor, of counted photons, of broken pixels.

use crate::draws::Draws;
use crate::image::Image;
use crate::poisson::Poisson;

/// Standard deviation by severity.
const GAUSSIAN: [f32; 5] = [0.04, 0.06, 0.08, 0.09, 0.10];
/// Photons of a white pixel by severity.
const SHOT: [u32; 5] = [500, 250, 100, 75, 50];
/// Share of broken values by severity.
const IMPULSE: [f32; 5] = [0.01, 0.02, 0.03, 0.05, 0.07];

/// Adds normal noise to every value.
pub(crate) fn gaussian_noise(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let noise = draws.normals(0, image.values.len());
    for (value, z) in image.values.iter_mut().zip(noise) {
        *value += GAUSSIAN[severity] * z;
    }
}

/// Counts photons: a value `v` becomes `Poisson(v photons) / photons`.
pub(crate) fn shot_noise(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let poisson = Poisson::up_to(SHOT[severity]);
    let (stream, photons) = (draws.stream(0), f64::from(SHOT[severity]));
    for (pair, values) in (0u32..).zip(image.values.chunks_mut(2)) {
        let [a, b, c, d] = stream.block(pair);
        for (value, words) in values.iter_mut().zip([[a, b], [c, d]]) {
            let count = poisson.draw(f64::from(*value) * photons, words);
            *value = (f64::from(count) / photons) as f32;
        }
    }
}

/// Breaks a share of the values, half of them to 0 and half to 1.
pub(crate) fn impulse_noise(image: &mut Image<'_>, severity: usize, draws: Draws) {
    let broken = IMPULSE[severity];
    let places = draws.uniforms(0, image.values.len(), 0.0, 1.0);
    for (value, u) in image.values.iter_mut().zip(places) {
        if u < broken / 2.0 {
            *value = 0.0;
        } else if u >= 1.0 - broken / 2.0 {
            *value = 1.0;
        }
    }
}
