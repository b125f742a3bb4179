//! Which map helps: every method before and after, on rows that it was not fitted on.

use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};

use super::{Method, Recalibration};
use crate::calibration::{
    CalibrationError, EqualWidth, array_split, debiased_calibration_error, equal_mass_bins,
    reliability_diagram, smooth_calibration_error,
};
use crate::check::labels_fit;
use crate::interval::{SplitMix, covering};
use crate::probabilities::Softmax;
use crate::significance::{corrected_resampled_t_test, holm};
use crate::{AuditError, Estimate, Logits, Result, accuracy, brier, nll};

/// Figures of probabilities that a map repaired, or of those untouched.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Recalibrated {
    /// The method; `None` for the probabilities as they were.
    pub method: Option<Method>,
    /// Share of rows predicted correctly.
    pub accuracy: f64,
    /// Mean negative log-likelihood in nats; `None` if a label that occurs has probability exactly 0, as
    /// isotonic regression and histogram binning can give it.
    pub nll: Option<f64>,
    /// Brier score summed over classes.
    pub brier: f64,
    /// Expected calibration error over equal-width bins.
    pub ece: f64,
    /// Debiased root mean square calibration error over equal-mass bins.
    pub ece_debiased: f64,
    /// Smooth calibration error.
    pub smooth_ece: f64,
    /// By how much the method lowers the mean negative log-likelihood; `None` of the probabilities as they were, and where a label has
    /// probability 0 before or after.
    #[serde(default)]
    pub gain: Option<Gain>,
}

/// A fall of the likelihood loss, paired over rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// The mean fall in nats, with Student's 95 % interval over rows.
    pub fall: Estimate,
    /// One-sided p-value of no fall by Student's paired test, for this method alone.
    pub p: f64,
    /// Holm's adjusted p-value over the methods that were tried.
    pub p_adjusted: f64,
}

/// Level of the interval of a gain.
const LEVEL: f64 = 0.95;

/// Every method judged on one set of rows without having seen them: cross-fitting.
///
/// Rows are cut into `folds` at random; each fold's probabilities come from maps fitted on the others. Whether a method lowers the
/// likelihood loss is tested over rows that are paired with themselves, and corrected for the number of methods.
///
/// # Errors
/// Labels that do not fit, folds outside `[2, rows]`, no bins.
pub fn compare_recalibrations(
    logits: &Logits<'_>,
    labels: &[usize],
    folds: usize,
    seed: u64,
    width: EqualWidth,
) -> Result<Vec<Recalibrated>> {
    let never = AtomicBool::new(false);
    compare_recalibrations_until(&never, logits, labels, folds, seed, width)
}

/// As [`compare_recalibrations`], with [`AuditError::Interrupted`] before the next fit once the flag is set.
///
/// # Errors
/// As [`compare_recalibrations`], and that one.
pub fn compare_recalibrations_until(
    stop: &AtomicBool,
    logits: &Logits<'_>,
    labels: &[usize],
    folds: usize,
    seed: u64,
    width: EqualWidth,
) -> Result<Vec<Recalibrated>> {
    labels_fit(logits, labels)?;
    if folds < 2 || folds > labels.len() {
        return Err(AuditError::OutOfRange {
            what: "folds",
            range: "[2, rows]",
            value: folds as f64,
        });
    }
    let fold_of = random_folds(labels.len(), folds, seed);
    let before = row_losses(logits, labels);
    let mut out = vec![figures(None, logits, labels, width)?];
    for method in Method::ALL {
        if let Some(repaired) = cross_fitted(stop, method, logits, labels, &fold_of, folds)? {
            out.push(Recalibrated {
                gain: gain(&before, &row_losses(&repaired, labels))?,
                ..figures(Some(method), &repaired, labels, width)?
            });
        }
    }
    adjust(&mut out);
    Ok(out)
}

/// The negative log-likelihood of each row.
fn row_losses(logits: &Logits<'_>, labels: &[usize]) -> Vec<f64> {
    Softmax::of(logits).nll(logits, labels)
}

/// The paired test of a fall; `None` where a loss is infinite.
fn gain(before: &[f64], after: &[f64]) -> Result<Option<Gain>> {
    if before.iter().chain(after).any(|loss| !loss.is_finite()) {
        return Ok(None);
    }
    let test = corrected_resampled_t_test(before, after, 0.0)?;
    let interval = test.interval(LEVEL)?;
    Ok(Some(Gain {
        fall: covering(test.mean_difference, interval, before.len()),
        p: test.p_greater,
        p_adjusted: test.p_greater,
    }))
}

