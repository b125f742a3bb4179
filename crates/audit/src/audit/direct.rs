//! Metrics with an interval of their own: slopes and conformal sets.

use super::AuditConfig;
use super::panel::Direct;
use super::softmax::Judged;
use crate::calibration::{SharpnessLoss, slope_of};
use crate::conformal::{Halves, SetScore, sets_by_halves};
use crate::distribution::normal_quantile;
use crate::interval::Estimate;
use crate::{AuditError, Result};

/// The miscoverage of the metrics that end in `_90`.
pub(crate) const MISCOVERAGE: f64 = 0.1;

/// Halves of the held-out rows; `None` for a single row, which cannot be halved.
pub(crate) fn halves(rows: usize, config: &AuditConfig) -> Result<Option<Halves>> {
    if rows < 2 {
        return Ok(None);
    }
    Halves::new(rows, config.splits, config.bootstrap.seed).map(Some)
}

/// Every such metric of one member.
pub(crate) fn direct_figures(
    judged: &Judged<'_>,
    temperature: Option<f64>,
    halves: Option<&Halves>,
    level: f64,
) -> Result<Direct> {
    let mut out = slopes(judged, level)?;
    out.extend(sharpness(judged, temperature, level));
    out.extend(sets(judged, halves, level));
    Ok(out)
}

/// Slope and intercept of one member; nothing where data separate.
fn slopes(judged: &Judged<'_>, level: f64) -> Result<Direct> {
    let z = normal_quantile(0.5 + level / 2.0);
    let around = |value: f64, se: f64| Estimate {
        mean: value,
        low: value - z * se,
        high: value + z * se,
        n: judged.rows(),
    };
    let Some(found) = defined(slope_of(&judged.softmax.log_odds, &judged.hits))? else {
        return Ok(Vec::new());
    };
    Ok(vec![
        ("calibration_slope", around(found.slope, found.slope_se)),
        (
            "calibration_intercept",
            around(found.intercept, found.intercept_se),
        ),
    ])
}

/// `1 / T` of the temperature that suits the audited rows best; nothing where there is none.
///
/// The search starts from a temperature found on other rows, which is near.
fn sharpness(judged: &Judged<'_>, temperature: Option<f64>, level: f64) -> Direct {
    let loss = SharpnessLoss::new(judged.logits, judged.labels);
    let start = temperature.unwrap_or(1.0);
    let found = loss.stationary(start).or_else(|| loss.stationary(1.0));
    let Some(found) = found else {
        return Vec::new();
    };
    let half = normal_quantile(0.5 + level / 2.0) / found.information.sqrt();
    let estimate = Estimate {
        mean: found.sharpness,
        low: found.sharpness - half,
        high: found.sharpness + half,
        n: judged.rows(),
    };
    vec![("multinomial_slope", estimate)]
}

/// Coverage and size of 90 % sets, by two scores.
fn sets(judged: &Judged<'_>, halves: Option<&Halves>, level: f64) -> Direct {
    let Some(halves) = halves else {
        return Vec::new();
    };
    let softmax = &judged.softmax;
    let figures = |score: SetScore| {
        let scores = score.of_probabilities(&softmax.probabilities, softmax.classes, 0);
        sets_by_halves(&scores, judged.labels, MISCOVERAGE, halves, level)
    };
    let (lac, aps) = (
        figures(SetScore::Lac),
        figures(SetScore::Aps { randomised: true }),
    );
    vec![
        ("conformal_coverage_90", lac.coverage),
        ("conformal_size_90", lac.size),
        ("aps_coverage_90", aps.coverage),
        ("aps_size_90", aps.size),
    ]
}

/// `None` for what is undefined on these rows; other errors stay errors.
fn defined<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(value) => Ok(Some(value)),
        Err(AuditError::Undefined { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
