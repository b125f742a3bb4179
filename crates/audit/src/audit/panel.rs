//! From panels to estimates: figures on all rows, replicates on resamples, intervals.

use std::collections::BTreeMap;

use super::draw::Draw;
use crate::interval::{
    Bootstrap, centred_interval, covering, mean, percentile_interval, summarise,
};
use crate::{AuditError, Estimate, Result, Spread};

/// How the replicates of a metric become an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interval {
    /// Their quantiles.
    Percentile,
    /// Their quantiles moved by the bias, within `[0, 1]`: for sums of absolute gaps, which resampling
    /// inflates.
    CentredGap,
}

/// A metric that a panel reports.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Metric {
    /// Its name in `audit.json`.
    pub(crate) name: String,
    pub(crate) interval: Interval,
    /// Number of samples behind it.
    pub(crate) n: usize,
}

impl Metric {
    pub(crate) fn percentile(name: impl Into<String>, n: usize) -> Self {
        Self {
            name: name.into(),
            interval: Interval::Percentile,
            n,
        }
    }

    pub(crate) fn gap(name: impl Into<String>, n: usize) -> Self {
        Self {
            name: name.into(),
            interval: Interval::CentredGap,
            n,
        }
    }
}

/// A few metrics of one member.
pub(crate) trait Panel {
    /// What [`evaluate`](Panel::evaluate) appends, in order; the same for every member.
    fn metrics(&self) -> Vec<Metric>;

    /// Appends the value of every metric with rows counted as drawn; NaN where a resample leaves a
    /// metric undefined.
    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>);
}

/// The panels of one member.
pub(crate) type Panels = Vec<Box<dyn Panel>>;

/// Estimates and spread over members by metric name.
pub(crate) type Findings = (BTreeMap<String, Estimate>, BTreeMap<String, Spread>);

/// Measures every panel of every member on all rows and on every resample.
///
/// All members see the same resamples; the replicate of a metric is its mean over members.
pub(crate) fn measure(
    members: &mut [Panels],
    rows: usize,
    ood: usize,
    settings: &Bootstrap,
) -> Result<Findings> {
    let metrics: Vec<Metric> = members
        .first()
        .into_iter()
        .flatten()
        .flat_map(|panel| panel.metrics())
        .collect();
    let mut draw = Draw::all(rows, ood);
    let figures: Vec<Vec<f64>> = members.iter_mut().map(|m| evaluate(m, &draw)).collect();
    let mut replicates = vec![Vec::with_capacity(settings.resamples); metrics.len()];
    for index in 0..settings.resamples {
        draw.redraw(settings.seed, index as u64);
        let mut sums = vec![0.0; metrics.len()];
        for member in members.iter_mut() {
            for (sum, value) in sums.iter_mut().zip(evaluate(member, &draw)) {
                *sum += value;
            }
        }
        for (column, sum) in replicates.iter_mut().zip(sums) {
            column.push(sum / members.len() as f64);
        }
    }
    let (mut estimates, mut spreads) = (BTreeMap::new(), BTreeMap::new());
    for (k, (metric, replicates)) in metrics.iter().zip(replicates).enumerate() {
        let by_member: Vec<f64> = figures.iter().map(|values| values[k]).collect();
        let estimate = estimate(metric, mean(&by_member), replicates, settings.level)?;
        estimates.insert(metric.name.clone(), estimate);
        spreads.insert(metric.name.clone(), summarise(&by_member)?);
    }
    Ok((estimates, spreads))
}

/// The values of all panels of one member, in order.
pub(crate) fn evaluate(panels: &mut Panels, draw: &Draw) -> Vec<f64> {
    let mut values = Vec::new();
    for panel in panels.iter_mut() {
        panel.evaluate(draw, &mut values);
    }
    values
}

fn estimate(
    metric: &Metric,
    figure: f64,
    mut replicates: Vec<f64>,
    level: f64,
) -> Result<Estimate> {
    replicates.retain(|value| value.is_finite());
    if replicates.is_empty() {
        let reason = "no resample of the rows gives it a value";
        return Err(AuditError::Undefined {
            metric: "a bootstrap interval",
            reason,
        });
    }
    let interval = match metric.interval {
        Interval::Percentile => percentile_interval(&replicates, level)?,
        Interval::CentredGap => {
            let (low, high) = centred_interval(figure, &replicates, level)?;
            (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0))
        }
    };
    Ok(covering(figure, interval, metric.n))
}
