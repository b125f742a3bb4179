//! The beta distribution: the regularised incomplete beta function and its inverse.

use super::rising_root;

/// `P(X <= x)` for `X ~ Beta(a, b)`: the regularised incomplete beta function `I_x(a, b)`.
///
/// `a, b > 0`; `x` outside `[0, 1]` is taken as the nearer end.
///
/// # Source
/// Continued fraction by Lentz' method, DLMF 8.17.22, <https://dlmf.nist.gov/8.17>.
pub fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    incomplete_beta(a, b, x, 1.0 - x)
}

/// The `x` with `beta_cdf(a, b, x) = p`, for `a, b > 0`; 0 for `p <= 0` and 1 for `p >= 1`.
pub fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    let log_norm = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    let value_and_density = |x: f64| {
        let density = (log_norm + (a - 1.0) * x.ln() + (b - 1.0) * (-x).ln_1p()).exp();
        (beta_cdf(a, b, x) - p, density)
    };
    rising_root(value_and_density, 0.0, 1.0, 0.0)
}

/// `I_x(a, b)` with `y = 1 - x` given beside `x`, so that neither loses digits near its end.
pub(crate) fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    // The fraction converges fast below the mean; above it the mirrored one does.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - lower_fraction(b, a, y, x);
    }
    lower_fraction(a, b, x, y)
}

fn lower_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let log_norm = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    (log_norm + a * x.ln() + b * y.ln()).exp() * lentz(a, b, x) / a
}

/// The continued fraction `1 / (1 + d1 / (1 + d2 / ...))` by the modified Lentz method.
fn lentz(a: f64, b: f64, x: f64) -> f64 {
    const MOST_TERMS: usize = 20_000;
    const TINY: f64 = 1e-300;
    let nonzero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for term in 1..MOST_TERMS {
        let m = term as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for coefficient in [even, odd] {
            d = 1.0 / nonzero(1.0 + coefficient * d);
            c = nonzero(1.0 + coefficient / c);
            change = c * d;
            fraction *= change;
        }
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    fraction
}

/// Coefficients of Lanczos' series for `g = 7`, nine terms (Godfrey 2001).
const LANCZOS: [f64; 9] = [
    0.999_999_999_999_809_9,
    676.520_368_121_885_1,
    -1_259.139_216_722_402_8,
    771.323_428_777_653_1,
    -176.615_029_162_140_6,
    12.507_343_278_686_905,
    -0.138_571_095_265_720_12,
    9.984_369_578_019_572e-6,
    1.505_632_735_149_311_6e-7,
];

/// `ln Γ(x)` for `x > 0`, to about 15 digits.
///
/// # Source
/// Lanczos 1964, <https://doi.org/10.1137/0701008>.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    let shifted = x - 1.0;
    let mut series = LANCZOS[0];
    for (i, c) in LANCZOS.iter().enumerate().skip(1) {
        series += c / (shifted + i as f64);
    }
    let t = shifted + 7.5;
    0.5 * std::f64::consts::TAU.ln() + (shifted + 0.5) * t.ln() - t + series.ln()
}

#[cfg(test)]
mod tests {
    use super::{beta_cdf, beta_quantile, ln_gamma};

    #[test]
    fn closed_forms_hold() {
        for x in [1e-6, 0.1, 0.5, 0.77, 0.999] {
            assert!((beta_cdf(3.5, 1.0, x) - f64::powf(x, 3.5)).abs() < 1e-14);
            assert!((beta_cdf(1.0, 7.0, x) - (1.0 - (1.0 - x).powi(7))).abs() < 1e-14);
            let arcsine = x.sqrt().asin() * std::f64::consts::FRAC_2_PI;
            assert!((beta_cdf(0.5, 0.5, x) - arcsine).abs() < 1e-14);
        }
    }

    #[test]
    fn quantile_inverts_the_cdf() {
        for (a, b) in [(0.5, 24.5), (1.0, 1000.0), (333.0, 668.0), (7.0, 2.0)] {
            for p in [1e-8, 0.005, 0.3, 0.975, 0.999] {
                let back = beta_cdf(a, b, beta_quantile(a, b, p));
                assert!((back / p - 1.0).abs() < 1e-10, "{a} {b} {p}: {back}");
            }
        }
    }

    #[test]
    fn gamma_of_integers_is_the_factorial_and_of_a_half_the_root_of_pi() {
        let mut factorial = 0.0;
        for n in 1..60 {
            let got = ln_gamma(f64::from(n));
            assert!(
                (got - factorial).abs() <= 1e-13 * (1.0 + factorial),
                "{n}: {got}"
            );
            factorial += f64::from(n).ln();
        }
        assert!((ln_gamma(0.5) - 0.5 * std::f64::consts::PI.ln()).abs() < 1e-14);
    }
}
