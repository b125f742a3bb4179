//! How well the rows at hand determine an area under the ROC curve.

use super::auroc;
use crate::distribution::normal_quantile;
use crate::finite::{length, level};
use crate::interval::{covering, mean, wilson};
use crate::significance::{Placements, covariance, placements};
use crate::{AuditError, Estimate, Result};

/// [`auroc`] with DeLong's interval on the logit scale.
///
/// ```text
/// logit(A) ± z se / (A (1 - A))      se² = var(placements of outside rows) / n_out + var(... inside rows) / n_in
/// ```
///
/// The logit keeps the interval in `(0, 1)` and makes it lopsided near the ends, as it should be there. Two
/// cases leave the variance without meaning, and get a wider interval than it would give:
/// - perfect separation (`A` of 0 or 1), whose placements do not vary at all: Wilson's interval of a
///   proportion of `min(n_in, n_out)` trials, as if each row of the smaller side were one;
/// - a single row on a side: `[0, 1]`.
///
/// # Errors
/// An empty side, scores that are not finite, a level outside `(0, 1)`.
///
/// # Source
/// DeLong et al. 1988, <https://doi.org/10.2307/2531595>; Qin & Hotilovac 2008 for the logit,
/// <https://doi.org/10.1177/0962280207087173>.
pub fn auroc_interval(inside: &[f64], outside: &[f64], confidence: f64) -> Result<Estimate> {
    auroc_interval_of_members(&[(inside, outside)], confidence)
}

/// The mean of several members' [`auroc`] on the same rows, with its interval.
///
/// As [`auroc_interval`] with each row's placement averaged over members first: the members share the
/// rows, so their areas vary together, and the mean's variance is that of the mean placements.
///
/// # Shapes
/// - `members`: `[members]` of in-distribution and other scores, of the same rows for every member
///
/// # Errors
/// No members, members of different numbers of rows, and as [`auroc_interval`].
pub fn auroc_interval_of_members(
    members: &[(&[f64], &[f64])],
    confidence: f64,
) -> Result<Estimate> {
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
