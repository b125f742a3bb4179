//! Sharpe ratios, and what they are worth.

use decay_audit::distribution::{normal_cdf, normal_quantile};

/// Trading days of a year.
pub(crate) const YEAR: f64 = 252.0;
/// Euler & Mascheroni's constant.
const EULER: f64 = 0.577_215_664_901_532_9;

/// Mean, standard deviation, skewness and kurtosis (3 of a normal distribution) of returns.
pub(crate) fn moments(returns: &[f64]) -> [f64; 4] {
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let central = |power: i32| returns.iter().map(|r| (r - mean).powi(power)).sum::<f64>() / n;
    let sd = central(2).sqrt();
    [mean, sd, central(3) / sd.powi(3), central(4) / sd.powi(4)]
}

/// Sharpe ratio of a year of daily returns; money costs and earns nothing.
pub(crate) fn sharpe(returns: &[f64]) -> f64 {
    let [mean, sd, ..] = moments(returns);
    mean / sd * YEAR.sqrt()
}

/// Standard deviation of a year.
pub(crate) fn volatility(returns: &[f64]) -> f64 {
    moments(returns)[1] * YEAR.sqrt()
}

/// Largest share of the wealth at an earlier day that was lost since.
pub(crate) fn drawdown(returns: &[f64]) -> f64 {
    let (mut wealth, mut top, mut worst) = (1.0f64, 1.0f64, 0.0f64);
    for r in returns {
        wealth *= 1.0 + r;
        top = top.max(wealth);
        worst = worst.max(1.0 - wealth / top);
    }
    worst
}

/// The Sharpe ratio that the best of several tries is expected to have if none is worth anything.
///
/// ```text
/// sqrt(V) ((1 - γ) Φ⁻¹(1 - 1/N) + γ Φ⁻¹(1 - 1/(N e)))
/// ```
///
/// `V` is the variance of the Sharpe ratios of the `N` tries, `γ` is Euler & Mascheroni's constant. 0 of a single try.
///
/// # Source
/// Bailey & López de Prado 2014, "The deflated Sharpe ratio", <https://doi.org/10.3905/jpm.2014.40.5.094>.
pub(crate) fn luck(variance: f64, tries: usize) -> f64 {
    if tries < 2 {
        return 0.0;
    }
    let tail = 1.0 / tries as f64;
    let [usual, rare] = [tail, tail * (-1f64).exp()].map(|tail| normal_quantile(1.0 - tail));
    variance.sqrt() * ((1.0 - EULER) * usual + EULER * rare)
}

/// Probability that a Sharpe ratio is above a threshold, given how many returns it is of and what they are distributed like.
///
/// ```text
/// Φ( (SR - SR₀) sqrt(T - 1) / sqrt(1 - γ₃ SR + (γ₄ - 1)/4 SR²) )
/// ```
///
/// Neither ratio is annualised. With [`luck`] as the threshold it is the deflated Sharpe ratio.
///
/// # Source
/// As [`luck`].
pub(crate) fn probability_above(
    ratio: f64,
    threshold: f64,
    returns: f64,
    [skewness, kurtosis]: [f64; 2],
) -> f64 {
    let spread = 1.0 - skewness * ratio + (kurtosis - 1.0) / 4.0 * ratio * ratio;
    normal_cdf((ratio - threshold) * ((returns - 1.0) / spread).sqrt())
}
