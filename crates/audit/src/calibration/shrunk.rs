//! A temperature that few rows cannot carry away.

use std::sync::atomic::AtomicBool;

use crate::check::labels_possible;
use crate::stop::Stop;
use crate::{Logits, Result, nll};

/// Standard deviation of `ln T` before any row is seen.
const PRIOR: f64 = 0.5;
/// The temperatures considered, on the log scale.
const REACH: f64 = 4.0;
/// Width of the last bracket.
const WIDTH: f64 = 1e-7;

/// The most probable temperature of models that answer together, where `ln T` is normal around 0.
///
/// ```text
/// T = argmin_T  Σ_i -ln (1/K Σ_k softmax(z_ki / T)[y_i])  +  (ln T)² / (2 s²)      s = 0.5
/// ```
///
/// A hundred rows that a model all gets right would ask for a temperature of 0; the prior lets them halve it. Thousands of rows outweigh
/// the prior.
///
/// # Shapes
/// - `models`: `[models]` of `[rows, classes]`; `labels`: `[rows]`
///
/// # Errors
/// Labels that do not fit the logits, or of probability exactly 0.
pub fn shrunk_temperature(models: &[Logits<'_>], labels: &[usize]) -> Result<f64> {
    most_probable(models, labels, Stop::never())
}

/// As [`shrunk_temperature`], with [`AuditError::Interrupted`](crate::AuditError::Interrupted) before the next look at the rows once the
/// flag is set; there are about forty.
///
/// # Errors
/// As [`shrunk_temperature`], and that one.
pub fn shrunk_temperature_until(
    stop: &AtomicBool,
    models: &[Logits<'_>],
    labels: &[usize],
) -> Result<f64> {
    most_probable(models, labels, Stop::by(stop))
}

fn most_probable(models: &[Logits<'_>], labels: &[usize], stop: Stop<'_>) -> Result<f64> {
    for logits in models {
        labels_possible(logits, labels)?;
    }
    let loss = |log_temperature: f64| {
        stop.go_on()?;
        let together = Logits::together_at(models, log_temperature.exp())?;
        let rows = labels.len() as f64;
        Ok(rows * nll(&together, labels)? + log_temperature.powi(2) / (2.0 * PRIOR * PRIOR))
    };
    Ok(lowest(loss)?.exp())
}

/// The place of the minimum of a function with one, by golden sections.
fn lowest(loss: impl Fn(f64) -> Result<f64>) -> Result<f64> {
    let share = (5.0f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-REACH, REACH);
    let (mut left, mut right) = (high - share * (high - low), low + share * (high - low));
    let (mut at_left, mut at_right) = (loss(left)?, loss(right)?);
    while high - low > WIDTH {
        if at_left <= at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - share * (high - low);
            at_left = loss(left)?;
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + share * (high - low);
            at_right = loss(right)?;
        }
    }
    Ok((low + high) / 2.0)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::{shrunk_temperature, shrunk_temperature_until};
    use crate::calibration::optimal_temperature;
    use crate::{AuditError, Logits};

    /// Two classes at a margin, of which a share is right.
    fn rows(count: usize, margin: f64, right: f64) -> (Logits<'static>, Vec<usize>) {
        let values: Vec<f64> = (0..count).flat_map(|_| [margin, 0.0]).collect();
        let labels = (0..count).map(|row| usize::from(row as f64 >= right * count as f64));
        (Logits::new(values, count, 2).unwrap(), labels.collect())
    }

    #[test]
    fn many_rows_outweigh_the_prior() {
        let (logits, labels) = rows(40_000, 4.0, 0.8);
        let shrunk = shrunk_temperature(&[logits.borrowed()], &labels).unwrap();
        let free = optimal_temperature(&logits, &labels).unwrap().value;
        assert!((free - 4.0 / 4.0f64.ln()).abs() < 1e-9, "{free}");
        assert!((shrunk / free - 1.0).abs() < 1e-3, "{shrunk} {free}");
    }

    #[test]
    fn rows_that_are_all_right_do_not_ask_for_certainty() {
        let (logits, labels) = rows(100, 3.0, 1.0);
        let shrunk = shrunk_temperature(&[logits.borrowed()], &labels).unwrap();
        assert!((0.3..0.9).contains(&shrunk), "{shrunk}");
        // At the optimum the slopes of loss and prior cancel: n m / T e^(-m/T) / (1 + e^(-m/T)) = -ln T / s^2.
        let pull = (-3.0f64 / shrunk).exp();
        let slope = 100.0 * 3.0 / shrunk * pull / (1.0 + pull);
        assert!((slope + shrunk.ln() / 0.25).abs() < 1e-4, "{slope}");
    }

    #[test]
    fn models_that_agree_are_one_model_and_those_that_do_not_need_less_softening() {
        let (logits, labels) = rows(2000, 4.0, 0.8);
        let one = shrunk_temperature(&[logits.borrowed()], &labels).unwrap();
        let two = shrunk_temperature(&[logits.borrowed(), logits.borrowed()], &labels).unwrap();
        assert!((one - two).abs() < 1e-6);
        let milder: Vec<f64> = logits.values().iter().map(|z| z / 4.0).collect();
        let milder = Logits::new(milder, 2000, 2).unwrap();
        let mixed = shrunk_temperature(&[logits.borrowed(), milder], &labels).unwrap();
        assert!(mixed < one, "{mixed} {one}");
    }

    #[test]
    fn whoever_is_told_to_stop_does() {
        let logits = Logits::new(vec![1.0, 0.0], 1, 2).unwrap();
        let found = shrunk_temperature_until(&AtomicBool::new(true), &[logits], &[0]);
        assert!(matches!(found, Err(AuditError::Interrupted)));
    }
}
