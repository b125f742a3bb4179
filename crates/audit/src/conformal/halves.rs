//! Conformal prediction with one set of rows: random halves calibrate and judge each other.

use serde::{Deserialize, Serialize};

use super::{SetScore, conformal_rank};
use crate::distribution::normal_quantile;
use crate::finite::level;
use crate::interval::{SplitMix, covering, mean, wilson};
use crate::labels::labels_fit;
use crate::{AuditError, Estimate, Logits, Result};

/// Random ways to cut `n` rows into halves, the same for every member and method.
#[derive(Debug, Clone)]
pub struct Halves {
    /// For each split the rows of one half, then those of the other.
    orders: Vec<Vec<u32>>,
    half: usize,
}

impl Halves {
    /// `splits` random cuts; the calibrating half has `n / 2` rows.
    ///
    /// # Errors
    /// [`AuditError::OutOfRange`] for fewer than two rows, or no splits.
    pub fn new(n: usize, splits: usize, seed: u64) -> Result<Self> {
        crate::finite::at_least_two("rows", n)?;
        if splits == 0 {
            return Err(AuditError::OutOfRange {
                what: "splits",
                range: "[1, inf)",
                value: 0.0,
            });
        }
        let shuffled = |split: usize| {
            let draws = SplitMix::new(seed, split as u64);
            let mut order: Vec<u32> = (0..n as u32).collect();
            for i in (1..n).rev() {
                order.swap(i, draws.below(i as u64, i + 1));
            }
            order
        };
        Ok(Self {
            orders: (0..splits).map(shuffled).collect(),
            half: n / 2,
        })
    }

    /// Number of rows cut.
    pub fn rows(&self) -> usize {
        self.orders[0].len()
    }

    /// `(calibrating rows, judged rows)` of every split.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], &[u32])> {
        self.orders.iter().map(|order| order.split_at(self.half))
    }
}

/// What prediction sets achieve over random halves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SetFigures {
    /// Mean coverage of the judged halves. Its Wilson interval counts `n / 2` rows, since the splits share theirs.
    pub coverage: Estimate,
    /// Mean set size. Its interval is normal with the variance over halves, that of a delete-half jackknife.
    pub size: Estimate,
}

/// Coverage and size of conformal sets over random halves of one set of rows.
///
/// Mean coverage over many splits is near `1 - miscoverage` whatever the model, which is the promise; how
/// large the sets must be for it is what the model can do.
///
/// # Shapes
/// - `labels`: `[rows]`, as many as `halves` cuts
///
/// # Errors
/// Labels that do not fit, a miscoverage or confidence outside `(0, 1)`.
///
/// # Source
/// Delete-half jackknife: Shao & Wu 1989, <https://doi.org/10.1214/aos/1176347263>.
pub fn conformal_by_halves(
    logits: &Logits<'_>,
    labels: &[usize],
    score: SetScore,
    miscoverage: f64,
    halves: &Halves,
    confidence: f64,
) -> Result<SetFigures> {
    labels_fit(logits, labels)?;
    crate::finite::length("halves", halves.rows(), logits.rows())?;
    level("miscoverage", miscoverage)?;
    level("confidence", confidence)?;
    let scores = score.of(logits, 0)?;
    Ok(sets_by_halves(
        &scores,
        labels,
        miscoverage,
        halves,
        confidence,
    ))
}

/// The same from scores `[rows, classes]`, checked by the caller.
pub(crate) fn sets_by_halves(
    scores: &[f64],
    labels: &[usize],
    miscoverage: f64,
    halves: &Halves,
    confidence: f64,
) -> SetFigures {
    let classes = scores.len() / labels.len();
    let own: Vec<f64> = scores
        .chunks_exact(classes)
        .zip(labels)
        .map(|(row, &label)| row[label])
        .collect();
    let (mut coverages, mut sizes) = (Vec::new(), Vec::new());
    let mut calibrating = Vec::with_capacity(own.len());
    for (fit, judged) in halves.iter() {
        calibrating.clear();
        calibrating.extend(fit.iter().map(|&row| own[row as usize]));
        let threshold = kth_smallest(&mut calibrating, conformal_rank(fit.len(), miscoverage));
        let (mut held, mut size) = (0usize, 0usize);
        for &row in judged {
            let row = row as usize;
            held += usize::from(own[row] <= threshold);
            let set = &scores[row * classes..(row + 1) * classes];
            size += set
                .iter()
                .map(|s| usize::from(*s <= threshold))
                .sum::<usize>();
        }
        coverages.push(held as f64 / judged.len() as f64);
        sizes.push(size as f64 / judged.len() as f64);
    }
    figures(&coverages, &sizes, labels.len(), confidence)
}

/// The `rank`-th smallest, counted from 1; infinite beyond the last. Reorders the values.
pub(crate) fn kth_smallest(values: &mut [f64], rank: usize) -> f64 {
    if rank > values.len() {
        return f64::INFINITY;
    }
    *values.select_nth_unstable_by(rank - 1, f64::total_cmp).1
}

/// Means over splits with the intervals that [`SetFigures`] describes.
pub(crate) fn figures(coverages: &[f64], sizes: &[f64], rows: usize, level: f64) -> SetFigures {
    let z = normal_quantile(0.5 + level / 2.0);
    let (coverage, size) = (mean(coverages), mean(sizes));
    let judged = (rows - rows / 2) as f64;
    let over_halves = sizes.iter().map(|s| (s - size).powi(2)).sum::<f64>();
    let spread = (over_halves / (sizes.len() - 1).max(1) as f64).sqrt();
    // Infinite sizes have no spread: their number of rows is what makes all of them infinite.
    let half_width = if size.is_finite() { z * spread } else { 0.0 };
    SetFigures {
        coverage: covering(coverage, wilson(coverage * judged, judged, z), rows),
        size: covering(
            size,
            ((size - half_width).max(0.0), size + half_width),
            rows,
        ),
    }
}
