//! From prepared models to estimates: figures on all rows, replicates on resamples, intervals.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::interval::{
    Draw, Resampling, centred_interval, covering, mean, percentile_interval, summarise,
};
use crate::metric::{Interval, Metric, Prepared, mean_estimate};
use crate::{AuditError, Estimate, Result, Spread};

/// Estimates and spread over members by metric.
pub(crate) type Findings = (BTreeMap<String, Estimate>, BTreeMap<String, Spread>);

/// Measures every metric of every member on all rows, and on every resample those that are resampled; a metric that has no value of one
/// of them, or on no resample, is left out.
///
/// All members see the same resamples; the replicate of a metric is its mean over members. Members are
/// shared out to threads, and their replicates summed in order, so that the result does not depend on them.
/// Metrics that bring their interval along are averaged over members, interval and all; members that judge the same rows come near the
/// bound that this is.
pub(crate) fn measure(
    members: &mut [Prepared<'_>],
    rows: usize,
    ood: usize,
    resampling: Resampling<'_>,
) -> Result<Findings> {
    let settings = resampling.settings;
    let Some(first) = members.first_mut() else {
        return Err(AuditError::Empty { what: "members" });
    };
    let once = Draw::all(rows, ood);
    let metrics: Vec<&Metric> = first
        .resampled(&once)
        .iter()
        .map(|(metric, _)| *metric)
        .collect();
    let samples: Vec<usize> = metrics.iter().map(|metric| first.samples(metric)).collect();
    let resampled: Vec<Resampled> = members
        .par_iter_mut()
        .map(|member| Resampled::of(member, &metrics, &once, resampling))
        .collect::<Result<_>>()?;
    let (mut estimates, mut spreads) = (BTreeMap::new(), BTreeMap::new());
    for (k, metric) in metrics.iter().enumerate() {
        let by_member: Vec<f64> = resampled.iter().map(|member| member.figures[k]).collect();
        // Where one model has no value, there is no mean over models.
        if by_member.iter().any(|figure| figure.is_nan()) {
            continue;
        }
        let replicate = |resample: usize| {
            let values = resampled
                .iter()
                .map(|member| member.replicates[resample * metrics.len() + k]);
            values.sum::<f64>() / members.len() as f64
        };
        let mut replicates = (0..settings.resamples).map(replicate).collect();
        let figure = mean(&by_member);
        let interval = match interval_of(metric, figure, &mut replicates, settings.level) {
            Err(AuditError::Undefined { .. }) => continue,
            interval => interval?,
        };
        let interval = with_agreeing(metric, interval, agreeing(&resampled, k));
        estimates.insert(
            metric.key.to_owned(),
            covering(figure, interval, samples[k]),
        );
        spreads.insert(metric.key.to_owned(), summarise(&by_member)?);
    }
    for (metric, all) in of_all_members(&resampled) {
        let by_member: Vec<f64> = all.iter().map(|estimate| estimate.mean).collect();
        estimates.insert(metric.key.to_owned(), mean_estimate(&all));
        spreads.insert(metric.key.to_owned(), summarise(&by_member)?);
    }
    Ok((estimates, spreads))
}

/// One member's metrics on all rows and on every resample.
struct Resampled {
    /// `[metrics]`.
    figures: Vec<f64>,
    /// `[resamples, metrics]`.
    replicates: Vec<f64>,
    /// Values that agree with the figure, `[metrics]`, of those whose interval counts them.
    agreeing: Vec<Option<(f64, f64)>>,
    estimates: Vec<(&'static Metric, Estimate)>,
}

impl Resampled {
    fn of(
        member: &mut Prepared<'_>,
        metrics: &[&Metric],
        once: &Draw,
        resampling: Resampling<'_>,
    ) -> Result<Self> {
        let settings = resampling.settings;
        let mut figures = Vec::with_capacity(metrics.len());
        member.evaluate(metrics, once, &mut figures);
        let mut draw = once.clone();
        let mut replicates = Vec::with_capacity(settings.resamples * figures.len());
        for index in 0..settings.resamples {
            resampling.go_on()?;
            draw.redraw(settings.seed, index as u64);
            member.evaluate(metrics, &draw, &mut replicates);
        }
        Ok(Self {
            agreeing: metrics
                .iter()
                .zip(&figures)
                .map(|(metric, &figure)| member.agreeing(metric, figure, settings.level))
                .collect(),
            figures,
            replicates,
            estimates: member.estimates()?,
        })
    }
}

/// What agrees with the `k`-th metric, the mean over members of each one's ends; `None` where that is not asked of each.
fn agreeing(members: &[Resampled], k: usize) -> Option<(f64, f64)> {
    let ends = members.iter().map(|member| member.agreeing[k]);
    let ends: Vec<(f64, f64)> = ends.collect::<Option<_>>()?;
    let over = |of: fn(&(f64, f64)) -> f64| mean(&ends.iter().map(of).collect::<Vec<_>>());
    Some((over(|ends| ends.0), over(|ends| ends.1)))
}

/// The interval of a metric from its resamples and from what agrees with it.
fn with_agreeing(
    metric: &Metric,
    resampled: (f64, f64),
    agreeing: Option<(f64, f64)>,
) -> (f64, f64) {
    match (metric.interval, agreeing) {
        (Interval::Agreeing(_), Some(agreeing)) => agreeing,
        (Interval::Gap | Interval::Share { .. }, Some((low, high))) => {
            (resampled.0.min(low), resampled.1.max(high))
        }
        _ => resampled,
    }
}

/// The metrics with an interval of their own that are defined for every member.
fn of_all_members(members: &[Resampled]) -> Vec<(&'static Metric, Vec<Estimate>)> {
    let of_member = |member: &Resampled, key: &str| {
        let found = member
            .estimates
            .iter()
            .find(|(metric, _)| metric.key == key);
        found.map(|(_, estimate)| *estimate)
    };
    let all = |(metric, _): &(&'static Metric, Estimate)| {
        let estimates = members.iter().map(|member| of_member(member, metric.key));
        Some((*metric, estimates.collect::<Option<_>>()?))
    };
    members[0].estimates.iter().filter_map(all).collect()
}

/// The interval of a resampled metric; replicates without a value are dropped.
fn interval_of(
    metric: &Metric,
    figure: f64,
    replicates: &mut Vec<f64>,
    level: f64,
) -> Result<(f64, f64)> {
    let (low, high) = interval_of_difference(metric, figure, replicates, level)?.interval;
    Ok(match metric.interval {
        Interval::Centred { most } => (low.clamp(0.0, most), high.clamp(0.0, most)),
        Interval::Agreeing(_) => (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0)),
        Interval::Percentile | Interval::Share { .. } | Interval::Gap | Interval::Own => {
            (low, high)
        }
    })
}

/// An interval from replicates, and how far their mean lies from the figure where that is bias.
pub(crate) struct Spanned {
    pub(crate) interval: (f64, f64),
    pub(crate) bias: f64,
}

/// The same of a difference of two models, which may be negative.
///
/// Noise raises both models' gaps; what it raises one more than the other is the bias.
pub(crate) fn interval_of_difference(
    metric: &Metric,
    figure: f64,
    replicates: &mut Vec<f64>,
    level: f64,
) -> Result<Spanned> {
    replicates.retain(|value| value.is_finite());
    if replicates.is_empty() {
        return Err(AuditError::Undefined {
            metric: "a bootstrap interval",
            reason: "no resample of the rows gives it a value",
        });
    }
    Ok(match metric.interval {
        Interval::Centred { .. } | Interval::Agreeing(_) => Spanned {
            interval: centred_interval(figure, replicates, level)?,
            bias: mean(replicates) - figure,
        },
        Interval::Percentile | Interval::Share { .. } | Interval::Gap | Interval::Own => Spanned {
            interval: percentile_interval(replicates, level)?,
            bias: 0.0,
        },
    })
}
