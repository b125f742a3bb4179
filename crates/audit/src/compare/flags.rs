//! Two vectors of yes and no on the same rows.

use super::difference::{Better, Comparison, DifferenceTest, Finding, judged};
use super::mcnemar_exact;
use crate::Result;
use crate::interval::{Bootstrap, covering, percentile_interval};

/// Compares two models by a yes or no per row, such as "right under every attack".
///
/// The share of yes is the metric, `name` what it is called (`robust_accuracy`); yes is better. The
/// interval is a paired bootstrap of `B - A`, the p-value McNemar's.
///
/// # Shapes
/// - `a`, `b`: `[rows]`
///
/// # Errors
/// No rows, different lengths, settings out of range.
pub fn compare_flags(
    name: &str,
    a: &[bool],
    b: &[bool],
    settings: &Bootstrap,
) -> Result<Comparison> {
    settings.check()?;
    let test = mcnemar_exact(a, b)?;
    let n = a.len() as f64;
    let gains: Vec<f64> = a
        .iter()
        .zip(b)
        .map(|(&a, &b)| f64::from(b) - f64::from(a))
        .collect();
    let of_rows = |rows: &[usize]| rows.iter().map(|&row| gains[row]).sum::<f64>() / n;
    let replicates = settings.replicates(gains.len(), of_rows);
    let share = |flags: &[bool]| flags.iter().filter(|flag| **flag).count() as f64 / n;
    let difference = (test.only_b as f64 - test.only_a as f64) / n;
    let interval = percentile_interval(&replicates, settings.level)?;
    let finding = Finding {
        metric: name.to_owned(),
        better: Better::Higher,
        a: share(a),
        b: share(b),
        difference: covering(difference, interval, gains.len()),
        test: DifferenceTest::McNemar,
        p: test.p,
    };
    Ok(Comparison {
        differences: judged(vec![finding], settings.level),
        rows: gains.len(),
        level: settings.level,
        resamples: settings.resamples,
    })
}
