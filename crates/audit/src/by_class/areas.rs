//! Areas under the curves of one class, with intervals.

use serde::Serialize;

use super::curves::sides;
use crate::distribution::normal_quantile;
use crate::interval::{Draw, Resampling, covering, percentile_interval, wilson};
use crate::ood::{Ranking, aupr_out, auroc_interval};
use crate::{Estimate, Result};

/// Both areas of [`ClassCurves`](super::ClassCurves).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurveAreas {
    /// Area under the ROC curve, with DeLong's interval on the logit scale.
    pub auroc: Estimate,
    /// Average precision; percentiles of a bootstrap that draws rows of either side apart.
    pub average_precision: Estimate,
}

/// The areas of one score; `None` where all rows are of one side.
///
/// An average precision of 1 varies in no resample and gets Wilson's interval of as many trials as there are positive rows; that of a
/// single positive row is `[0, 1]`.
///
/// # Shapes
/// - `scores`, `positive`: `[rows]`
///
/// # Errors
/// Scores that are not finite, different lengths, settings out of range, an interrupted bootstrap.
pub fn areas<'c>(
    scores: &[f64],
    positive: &[bool],
    config: impl Into<Resampling<'c>>,
) -> Result<Option<CurveAreas>> {
    let resampling = config.into();
    resampling.settings.check()?;
    let [positives, negatives] = sides(scores, positive)?;
    if positives.is_empty() || negatives.is_empty() {
        return Ok(None);
    }
    Ok(Some(CurveAreas {
        auroc: auroc_interval(&[(&negatives, &positives)], resampling.settings.level)?,
        average_precision: average_precision(&positives, &negatives, resampling)?,
    }))
}

fn average_precision(
    positives: &[f64],
    negatives: &[f64],
    resampling: Resampling<'_>,
) -> Result<Estimate> {
    let settings = resampling.settings;
    let ranking = Ranking::new(negatives, positives)?;
    let mut draw = Draw::all(negatives.len(), positives.len());
    let mut ties = Vec::new();
    let mut figure = |draw: &Draw| {
        ranking.fill(&draw.counts, &mut ties);
        aupr_out(&ties)
    };
    let (found, n) = (figure(&draw), negatives.len() + positives.len());
    if positives.len() < 2 {
        return Ok(covering(found, (0.0, 1.0), n));
    }
    if found == 1.0 {
        let z = normal_quantile(0.5 + settings.level / 2.0);
        let trials = positives.len() as f64;
        return Ok(covering(found, wilson(trials, trials, z), n));
    }
    let mut replicates = Vec::with_capacity(settings.resamples);
    for index in 0..settings.resamples {
        resampling.go_on()?;
        draw.redraw(settings.seed, index as u64);
        replicates.push(figure(&draw));
    }
    let interval = percentile_interval(&replicates, settings.level)?;
    Ok(covering(found, interval, n))
}
