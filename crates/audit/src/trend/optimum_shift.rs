//! Where one figure's best rate lies relative to another's.

use serde::{Deserialize, Serialize};

use super::curve::{Curve, Figure};
use crate::check::length;
use crate::interval::{Bootstrap, covering, percentile_interval};
use crate::{Estimate, Result};

/// The outcome of [`optimum_shift`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptimumShift {
    /// The best rate of figure `a`'s mean curve.
    pub rate_a: f64,
    /// The best rate of figure `b`'s mean curve.
    pub rate_b: f64,
    /// Position of `a`'s best rate less that of `b`'s, in steps of the grid; judge by this.
    pub steps: Estimate,
    /// `log10(rate_a / rate_b)`; `None` if here or in a resample exactly one of the two is rate 0.
    pub log_ratio: Option<Estimate>,
    /// Share of resamples in which `a`'s best rate is the larger one.
    pub above: f64,
    /// Share of resamples in which both have the same best rate.
    pub equal: f64,
    /// Share of resamples in which `a`'s best rate is the smaller one.
    pub below: f64,
}

/// Compares the best rates of two figures of the same replicates by a joint bootstrap.
///
/// ```text
/// k*(figure, drawn) = argbest_k mean over drawn replicates of values[k]      steps = k*_a - k*_b
/// ```
///
/// A resample draws replicates and takes both optima of what it drew, so what the figures share within a
/// replicate stays shared. The first of several equal optima counts.
///
/// Intervals are plain percentile intervals, widened to the estimate. An optimum on a grid moves by whole steps
/// and jumps between neighbours in resamples, which makes them cautious even with five replicates: over bowls
/// steep to flat, shifts of 0 to 2 steps and figures with a correlation of 0 or 0.7, 95 % intervals of `steps`
/// cover in 97 to 100 % of cases, and figures without a shift are told apart in at most 2 %. A shift of
/// one step is therefore seldom found; a flat optimum makes the interval wide.
///
/// # Shapes
/// - `rates`: `[rates]`, ascending from 0 on, at least two
/// - `a.values`, `b.values`: `[rates][replicates]`, the same replicates, at least two
///
/// # Errors
/// Too few rates or replicates, rates that do not ascend, ragged or non-finite values, figures of
/// different numbers of replicates, settings out of range.
///
/// # Source
/// Efron & Tibshirani 1993, chapter 8.
pub fn optimum_shift(
    rates: &[f64],
    a: Figure<'_>,
    b: Figure<'_>,
    settings: &Bootstrap,
) -> Result<OptimumShift> {
    settings.check()?;
    let (curve_a, curve_b) = (Curve::new(rates, a.values)?, Curve::new(rates, b.values)?);
    let n = curve_a.replicates();
    length("replicates of b", curve_b.replicates(), n)?;
    let mut optima = Vec::with_capacity(settings.resamples);
    let steps = settings.replicates(n, |drawn| {
        let pair = (
            curve_a.optimum_of(drawn, a.better),
            curve_b.optimum_of(drawn, b.better),
        );
        optima.push(pair);
        steps_between(pair)
    });
    let best = (curve_a.optimum(a.better), curve_b.optimum(b.better));
    let estimate = |figure: f64, replicates: &[f64]| {
        let interval = percentile_interval(replicates, settings.level)?;
        Ok(covering(figure, interval, n))
    };
    let log_ratios: Option<Vec<f64>> = optima.iter().map(|&p| log_ratio(rates, p)).collect();
    let share = |side: fn(f64) -> bool| {
        steps.iter().filter(|&&s| side(s)).count() as f64 / steps.len() as f64
    };
    Ok(OptimumShift {
        rate_a: rates[best.0],
        rate_b: rates[best.1],
        steps: estimate(steps_between(best), &steps)?,
        log_ratio: log_ratio(rates, best)
            .zip(log_ratios)
            .map(|(figure, replicates)| estimate(figure, &replicates))
            .transpose()?,
        above: share(|s| s > 0.0),
        equal: share(|s| s == 0.0),
        below: share(|s| s < 0.0),
    })
}

fn steps_between((a, b): (usize, usize)) -> f64 {
    a as f64 - b as f64
}

/// `log10(rate_a / rate_b)`, 0 for the same rate whichever it is; `None` if it is infinite.
fn log_ratio(rates: &[f64], (a, b): (usize, usize)) -> Option<f64> {
    if a == b {
        return Some(0.0);
    }
    Some(rates[a].log10() - rates[b].log10()).filter(|ratio| ratio.is_finite())
}
