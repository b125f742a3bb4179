//! Student's t distribution.

use super::beta::{incomplete_beta, ln_gamma};
use super::rising_root;

/// `P(T > t)` with `df > 0` degrees of freedom, with full relative precision far in the tail.
///
/// ```text
/// P(T > t) = I_x(df / 2, 1 / 2) / 2      x = df / (df + t²), t >= 0
/// ```
///
/// # Source
/// DLMF 8.17, <https://dlmf.nist.gov/8.17>.
pub fn student_t_upper_tail(t: f64, df: f64) -> f64 {
    if t < 0.0 {
        return 1.0 - student_t_upper_tail(-t, df);
    }
    if t.is_infinite() {
        return 0.0;
    }
    let (x, y) = (df / (df + t * t), t * t / (df + t * t));
    0.5 * incomplete_beta(0.5 * df, 0.5, x, y)
}

/// The `t` with `P(T <= t) = p`; minus or plus infinity for `p <= 0` and `p >= 1`.
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    if p > 0.5 {
        return -student_t_quantile(1.0 - p, df);
    }
    if p == 0.5 {
        return 0.0;
    }
    let mut far = 1.0;
    while student_t_upper_tail(far, df) > p && far < f64::MAX / 2.0 {
        far *= 2.0;
    }
    let log_norm =
        ln_gamma(0.5 * (df + 1.0)) - ln_gamma(0.5 * df) - 0.5 * (df * std::f64::consts::PI).ln();
    let density = |t: f64| (log_norm - 0.5 * (df + 1.0) * (t * t / df).ln_1p()).exp();
    -rising_root(
        |t| (p - student_t_upper_tail(t, df), density(t)),
        0.0,
        far,
        0.0,
    )
}

#[cfg(test)]
mod tests {
    use super::{student_t_quantile, student_t_upper_tail};

    /// One degree of freedom is Cauchy, two have `P(T <= t) = (1 + t / sqrt(2 + t²)) / 2`.
    #[test]
    fn closed_forms_hold() {
        for t in [-30.0, -1.5, -1e-3, 0.0, 0.2, 2.0, 400.0] {
            let cauchy = 0.5 + f64::atan(t) / std::f64::consts::PI;
            assert!(
                (student_t_upper_tail(-t, 1.0) - cauchy).abs() < 1e-14,
                "{t}"
            );
            let two = 0.5 * (1.0 + t / (2.0 + t * t).sqrt());
            assert!((student_t_upper_tail(-t, 2.0) - two).abs() < 1e-14, "{t}");
        }
    }

    #[test]
    fn tabulated_quantiles() {
        for (df, t) in [
            (4.0, 2.776_445_105_197_793),
            (22.0, 2.073_873_067_904_019_5),
        ] {
            assert!((student_t_quantile(0.975, df) - t).abs() < 1e-11, "{df}");
        }
        assert!(student_t_upper_tail(f64::INFINITY, 3.0) == 0.0);
    }
}
