//! Whether a model does worse on some of the rows: a figure of each group, beside all other rows, corrected for how many groups are asked.

use serde::Serialize;

use crate::check::{finite, length, level};
use crate::distribution::student_t_quantile;
use crate::interval::{mean, mean_interval, sample_variance};
use crate::{AuditError, Estimate, Result};

/// Groups with fewer rows are measured but never called the worst.
pub const FEWEST_ROWS: usize = 10;

/// A mean over the rows of one group.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Subgroup {
    /// Rows of the group.
    pub rows: usize,
    /// Its mean, with an interval at the corrected level; `None` without rows.
    pub figure: Option<Estimate>,
    /// Its mean less that of all other rows, with an interval at the corrected level; `None` where either has fewer than two rows.
    pub against_rest: Option<Estimate>,
}

/// Means of a figure of rows by group, with intervals that all hold together with probability `confidence`, by Bonferroni's correction.
///
/// ```text
/// level = 1 - (1 - confidence) / groups
/// difference ± t(ν, (1 + level) / 2) sqrt(s²/n + s'²/n')      ν of Welch & Satterthwaite
/// ```
///
/// # Shapes
/// - `figures`: `[rows]`, such as each row's loss
/// - `group_of`: `[rows]`, each below `groups`, or `None` for a row of no group, which counts among the others of every group
///
/// # Errors
/// No rows, different lengths, figures that are not finite, no groups, a group that is none of them, a level outside `(0, 1)`.
///
/// # Source
/// Welch 1947, <https://doi.org/10.1093/biomet/34.1-2.28>.
pub fn subgroups(
    figures: &[f64],
    group_of: &[Option<usize>],
    groups: usize,
    confidence: f64,
) -> Result<Vec<Subgroup>> {
    level("level", confidence)?;
    finite("figures", figures)?;
    length("groups of rows", group_of.len(), figures.len())?;
    if groups == 0 {
        return Err(AuditError::Empty { what: "groups" });
    }
    if let Some(&outside) = group_of.iter().flatten().find(|group| **group >= groups) {
        return Err(AuditError::OutOfRange {
            what: "group",
            range: "[0, groups)",
            value: outside as f64,
        });
    }
    let each = corrected_level(confidence, groups);
    let of_group = |group: usize| {
        let rows = figures.iter().zip(group_of);
        let (own, rest): (Vec<_>, Vec<_>) = rows.partition(|(_, of)| **of == Some(group));
        let [own, rest] = [own, rest].map(|side| side.into_iter().map(|(own, _)| *own).collect());
        let (own, rest): (Vec<f64>, Vec<f64>) = (own, rest);
        let figure = (!own.is_empty()).then(|| mean_interval(&own, each));
        Ok(Subgroup {
            rows: own.len(),
            figure: figure.transpose()?,
            against_rest: difference(&own, &rest, each),
        })
    };
    (0..groups).map(of_group).collect()
}

/// The level of each of several intervals that are to hold together.
pub fn corrected_level(confidence: f64, groups: usize) -> f64 {
    1.0 - (1.0 - confidence) / groups.max(1) as f64
}

/// The group of at least [`FEWEST_ROWS`] rows whose mean is highest above all other rows; `None` where no group can be told.
pub fn worst(groups: &[Subgroup]) -> Option<usize> {
    let enough = groups
        .iter()
        .enumerate()
        .filter(|(_, group)| group.rows >= FEWEST_ROWS);
    let gaps = enough.filter_map(|(place, group)| Some((place, group.against_rest?.mean)));
    gaps.max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(place, _)| place)
}

fn difference(own: &[f64], rest: &[f64], level: f64) -> Option<Estimate> {
    if own.len() < 2 || rest.len() < 2 {
        return None;
    }
    let part = |side: &[f64]| sample_variance(side) / side.len() as f64;
    let (a, b) = (part(own), part(rest));
    let gap = mean(own) - mean(rest);
    let square = a + b;
    let half = if square > 0.0 {
        let freedom = |part: f64, n: usize| part * part / (n - 1) as f64;
        let freedom = square * square / (freedom(a, own.len()) + freedom(b, rest.len()));
        student_t_quantile(0.5 + level / 2.0, freedom) * square.sqrt()
    } else {
        0.0
    };
    Some(Estimate {
        mean: gap,
        low: gap - half,
        high: gap + half,
        n: own.len(),
    })
}

/// Upper ends of at most `bands` bands of about as many rows each; values up to an end belong to its band, equal values to one band.
///
/// Without finite values there are no bands.
pub fn quantile_bands(values: &[f64], bands: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let place = |band: usize| (band * sorted.len()).div_ceil(bands).saturating_sub(1);
    let mut ends: Vec<f64> = (1..=bands)
        .filter_map(|band| sorted.get(place(band)).copied())
        .collect();
    ends.dedup();
    ends
}
