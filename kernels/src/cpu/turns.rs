//! Sine and cosine without branches, so that loops over them vectorise.

use super::vector::multiply_add;

/// Sine and cosine of `2 pi v` for `v` between -2^20 and 2^20, without branches.
///
/// # Source
/// The polynomials are those of the Cephes library's `sinf` and `cosf`.
#[inline(always)]
pub(crate) fn sine_and_cosine_of_turns(v: f32) -> (f32, f32) {
    // Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits.
    const ROUND: f32 = 12_582_912.0;
    let shifted = 4.0 * v + ROUND;
    let quarter = shifted.to_bits() & 3;
    let x = (v - (shifted - ROUND) * 0.25) * std::f32::consts::TAU;
    let square = x * x;
    let sine =
        ((-1.951_529_6e-4 * square + 8.332_161e-3) * square - 1.666_665_5e-1) * square * x + x;
    let cosine =
        ((2.443_315_7e-5 * square - 1.388_731_6e-3) * square + 4.166_664_6e-2) * square * square
            - 0.5 * square
            + 1.0;
    let odd = quarter & 1 == 1;
    let (along, across) = if odd { (sine, cosine) } else { (cosine, sine) };
    let signed = |value: f32, quarter: u32| f32::from_bits(value.to_bits() ^ ((quarter & 2) << 30));
    (signed(across, quarter), signed(along, quarter + 1))
}

/// Sine and cosine of `2 pi v` as [`sine_and_cosine_of_turns`] has them, from one polynomial; the cosine alone costs half.
///
/// ```text
/// r = v - round v        q = 1/4 - |r|        cos(2 pi r) = sin(2 pi q)        |sin(2 pi r)| = sin(2 pi (1/4 - |q|))
/// ```
#[inline(always)]
pub(crate) fn wave<const FUSED: bool>(v: f32) -> (f32, f32) {
    const ROUND: f32 = 12_582_912.0;
    let r = v - ((v + ROUND) - ROUND);
    let q = 0.25 - r.abs();
    let sine = sine_of_a_quarter::<FUSED>((0.25 - q.abs()).copysign(r));
    (sine, sine_of_a_quarter::<FUSED>(q))
}

/// `sin(2 pi q)` for `q` between -1/4 and 1/4: the polynomial that agrees at the Chebyshev nodes, within 4e-9 but for rounding.
#[inline(always)]
fn sine_of_a_quarter<const FUSED: bool>(q: f32) -> f32 {
    let square = q * q;
    let mut p = 39.534_92;
    p = multiply_add::<FUSED>(p, square, -76.549_53);
    p = multiply_add::<FUSED>(p, square, 81.600_99);
    p = multiply_add::<FUSED>(p, square, -41.341_656);
    p = multiply_add::<FUSED>(p, square, std::f32::consts::TAU);
    p * q
}

#[cfg(test)]
mod tests {
    use super::{sine_and_cosine_of_turns, wave};

    #[test]
    fn waves_are_accurate_all_around() {
        for k in (-(1i32 << 25)..1 << 25).step_by(163) {
            let turns = k as f32 / 16_777_216.0;
            let exact = (std::f64::consts::TAU * f64::from(turns)).sin_cos();
            for (sine, cosine) in [wave::<true>(turns), wave::<false>(turns)] {
                let error = (f64::from(sine) - exact.0)
                    .abs()
                    .max((f64::from(cosine) - exact.1).abs());
                assert!(error < 4e-7, "{turns}: {error}");
            }
        }
    }

    #[test]
    fn sine_and_cosine_are_accurate_all_around() {
        for k in (-(1i32 << 25)..1 << 25).step_by(163) {
            let turns = k as f32 / 16_777_216.0;
            let (sine, cosine) = sine_and_cosine_of_turns(turns);
            let exact = (std::f64::consts::TAU * f64::from(turns)).sin_cos();
            let error = (f64::from(sine) - exact.0)
                .abs()
                .max((f64::from(cosine) - exact.1).abs());
            assert!(error < 2e-7, "{turns}: {error}");
        }
    }

    #[test]
    fn far_away_they_stay_bounded_and_nan_passes() {
        for turns in [1000.125f32, -1e5 + 0.25, 3e6, -7e9] {
            for (sine, cosine) in [sine_and_cosine_of_turns(turns), wave::<false>(turns)] {
                assert!(sine.abs() < 1.001 && cosine.abs() < 1.001, "{turns}");
            }
        }
        for turns in [f32::NAN, f32::INFINITY] {
            for (sine, cosine) in [sine_and_cosine_of_turns(turns), wave::<false>(turns)] {
                assert!(sine.is_nan() && cosine.is_nan());
            }
        }
    }
}
