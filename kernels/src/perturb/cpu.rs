//! Gaussian noise on the CPU: Philox and Box-Muller in the vector registers, added in place.

use burn::backend::Flex;
use burn::backend::flex::FlexTensor;
use decay_random::{At, Purpose, Stream, unit};

use super::PerturbOps;
use crate::cpu::draws::{LANES, changed};
use crate::cpu::turns::sine_and_cosine_of_turns;
use crate::cpu::vector::widest;
use crate::sizes::expect_shape;

impl PerturbOps for Flex {
    fn perturb(
        x: FlexTensor,
        sd: FlexTensor,
        seed: FlexTensor,
        purpose: Purpose,
        at: At,
    ) -> FlexTensor {
        let members = x.layout().shape()[0];
        expect_shape("perturb: sd", &sd, [members]);
        expect_shape("perturb: seed", &seed, [members, 2]);
        changed(x, sd, seed, purpose, at, add_normal)
    }
}

widest! {
    fn add_normal(values: &mut [f32], stream: &Stream, sd: f32) {
        let mut block = 0u32;
        for chunk in values.chunks_mut(4 * LANES) {
            let mut words = [[0u32; LANES]; 4];
            for lane in 0..LANES {
                let drawn = stream.block(block.wrapping_add(lane as u32));
                for (words, word) in words.iter_mut().zip(drawn) {
                    words[lane] = word;
                }
            }
            let mut draws = [[0f32; 4]; LANES];
            for (lane, draws) in draws.iter_mut().enumerate() {
                let (x, y) = normal_pair(words[0][lane], words[1][lane]);
                let (z, w) = normal_pair(words[2][lane], words[3][lane]);
                *draws = [x, y, z, w];
            }
            for (value, &draw) in chunk.iter_mut().zip(draws.as_flattened()) {
                *value += sd * draw;
            }
            block = block.wrapping_add(LANES as u32);
        }
    }
}

/// Two standard normal draws from two words, see [`decay_random::normals`]; within `3e-6` of them.
#[inline(always)]
fn normal_pair(a: u32, b: u32) -> (f32, f32) {
    let u = ((a >> 8) + 1) as f32 * (1.0 / 16_777_216.0);
    let radius = (-2.0 * ln_of_share(u)).sqrt();
    let (sine, cosine) = sine_and_cosine_of_turns(unit(b));
    (radius * cosine, radius * sine)
}

/// `ln u` for normal `u` in `(0, 1]`, without branches.
///
/// # Source
/// The polynomial is that of the Cephes library's `logf`.
#[inline(always)]
fn ln_of_share(u: f32) -> f32 {
    /// Bits of the root of one half: mantissas are taken from there to the root of two.
    const ROOT_HALF: u32 = 0x3F35_04F3;
    let exponent = (u.to_bits().wrapping_sub(ROOT_HALF) as i32) >> 23;
    let mantissa = f32::from_bits(u.to_bits().wrapping_sub((exponent << 23) as u32));
    let (e, f) = (exponent as f32, mantissa - 1.0);
    let square = f * f;
    let mut p = 7.037_683_6e-2;
    p = p * f - 1.151_461e-1;
    p = p * f + 1.167_699_9e-1;
    p = p * f - 1.242_014_1e-1;
    p = p * f + 1.424_932_3e-1;
    p = p * f - 1.666_805_8e-1;
    p = p * f + 2.000_071_5e-1;
    p = p * f - 2.499_999_4e-1;
    p = p * f + 3.333_333e-1;
    let low = f * square * p + e * -2.121_944_4e-4 - 0.5 * square;
    f + low + e * 0.693_359_4
}

#[cfg(test)]
mod tests {
    use super::{ln_of_share, normal_pair};
    use decay_random::normals;

    #[test]
    fn the_logarithm_is_accurate_on_every_share() {
        for k in (1u32..=1 << 24).step_by(37).chain([1 << 24, (1 << 24) - 1]) {
            let exact = (f64::from(k) / 16_777_216.0).ln();
            let got = f64::from(ln_of_share(k as f32 / 16_777_216.0));
            assert!(
                (got - exact).abs() <= 2e-7 * exact.abs(),
                "{k}: {got} {exact}"
            );
        }
        assert_eq!(ln_of_share(1.0), 0.0);
    }

    #[test]
    fn a_pair_is_that_of_the_definition() {
        for i in 0..200_000u32 {
            let (a, b) = (i.wrapping_mul(0x9E37_79B9), i.wrapping_mul(0x85EB_CA6B));
            let [x, y, ..] = normals([a, b, 0, 0]);
            let (got_x, got_y) = normal_pair(a, b);
            let error = (f64::from(got_x) - x)
                .abs()
                .max((f64::from(got_y) - y).abs());
            assert!(error < 3e-6, "{a} {b}: {error}");
        }
    }
}
