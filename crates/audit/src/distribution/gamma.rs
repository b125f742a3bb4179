//! The logarithm of the gamma function.

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
    use super::ln_gamma;

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
