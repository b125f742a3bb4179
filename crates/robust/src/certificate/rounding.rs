//! Bounds on what rounding can do, so that a certificate holds for the network in exact arithmetic.
//!
//! Sums of products are computed in double precision, rounded to nearest, in any order and with or without fused operations; their
//! error is at most [`gamma`] of the sum of magnitudes (Higham 2002, section 3.1). Every bound of this module's neighbours is moved
//! outwards by that much, so a margin counts only where it exceeds the rounding that led to it.
//!
//! What is certified is the network with its single-precision weights in exact arithmetic. A forward pass in single precision
//! differs from it by rounding, of the order of `1e-6` of the largest logit, and can be steered within that
//! (Jia & Rinard 2021, <https://arxiv.org/abs/2003.03021>).

/// Half the distance between 1 and the next number.
const UNIT: f64 = f64::EPSILON / 2.0;

/// The relative error of `n` roundings in a row, `n u / (1 - n u)`.
pub(super) fn gamma(n: usize) -> f64 {
    let error = n as f64 * UNIT;
    error / (1.0 - error)
}

/// A magnitude with room for `n` roundings.
pub(super) fn up(magnitude: f64, n: usize) -> f64 {
    magnitude * (1.0 + gamma(n + 2))
}

/// A bound from below of something positive, with room for `n` roundings.
pub(super) fn down(magnitude: f64, n: usize) -> f64 {
    magnitude * (1.0 - gamma(n + 2))
}

/// The smallest of several bounds from below; minus infinity if one is not a number, since such a bound says nothing.
pub(super) fn smallest(bounds: impl IntoIterator<Item = f64>) -> f64 {
    bounds
        .into_iter()
        .map(|bound| {
            if bound.is_nan() {
                f64::NEG_INFINITY
            } else {
                bound
            }
        })
        .fold(f64::INFINITY, f64::min)
}

/// Sums that are kept apart so that they fill vector registers.
const LANES: usize = 8;

/// `(sum_i a_i b_i, sum_i abs(a_i) c_i)`.
pub(super) fn weighted_sums(a: &[f64], b: &[f64], c: &[f64]) -> (f64, f64) {
    let (mut signed, mut absolute) = ([0.0; LANES], [0.0; LANES]);
    let ((a, a_rest), (b, b_rest), (c, c_rest)) = (
        a.as_chunks::<LANES>(),
        b.as_chunks::<LANES>(),
        c.as_chunks::<LANES>(),
    );
    for ((a, b), c) in a.iter().zip(b).zip(c) {
        for i in 0..LANES {
            signed[i] += a[i] * b[i];
            absolute[i] += a[i].abs() * c[i];
        }
    }
    let rest = a_rest.iter().zip(b_rest).zip(c_rest);
    rest.fold(
        (signed.iter().sum(), absolute.iter().sum()),
        |(signed, absolute), ((a, b), c)| (signed + a * b, absolute + a.abs() * c),
    )
}

#[cfg(test)]
mod tests {
    use super::{gamma, smallest, weighted_sums};

    /// The sum of ten tenths is one, and in floating point it is not.
    #[test]
    fn gamma_covers_the_error_of_a_sum() {
        let tenth = 0.1f64;
        let sum = (0..10).fold(0.0, |sum, _| sum + tenth);
        // The number written 0.1 exceeds a tenth by 5.55e-18.
        let exact = 1.0 + 10.0 * 5.551_115_123_125_783e-18;
        assert!(sum != 1.0 && (sum - exact).abs() <= gamma(10));
    }

    #[test]
    fn a_bound_that_is_no_number_certifies_nothing() {
        assert_eq!(smallest([1.0, f64::NAN, 2.0]), f64::NEG_INFINITY);
        assert_eq!(smallest([3.0, 2.0]), 2.0);
    }

    #[test]
    fn sums_are_those_of_every_term() {
        for n in [0, 1, 7, 8, 9, 31] {
            let a: Vec<f64> = (0..n).map(|i| f64::from(i) - 4.0).collect();
            let b: Vec<f64> = (0..n).map(|i| f64::from(i * i)).collect();
            let c: Vec<f64> = (0..n).map(|i| f64::from(i) + 1.0).collect();
            let signed: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            let absolute: f64 = a.iter().zip(&c).map(|(a, c)| a.abs() * c).sum();
            assert_eq!(weighted_sums(&a, &b, &c), (signed, absolute), "{n}");
        }
    }
}
