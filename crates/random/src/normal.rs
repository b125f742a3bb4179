//! Normal draws that devices without double precision can make, too.

use crate::unit;

/// Standard normal draws from the four words of a Philox block, 24 bits of each.
///
/// ```text
/// z_0 = r cos(2 pi v), z_1 = r sin(2 pi v)        r = sqrt(-2 ln u)        u = (word_0 >> 8) + 1 over 2^24, v likewise from 0
/// ```
///
/// and the same of the last two words. `u` and `v` are exact in single precision, so that a device that computes in it draws these
/// numbers to rounding. The largest magnitude is `sqrt(48 ln 2) = 5.77`, which a normal number exceeds once in `10^8` draws.
///
/// # Source
/// Box & Muller 1958.
#[inline]
pub fn normals(words: [u32; 4]) -> [f64; 4] {
    let [x, y] = pair(words[0], words[1]);
    let [z, w] = pair(words[2], words[3]);
    [x, y, z, w]
}

fn pair(a: u32, b: u32) -> [f64; 2] {
    let u = f64::from((a >> 8) + 1) / 16_777_216.0;
    let radius = (-2.0 * u.ln()).sqrt();
    let (sine, cosine) = (std::f64::consts::TAU * f64::from(unit(b))).sin_cos();
    [radius * cosine, radius * sine]
}

#[cfg(test)]
mod tests {
    use super::normals;
    use crate::{At, Purpose, Stream};

    #[test]
    fn moments_are_those_of_the_normal_distribution() {
        let stream = Stream::new(3, Purpose::InputNoise, At::default());
        let draws: Vec<f64> = (0..50_000)
            .flat_map(|block| normals(stream.block(block)))
            .collect();
        let n = draws.len() as f64;
        let moment = |power| draws.iter().map(|z| z.powi(power)).sum::<f64>() / n;
        // Variances of the powers: 1, 2, 15 and 96.
        for (power, want, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)]
        {
            let bound = 4.0 * f64::sqrt(variance / n);
            assert!(
                (moment(power) - want).abs() < bound,
                "{power}: {}",
                moment(power)
            );
        }
    }

    #[test]
    fn the_extreme_words_are_finite() {
        for words in [[0; 4], [u32::MAX; 4]] {
            assert!(normals(words).iter().all(|z| z.abs() < 5.78));
        }
    }
}
