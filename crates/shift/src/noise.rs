//! Noise: of the sensor, of counted photons, of broken pixels.

use crate::batch::Draws;
use crate::image::Image;

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

/// Draws counts of a mean up to a bound.
#[derive(Debug, Clone)]
pub(crate) struct Poisson {
    /// `ln k!` for `k` up to the bound.
    log_factorial: Vec<f64>,
}

impl Poisson {
    pub(crate) fn up_to(largest_mean: u32) -> Self {
        let mut sum = 0.0;
        let term = |k: u32| {
            sum += f64::from(k.max(1)).ln();
            sum
        };
        Self {
            log_factorial: (0..=largest_mean).map(term).collect(),
        }
    }

    /// A count with this mean, which must not exceed the bound.
    ///
    /// Inversion from the mode outward: the counts `m, m + 1, m - 1, m + 2, ...` take their probabilities off the uniform number until
    /// it is used up. Any order draws from the same distribution; this one needs about `sqrt(mean)` steps.
    pub(crate) fn draw(&self, mean: f64, [high, low]: [u32; 2]) -> u32 {
        if mean <= 0.0 {
            return 0;
        }
        let bits = u64::from(high) << 21 | u64::from(low >> 11);
        let mut left = bits as f64 / (1u64 << 53) as f64;
        let mode = (mean as usize).min(self.log_factorial.len() - 1);
        let at_mode = (mode as f64 * mean.ln() - mean - self.log_factorial[mode]).exp();
        left -= at_mode;
        if left < 0.0 {
            return mode as u32;
        }
        let (mut above, mut below) = ((mode, at_mode), (mode, at_mode));
        loop {
            above = (above.0 + 1, above.1 * mean / (above.0 + 1) as f64);
            left -= above.1;
            if left < 0.0 {
                return above.0 as u32;
            }
            if below.0 > 0 {
                below = (below.0 - 1, below.1 * below.0 as f64 / mean);
                left -= below.1;
                if left < 0.0 {
                    return below.0 as u32;
                }
            }
            // Rounding can leave a remainder when all probability is used up.
            if above.1 < 1e-300 && (below.0 == 0 || below.1 < 1e-300) {
                return mode as u32;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Poisson;
    use crate::batch::Draws;

    /// Means, variances and, for a small mean, every probability, within five standard errors.
    #[test]
    fn draws_are_poisson() {
        let n = 60_000u32;
        let poisson = Poisson::up_to(500);
        for (part, mean) in [(0, 0.3), (1, 4.0), (2, 47.5), (3, 500.0)] {
            let stream = Draws::new(9, 0, 0).stream(part);
            let draw = |i| {
                let [a, b, ..] = stream.block(i);
                f64::from(poisson.draw(mean, [a, b]))
            };
            let counts: Vec<f64> = (0..n).map(draw).collect();
            let total = f64::from(n);
            let average = counts.iter().sum::<f64>() / total;
            let variance = counts.iter().map(|c| (c - average).powi(2)).sum::<f64>() / total;
            assert!(
                (average - mean).abs() < 5.0 * (mean / total).sqrt(),
                "{mean}: {average}"
            );
            // The variance of a squared deviation is `mean + 2 mean²`.
            let spread = ((mean + 2.0 * mean * mean) / total).sqrt();
            assert!((variance - mean).abs() < 5.0 * spread, "{mean}: {variance}");
            let none = counts.iter().filter(|c| **c == 0.0).count() as f64 / total;
            let p: f64 = f64::exp(-mean);
            assert!((none - p).abs() <= 5.0 * (p * (1.0 - p) / total).sqrt() + 1e-12);
        }
        assert_eq!(poisson.draw(0.0, [u32::MAX; 2]), 0);
        assert!(poisson.draw(1e-30, [u32::MAX; 2]) < 3);
    }
}
