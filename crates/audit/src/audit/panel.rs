//! From panels to estimates: figures on all rows, replicates on resamples, intervals.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::draw::Draw;
use crate::interval::{
    Bootstrap, centred_interval, covering, mean, percentile_interval, summarise,
};
use crate::{AuditError, Estimate, Result, Spread};

/// How the replicates of a metric become an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Interval {
    /// Their quantiles.
    Percentile,
    /// Their quantiles moved by the bias, within `[0, most]`: for sums of absolute or squared gaps, which
    /// resampling inflates.
    Centred { most: f64 },
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
        Self::centred(name, 1.0, n)
    }

    pub(crate) fn centred(name: impl Into<String>, most: f64, n: usize) -> Self {
        Self {
            name: name.into(),
            interval: Interval::Centred { most },
            n,
        }
    }
}

/// A few metrics of one member.
pub(crate) trait Panel: Send {
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

/// Metrics whose interval does not come from resampling, by name.
pub(crate) type Direct = Vec<(&'static str, Estimate)>;

/// Measures every panel of every member on all rows and on every resample.
///
/// All members see the same resamples; the replicate of a metric is its mean over members. Members are
/// shared out to threads, and their replicates summed in order, so that the result does not depend on them.
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
    let resampled: Vec<Resampled> = members
        .par_iter_mut()
        .map(|panels| Resampled::of(panels, (rows, ood), settings))
        .collect();
    let (mut estimates, mut spreads) = (BTreeMap::new(), BTreeMap::new());
    for (k, metric) in metrics.iter().enumerate() {
        let by_member: Vec<f64> = resampled.iter().map(|member| member.figures[k]).collect();
        let replicate = |resample: usize| {
            let values = resampled
                .iter()
                .map(|member| member.replicates[resample * metrics.len() + k]);
            values.sum::<f64>() / members.len() as f64
        };
        let replicates = (0..settings.resamples).map(replicate).collect();
        let estimate = estimate(metric, mean(&by_member), replicates, settings.level)?;
        estimates.insert(metric.name.clone(), estimate);
        spreads.insert(metric.name.clone(), summarise(&by_member)?);
    }
    Ok((estimates, spreads))
}

/// One member's metrics on all rows and on every resample.
struct Resampled {
    /// `[metrics]`.
    figures: Vec<f64>,
    /// `[resamples, metrics]`.
    replicates: Vec<f64>,
}

impl Resampled {
    fn of(panels: &mut Panels, (rows, ood): (usize, usize), settings: &Bootstrap) -> Self {
        let mut draw = Draw::all(rows, ood);
        let figures = evaluate(panels, &draw);
        let mut replicates = Vec::with_capacity(settings.resamples * figures.len());
        for index in 0..settings.resamples {
            draw.redraw(settings.seed, index as u64);
            for panel in panels.iter_mut() {
                panel.evaluate(&draw, &mut replicates);
            }
        }
        Self {
            figures,
            replicates,
        }
    }
}

/// Every panel's metrics, in order.
pub(crate) fn evaluate(panels: &mut Panels, draw: &Draw) -> Vec<f64> {
    let mut values = Vec::new();
    for panel in panels.iter_mut() {
        panel.evaluate(draw, &mut values);
    }
    values
}

/// Adds metrics that every member has, as means over members.
///
/// So are the ends of their intervals: the standard error of a mean is at most the mean of the standard
/// errors, and members that judge the same rows come near that.
pub(crate) fn add_direct((estimates, spreads): &mut Findings, members: &[Direct]) -> Result<()> {
    for (name, first) in members.first().into_iter().flatten() {
        let of_member = |member: &Direct| {
            let found = member.iter().find(|(other, _)| other == name);
            found.map(|(_, estimate)| *estimate)
        };
        let Some(all) = members
            .iter()
            .map(of_member)
            .collect::<Option<Vec<Estimate>>>()
        else {
            continue;
        };
        let over = |of: fn(&Estimate) -> f64| all.iter().map(of).collect::<Vec<f64>>();
        let values = over(|e| e.mean);
        let estimate = Estimate {
            mean: mean(&values),
            low: mean(&over(|e| e.low)),
            high: mean(&over(|e| e.high)),
            n: first.n,
        };
        estimates.insert((*name).to_owned(), estimate);
        spreads.insert((*name).to_owned(), summarise(&values)?);
    }
    Ok(())
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
        Interval::Centred { most } => {
            let (low, high) = centred_interval(figure, &replicates, level)?;
            (low.clamp(0.0, most), high.clamp(0.0, most))
        }
    };
    Ok(covering(figure, interval, metric.n))
}
