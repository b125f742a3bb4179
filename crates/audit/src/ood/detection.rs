//! How well a score tells two sets of rows apart, with intervals.

use serde::{Deserialize, Serialize};

use super::ranking::{Detecting, DetectionFigures, auroc};
use crate::check::{length, level};
use crate::distribution::normal_quantile;
use crate::interval::{Draw, Resampling, covering, mean, percentile_interval, wilson};
use crate::significance::{Placements, covariance, placements};
use crate::{AuditError, Estimate, Result};

/// How well a score tells two sets of rows apart, with intervals.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Area under the ROC curve, interval as in [`auroc_interval`].
    pub auroc: Estimate,
    /// Average precision with in-distribution rows as positives, bootstrap.
    pub aupr_in: Estimate,
    /// The same with the other rows as positives.
    pub aupr_out: Estimate,
    /// Share of the other rows accepted where 95 % of the in-distribution rows are, bootstrap.
    pub fpr95: Estimate,
}

/// Measures the scores of several members on the same rows: means over members, rows drawn jointly.
///
/// The bootstrap draws rows of each side with replacement, so that no side is ever empty, and takes
/// percentiles. Without intervals, [`figures`](super::figures) is several hundred times faster.
///
/// # Shapes
/// - `members`: `[members]` of in-distribution and other scores, of the same rows for every member
///
/// # Errors
/// No members, members of different numbers of rows, an empty side, scores that are not finite, settings out of
/// range.
pub fn detection<'c>(
    members: &[(&[f64], &[f64])],
    config: impl Into<Resampling<'c>>,
) -> Result<Detection> {
    let resampling = config.into();
    let config = resampling.settings;
    config.check()?;
    let auroc = auroc_interval(members, config.level)?;
    let mut detecting = Vec::with_capacity(members.len());
    for (inside, outside) in members {
        detecting.push(Detecting::new(inside, outside)?);
    }
    let mut draw = Draw::all(members[0].0.len(), members[0].1.len());
    let mut averaged = |draw: &Draw| {
        let all: Vec<_> = detecting
            .iter_mut()
            .map(|one| one.figures(&draw.counts))
            .collect();
        let over =
            |of: fn(&DetectionFigures) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
        [over(|f| f.aupr_in), over(|f| f.aupr_out), over(|f| f.fpr95)]
    };
    let found = averaged(&draw);
    let mut replicates = vec![Vec::with_capacity(config.resamples); found.len()];
    for index in 0..config.resamples {
        resampling.go_on()?;
        draw.redraw(config.seed, index as u64);
        for (column, value) in replicates.iter_mut().zip(averaged(&draw)) {
            column.push(value);
        }
    }
    let estimate = |k: usize| {
        let interval = percentile_interval(&replicates[k], config.level)?;
        Ok(covering(found[k], interval, auroc.n))
    };
    Ok(Detection {
        auroc,
        aupr_in: estimate(0)?,
        aupr_out: estimate(1)?,
        fpr95: estimate(2)?,
    })
}

/// The mean of several members' [`auroc`] on the same rows, with DeLong's interval on the logit scale.
///
/// ```text
/// logit(A) ± z se / (A (1 - A))      se² = var(placements of outside rows) / n_out + var(... inside rows) / n_in
/// ```
///
/// The members share the rows, so their areas vary together: each row's placement is averaged over members first,
/// and the mean's variance is that of the mean placements. The logit keeps the interval in `(0, 1)` and makes it
/// lopsided near the ends, as it should be there. Two cases leave the variance without meaning, and get a wider
/// interval than it would give:
/// - perfect separation (`A` of 0 or 1), whose placements do not vary at all: Wilson's interval of a
///   proportion of `min(n_in, n_out)` trials, as if each row of the smaller side were one;
/// - a single row on a side: `[0, 1]`.
///
/// # Shapes
/// - `members`: `[members]` of in-distribution and other scores, of the same rows for every member
///
/// # Errors
/// No members, members of different numbers of rows, an empty side, scores that are not finite, a level outside
/// `(0, 1)`.
///
/// # Source
/// DeLong et al. 1988, <https://doi.org/10.2307/2531595>; Qin & Hotilovac 2008 for the logit,
/// <https://doi.org/10.1177/0962280207087173>.
pub fn auroc_interval(members: &[(&[f64], &[f64])], confidence: f64) -> Result<Estimate> {
    level("level", confidence)?;
    let area = mean_area(members)?;
    let (inside, outside) = (members[0].0.len(), members[0].1.len());
    let n = inside + outside;
    if inside < 2 || outside < 2 {
        return Ok(covering(area, (0.0, 1.0), n));
    }
    let z = normal_quantile(0.5 + confidence / 2.0);
    if area == 0.0 || area == 1.0 {
        let trials = inside.min(outside) as f64;
        return Ok(covering(area, wilson(area * trials, trials, z), n));
    }
    let averaged = mean_placements(members);
    let variance = covariance(&averaged.positives, &averaged.positives)
        + covariance(&averaged.negatives, &averaged.negatives);
    let half = z * variance.sqrt() / (area * (1.0 - area));
    let centre = (area / (1.0 - area)).ln();
    let interval = (logistic(centre - half), logistic(centre + half));
    Ok(covering(area, interval, n))
}

fn mean_area(members: &[(&[f64], &[f64])]) -> Result<f64> {
    let Some(first) = members.first() else {
        return Err(AuditError::Empty { what: "members" });
    };
    let mut areas = Vec::with_capacity(members.len());
    for (inside, outside) in members {
        length("in-distribution scores", inside.len(), first.0.len())?;
        length("out-of-distribution scores", outside.len(), first.1.len())?;
        areas.push(auroc(inside, outside)?);
    }
    Ok(mean(&areas))
}

fn mean_placements(members: &[(&[f64], &[f64])]) -> Placements {
    let (inside, outside) = members[0];
    let mut sum = Placements {
        positives: vec![0.0; outside.len()],
        negatives: vec![0.0; inside.len()],
    };
    let is_outside: Vec<bool> = (0..inside.len() + outside.len())
        .map(|row| row >= inside.len())
        .collect();
    let add = |sum: &mut [f64], own: &[f64]| {
        for (sum, own) in sum.iter_mut().zip(own) {
            *sum += own / members.len() as f64;
        }
    };
    for (inside, outside) in members {
        let own = placements(&is_outside, &[*inside, *outside].concat());
        add(&mut sum.positives, &own.positives);
        add(&mut sum.negatives, &own.negatives);
    }
    sum
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
