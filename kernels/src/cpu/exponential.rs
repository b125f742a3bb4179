//! Exponential, tanh and sigmoid without branches, so that loops over them vectorise.

/// `exp(x)` for `x <= 0`, branch-free so that it vectorises; within 2 units in the last place.
///
/// ```text
/// x = n ln 2 + r, |r| <= ln 2 / 2        exp(x) = 2^n P(r)
/// ```
///
/// `P` is the degree-6 Taylor polynomial, whose remainder is below `1.2e-7` relative on the interval. Below -87 the result is zero.
#[inline(always)]
pub(crate) fn exp_of_nonpositive(x: f32) -> f32 {
    const LN2_HIGH: f32 = 0.693_359_4;
    const LN2_LOW: f32 = -2.121_944_4e-4;
    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer.
    const ROUND: f32 = 12_582_912.0;
    let clamped = if x < -87.0 { -87.0 } else { x };
    let shifted = clamped * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (clamped - n * LN2_HIGH) - n * LN2_LOW;
    let mut p = 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    // The low bits of `shifted` are `n`; a conversion to an integer would saturate, which does not vectorise.
    let scale = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    if x < -87.0 { 0.0 } else { p * scale }
}

/// `tanh x`, within 3 units in the last place.
///
/// ```text
/// |x| < 0.625: x + x^3 P(x^2)        otherwise: sign(x) (1 - e) / (1 + e), e = exp(-2 |x|)
/// ```
///
/// # Source
/// The polynomial is that of the Cephes library's `tanhf`.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    let magnitude = x.abs();
    let e = exp_of_nonpositive(-2.0 * magnitude);
    let far = ((1.0 - e) / (1.0 + e)).copysign(x);
    let square = x * x;
    let mut p = -5.704_988_7e-3;
    p = p * square + 2.063_909e-2;
    p = p * square - 5.373_971_6e-2;
    p = p * square + 1.333_144_2e-1;
    p = p * square - 3.333_328e-1;
    let near = x + x * square * p;
    if magnitude < 0.625 { near } else { far }
}

/// `1 / (1 + exp(-x))`, within 3 units in the last place above the smallest normal number.
#[inline(always)]
pub(crate) fn sigmoid(x: f32) -> f32 {
    let e = exp_of_nonpositive(-x.abs());
    let top = if x >= 0.0 { 1.0 } else { e };
    top / (1.0 + e)
}

#[cfg(test)]
mod tests {
    use super::{exp_of_nonpositive, sigmoid, tanh};

    #[test]
    fn the_exponential_is_accurate_and_passes_nan() {
        for i in 0..=860_000 {
            let x = -(i as f32) * 1e-4;
            let exact = f64::from(x).exp();
            let relative = (f64::from(exp_of_nonpositive(x)) - exact).abs() / exact;
            assert!(relative < 2.5e-7, "{x}: {relative}");
        }
        assert_eq!(exp_of_nonpositive(f32::NEG_INFINITY), 0.0);
        assert_eq!(exp_of_nonpositive(-0.0), 1.0);
        assert!(exp_of_nonpositive(f32::NAN).is_nan());
    }

    #[test]
    fn tanh_and_sigmoid_are_accurate_and_pass_nan() {
        for i in -200_000..=200_000 {
            let x = i as f32 * 1e-4;
            let (t, s) = (f64::from(x).tanh(), 1.0 / (1.0 + (-f64::from(x)).exp()));
            assert!(
                (f64::from(tanh(x)) - t).abs() <= 2.5e-7 * t.abs(),
                "tanh {x}"
            );
            assert!((f64::from(sigmoid(x)) - s).abs() <= 4e-7 * s, "sigmoid {x}");
        }
        assert_eq!((tanh(f32::INFINITY), tanh(-400.0)), (1.0, -1.0));
        assert_eq!((sigmoid(f32::INFINITY), sigmoid(-400.0)), (1.0, 0.0));
        assert!(tanh(f32::NAN).is_nan() && sigmoid(f32::NAN).is_nan());
    }
}
