//! Panels of two models on the same resamples.

use super::difference::{Better, DifferenceTest, Finding};
use crate::audit::{Draw, Interval, Metric, Panels, evaluate};
use crate::interval::{Bootstrap, centred_interval, covering, mean, percentile_interval};
use crate::{AuditError, Result};

/// Every metric that `better` knows, of `B - A` with both models on the same rows and resamples.
pub(crate) fn paired_findings(
    a: &mut Panels,
    b: &mut Panels,
    rows: usize,
    settings: &Bootstrap,
    better: impl Fn(&str) -> Option<Better>,
) -> Result<Vec<Finding>> {
    let metrics: Vec<Metric> = a.iter().flat_map(|panel| panel.metrics()).collect();
    let mut draw = Draw::all(rows, 0);
    let figures = (evaluate(a, &draw), evaluate(b, &draw));
    let mut replicates = vec![Vec::with_capacity(settings.resamples); metrics.len()];
    for index in 0..settings.resamples {
        draw.redraw(settings.seed, index as u64);
        let pairs = evaluate(a, &draw).into_iter().zip(evaluate(b, &draw));
        for (column, (a, b)) in replicates.iter_mut().zip(pairs) {
            column.push(b - a);
        }
    }
    let mut findings = Vec::new();
    for (k, (metric, replicates)) in metrics.iter().zip(replicates).enumerate() {
        if let Some(better) = better(&metric.name) {
            let pair = (figures.0[k], figures.1[k]);
            findings.push(finding(metric, better, pair, replicates, settings.level)?);
        }
    }
    Ok(findings)
}

fn finding(
    metric: &Metric,
    better: Better,
    (a, b): (f64, f64),
    mut replicates: Vec<f64>,
    level: f64,
) -> Result<Finding> {
    replicates.retain(|value| value.is_finite());
    if replicates.is_empty() {
        return Err(AuditError::Undefined {
            metric: "a bootstrap interval",
            reason: "no resample of the rows gives it a value",
        });
    }
    let figure = b - a;
    let (interval, offset) = match metric.interval {
        Interval::Percentile => (percentile_interval(&replicates, level)?, 0.0),
        // Noise raises both models' gaps; what it raises one more than the other is the bias.
        Interval::Centred { .. } => (
            centred_interval(figure, &replicates, level)?,
            mean(&replicates) - figure,
        ),
    };
    Ok(Finding {
        metric: metric.name.clone(),
        better,
        a,
        b,
        difference: covering(figure, interval, metric.n),
        test: DifferenceTest::Bootstrap,
        p: sign_p(&replicates, offset),
    })
}

/// Twice the share of the rarer sign among replicates less `offset`, as if one more had each sign.
fn sign_p(replicates: &[f64], offset: f64) -> f64 {
    let count = |keep: &dyn Fn(f64) -> bool| {
        replicates.iter().filter(|&&r| keep(r - offset)).count() as f64
    };
    let rarer = count(&|r| r <= 0.0).min(count(&|r| r >= 0.0));
    (2.0 * (1.0 + rarer) / (1.0 + replicates.len() as f64)).min(1.0)
}
