//! Kolmogorov's distribution of the largest distance between an empirical and a true distribution.

use std::f64::consts::PI;

/// Beyond this many samples the limit distribution is used.
const MOST_EXACT: usize = 1000;

/// `P(D_n >= d)` for `n` independent samples.
///
/// Exact up to 1000 samples by powers of a matrix; beyond by the limit distribution at
/// `(sqrt n + 0.12 + 0.11 / sqrt n) d`, within 4e-3 at 1000 and
/// much closer in the tail.
///
/// # Source
/// Marsaglia, Tsang & Wang 2003, <https://doi.org/10.18637/jss.v008.i18>; the correction: Stephens 1970,
/// <https://doi.org/10.1111/j.2517-6161.1970.tb00821.x>.
pub fn kolmogorov_upper_tail(d: f64, n: usize) -> f64 {
    let samples = n as f64;
    if n == 0 || d <= 0.5 / samples {
        return 1.0;
    }
    if d >= 1.0 {
        return 0.0;
    }
    let root = samples.sqrt();
    // So far out the tail is below 1e-15 and a difference from 1 would only show rounding.
    if n > MOST_EXACT || samples * d * d > 18.0 {
        return limit_tail((root + 0.12 + 0.11 / root) * d);
    }
    (1.0 - exact_cdf(d, n)).clamp(0.0, 1.0)
}

/// `P(K >= x) = 2 Σ_k (-1)^(k-1) exp(-2 k² x²)`, and its theta-function twin for small `x`.
fn limit_tail(x: f64) -> f64 {
    if x < 1.0 {
        let factor = -PI * PI / (8.0 * x * x);
        let sum: f64 = (1..20)
            .map(|k| (f64::from((2 * k - 1) * (2 * k - 1)) * factor).exp())
            .sum();
        return 1.0 - (2.0 * PI).sqrt() / x * sum;
    }
    let term = |k: i32| {
        let sign = if k % 2 == 1 { 1.0 } else { -1.0 };
        sign * (-2.0 * f64::from(k * k) * x * x).exp()
    };
    (2.0 * (1..20).map(term).sum::<f64>()).clamp(0.0, 1.0)
}

/// `P(D_n < d)` as `n! / n^n` times an entry of the n-th power of a Hessenberg matrix.
fn exact_cdf(d: f64, n: usize) -> f64 {
    let scaled = n as f64 * d;
    let k = scaled as usize + 1;
    let (size, h) = (2 * k - 1, k as f64 - scaled);
    let (power, exponent) = matrix_power(&step_matrix(size, h), size, n);
    let mut value = power[(k - 1) * size + k - 1];
    let mut exponent = exponent;
    for i in 1..=n {
        value *= i as f64 / n as f64;
        if value < 1e-140 {
            value *= 1e140;
            exponent -= 140;
        }
    }
    value * 10f64.powi(exponent)
}

fn step_matrix(size: usize, h: f64) -> Vec<f64> {
    let mut matrix = vec![0.0; size * size];
    for i in 0..size {
        for j in 0..size.min(i + 2) {
            matrix[i * size + j] = 1.0;
        }
    }
    for i in 0..size {
        matrix[i * size] -= h.powi(i as i32 + 1);
        matrix[(size - 1) * size + i] -= h.powi((size - i) as i32);
    }
    matrix[(size - 1) * size] += (2.0 * h - 1.0).max(0.0).powi(size as i32);
    for i in 0..size {
        for j in 0..size.min(i + 2) {
            for g in 1..=(i + 1 - j) {
                matrix[i * size + j] /= g as f64;
            }
        }
    }
    matrix
}

/// `M^n` as a matrix and a power of ten that keeps its entries in range.
fn matrix_power(matrix: &[f64], size: usize, n: usize) -> (Vec<f64>, i32) {
    if n == 1 {
        return (matrix.to_vec(), 0);
    }
    let (half, exponent) = matrix_power(matrix, size, n / 2);
    let mut square = product(&half, &half, size);
    if n % 2 == 1 {
        square = product(&square, matrix, size);
    }
    let mut exponent = 2 * exponent;
    if square[(size / 2) * size + size / 2] > 1e140 {
        square.iter_mut().for_each(|v| *v *= 1e-140);
        exponent += 140;
    }
    (square, exponent)
}

fn product(a: &[f64], b: &[f64], size: usize) -> Vec<f64> {
    let mut out = vec![0.0; size * size];
    for (row, out) in a.chunks_exact(size).zip(out.chunks_exact_mut(size)) {
        for (a, b) in row.iter().zip(b.chunks_exact(size)) {
            for (out, b) in out.iter_mut().zip(b) {
                *out += a * b;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{kolmogorov_upper_tail, limit_tail};

    /// `P(D_1 >= d) = 2 (1 - d)` for `d >= 1/2`, and `P(D_10 < 0.274) = 0.6284796154565043` in the paper.
    #[test]
    fn exact_values_are_the_published_ones() {
        for d in [0.5, 0.6, 0.9] {
            assert!(
                (kolmogorov_upper_tail(d, 1) - 2.0 * (1.0 - d)).abs() < 1e-14,
                "{d}"
            );
        }
        let published = 1.0 - 0.628_479_615_456_504_3;
        assert!((kolmogorov_upper_tail(0.274, 10) - published).abs() < 1e-12);
    }

    #[test]
    fn both_series_of_the_limit_agree_and_so_does_a_large_sample() {
        for x in [0.999_999_999, 1.000_000_001] {
            assert!((limit_tail(x) - 0.269_999_671_677_354_5).abs() < 1e-8);
        }
        for d in [0.02, 0.03, 0.045] {
            let (exact, limit) = (
                kolmogorov_upper_tail(d, 1000),
                kolmogorov_upper_tail(d, 1001),
            );
            assert!((exact - limit).abs() < 4e-3, "{d}: {exact} against {limit}");
        }
    }
}
