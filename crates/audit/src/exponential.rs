//! The exponential of many numbers that are not positive, as softmax needs it.

use std::f64::consts::LOG2_E;

/// `ln 2` in two parts, the first with trailing zeros so that its multiples are exact.
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
/// Adding it leaves the nearest whole number in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// Below this the result is under 4e-308 and counts as 0.
const SMALLEST: f64 = -708.0;
/// `1 / n!` for n = 2 to 13.
const TAYLOR: [f64; 12] = [
    0.5,
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// `exp(x)` for `x <= 0`, within two units in the last place; exactly 0 below -708 and for `-inf`.
///
/// ```text
/// exp(x) = 2^k exp(r)      k = round(x / ln 2), |r| <= ln(2) / 2, exp(r) by its Taylor series
/// ```
///
/// Without branches or calls, so that loops over it run in vector registers: an audit of a population
/// spends half its time here.
#[inline(always)]
pub(crate) fn exp_nonpositive(x: f64) -> f64 {
    let inside = if x < SMALLEST { SMALLEST } else { x };
    let rounded = inside * LOG2_E + ROUNDER;
    let k = rounded - ROUNDER;
    let r = inside - k * LN_2_HIGH - k * LN_2_LOW;
    // Spelt out: a loop in here is unrolled too late for the loop around it to be vectorised. Pairs of
    // terms (Estrin's scheme) need not wait for each other.
    let t = &TAYLOR;
    let (r2, pair) = (r * r, |k: usize| t[k] + t[k + 1] * r);
    let r4 = r2 * r2;
    let low = pair(0) + pair(2) * r2;
    let middle = pair(4) + pair(6) * r2;
    let high = pair(8) + pair(10) * r2;
    let series = low + (middle + high * r4) * r4;
    let power = f64::from_bits(rounded.to_bits().wrapping_add(1023) << 52);
    let value = (series * r2 + r + 1.0) * power;
    if x < SMALLEST { 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::exp_nonpositive;

    #[test]
    fn is_the_exponential_of_the_standard_library() {
        for i in 0..2_000_000 {
            let x = -708.0 * (f64::from(i) / 2e6).powi(3);
            let (got, want) = (exp_nonpositive(x), x.exp());
            assert!(
                (got / want - 1.0).abs() < 5e-16,
                "{x}: {got} against {want}"
            );
        }
    }

    #[test]
    fn ends_are_exact() {
        assert_eq!(exp_nonpositive(0.0), 1.0);
        assert_eq!(exp_nonpositive(-0.0), 1.0);
        assert_eq!(exp_nonpositive(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp_nonpositive(-709.0), 0.0);
        assert_eq!(exp_nonpositive(-1e300), 0.0);
    }
}