/// Corrects the p-values for the number of methods, those that give a label probability 0 among them.
fn adjust(all: &mut [Recalibrated]) {
    let tried = all.iter_mut().filter(|one| one.method.is_some());
    let mut tried: Vec<&mut Recalibrated> = tried.collect();
    let p = tried.iter().map(|one| one.gain.map_or(1.0, |gain| gain.p));
    let adjusted = holm(&p.collect::<Vec<_>>());
    for (one, p_adjusted) in tried.iter_mut().zip(adjusted) {
        if let Some(gain) = &mut one.gain {
            gain.p_adjusted = p_adjusted;
        }
    }
}

/// Out-of-fold log-probabilities; `None` if the method has no fit on some fold's rows.
fn cross_fitted(
    stop: &AtomicBool,
    method: Method,
    logits: &Logits<'_>,
    labels: &[usize],
    fold_of: &[usize],
    folds: usize,
) -> Result<Option<Logits<'static>>> {
    let classes = logits.classes();
    let mut out = vec![0.0; logits.values().len()];
    for fold in 0..folds {
        if stop.load(Ordering::Relaxed) {
            return Err(AuditError::Interrupted);
        }
        let (inside, outside): (Vec<usize>, Vec<usize>) =
            (0..labels.len()).partition(|&row| fold_of[row] == fold);
        let (train, train_labels) = taken(logits, labels, &outside)?;
        let Some(map) = fitted(method, &train, &train_labels)? else {
            return Ok(None);
        };
        let (held, _) = taken(logits, labels, &inside)?;
        let repaired = map.apply_as_logits(&held)?;
        for (values, row) in repaired.iter_rows().zip(inside) {
            out[row * classes..(row + 1) * classes].copy_from_slice(values);
        }
    }
    Logits::new(out, logits.rows(), classes).map(Some)
}

/// The map, or none where the likelihood leaves it undefined.
fn fitted(method: Method, logits: &Logits<'_>, labels: &[usize]) -> Result<Option<Recalibration>> {
    match Recalibration::fit(method, logits, labels) {
        Ok(map) => Ok(Some(map)),
        Err(AuditError::Undefined { .. } | AuditError::ImpossibleLabel { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

fn taken(
    logits: &Logits<'_>,
    labels: &[usize],
    rows: &[usize],
) -> Result<(Logits<'static>, Vec<usize>)> {
    let k = logits.classes();
    let copied: Vec<f64> = rows
        .iter()
        .flat_map(|row| &logits.values()[row * k..(row + 1) * k])
        .copied()
        .collect();
    let labels = rows.iter().map(|&row| labels[row]).collect();
    Ok((Logits::new(copied, rows.len(), k)?, labels))
}

/// The fold of every row: a random order cut into runs of nearly equal length.
fn random_folds(rows: usize, folds: usize, seed: u64) -> Vec<usize> {
    let draws = SplitMix::new(seed, 0);
    let mut order: Vec<(u64, usize)> = (0..rows).map(|row| (draws.bits(row as u64), row)).collect();
    order.sort_unstable();
    let mut fold_of = vec![0; rows];
    let mut rest = order.iter();
    for (fold, size) in array_split(rows, folds).enumerate() {
        for (_, row) in rest.by_ref().take(size) {
            fold_of[*row] = fold;
        }
    }
    fold_of
}

fn figures(
    method: Option<Method>,
    logits: &Logits<'_>,
    labels: &[usize],
    width: EqualWidth,
) -> Result<Recalibrated> {
    let (confidence, hits) = (logits.confidences(), logits.hits(labels)?);
    let bars = reliability_diagram(&confidence, &hits, 1, width)?;
    let mass = equal_mass_bins(&confidence, &hits, width.bins)?;
    Ok(Recalibrated {
        method,
        accuracy: accuracy(logits, labels)?,
        nll: Some(nll(logits, labels)?).filter(|nll| nll.is_finite()),
        brier: brier(logits, labels)?,
        ece: CalibrationError::of(&bars).l1,
        ece_debiased: debiased_calibration_error(&mass),
        smooth_ece: smooth_calibration_error(&confidence, &hits, None)?,
        gain: None,
    })
}
