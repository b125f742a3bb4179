//! The standard normal distribution.

use super::rising_root;

/// `P(Z <= z)`.
pub fn normal_cdf(z: f64) -> f64 {
    normal_upper_tail(-z)
}

/// `P(Z > z)`, with full relative precision far in the tail.
///
/// ```text
/// P(Z > z) = Q(1/2, z²/2) / 2      z >= 0
/// ```
///
/// # Source
/// Series and continued fraction of the incomplete gamma function, DLMF 8.7.1 and 8.9.2,
/// <https://dlmf.nist.gov/8>.
pub fn normal_upper_tail(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - normal_upper_tail(-z);
    }
    let x = 0.5 * z * z;
    if x < 1.5 {
        0.5 - 0.5 * lower_series(x)
    } else {
        0.5 * upper_fraction(x)
    }
}

/// The `z` with `normal_cdf(z) = p`; minus or plus infinity for `p <= 0` and `p >= 1`.
pub fn normal_quantile(p: f64) -> f64 {
    const FARTHEST: f64 = 40.0;
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    if p > 0.5 {
        return -normal_quantile(1.0 - p);
    }
    if p == 0.5 {
        return 0.0;
    }
    let density = |z: f64| (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    -rising_root(
        |z| (p - normal_upper_tail(z), density(z)),
        0.0,
        FARTHEST,
        0.0,
    )
}

/// `P(1/2, x)` by its power series, for small `x`.
fn lower_series(x: f64) -> f64 {
    if x == 0.0 {
        return 0.0;
    }
    let (mut term, mut sum, mut a) = (2.0, 2.0, 0.5);
    while term > sum * f64::EPSILON * 0.1 {
        a += 1.0;
        term *= x / a;
        sum += term;
    }
    sum * (-x).exp() * x.sqrt() / std::f64::consts::PI.sqrt()
}

/// `Q(1/2, x)` by its continued fraction (modified Lentz), for `x` not small.
fn upper_fraction(x: f64) -> f64 {
    const MOST_TERMS: usize = 10_000;
    let mut b = x + 0.5;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for term in 1..MOST_TERMS {
        let i = term as f64;
        let a = -i * (i - 0.5);
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        let change = c * d;
        fraction *= change;
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    (-x).exp() * (x / std::f64::consts::PI).sqrt() * fraction
}

#[cfg(test)]
mod tests {
    use super::{normal_quantile, normal_upper_tail};

    /// Tabulated in Abramowitz & Stegun and by any 50-digit calculator.
    #[test]
    fn tail_matches_tabulated_values() {
        let table = [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457_05),
            (1.96, 0.024_997_895_148_220_435),
            (3.0, 1.349_898_031_630_094_5e-3),
            (6.0, 9.865_876_450_376_98e-10),
            (-1.0, 0.841_344_746_068_542_9),
        ];
        for (z, tail) in table {
            let got = normal_upper_tail(z);
            assert!((got / tail - 1.0).abs() < 1e-13, "{z}: {got}");
        }
    }

    #[test]
    fn quantile_inverts_the_tail() {
        assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        for p in [1e-300, 1e-12, 0.01, 0.31, 0.5] {
            assert!(
                (normal_upper_tail(-normal_quantile(p)) / p - 1.0).abs() < 1e-11,
                "{p}"
            );
        }
    }
}
