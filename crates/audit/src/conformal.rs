//! Prediction sets and intervals that hold the truth as often as promised, whatever the model.
//!
//! With one set of rows, random halves of it calibrate and judge each other.

use serde::{Deserialize, Serialize};

use crate::distribution::normal_quantile;
use crate::interval::{SplitMix, covering, mean, wilson};
use crate::{AuditError, Estimate, Logits, Result};

/// A conformal score of every class; sets hold the classes whose score is low enough.
///
/// | score | formula, classes by falling probability | sets |
/// | :-- | :-- | :-- |
/// | `lac` | `1 - p_k` | smallest on average; may be empty; uneven over hard and easy rows |
/// | `aps` | `Σ_{j before k} p_j + p_k`, or `+ u p_k` randomised | adapt to the row |
///
/// Equal probabilities rank in order of their class. `u` is uniform, one draw per row, a function of the
/// row's number and a seed.
///
/// # Source
/// LAC: Sadinle, Lei & Wasserman 2019, <https://arxiv.org/abs/1609.00451>; APS: Romano, Sesia & Candès
/// 2020, <https://arxiv.org/abs/2006.02544>.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetScore {
    /// Least ambiguous set-valued classifier.
    Lac,
    /// Adaptive prediction sets.
    Aps {
        /// Whether the last class enters at random, which makes coverage exact instead of too high.
        randomised: bool,
    },
}

impl SetScore {
    /// The score of every class in every row, `[rows, classes]`.
    pub fn of(self, logits: &Logits<'_>, seed: u64) -> Vec<f64> {
        self.of_probabilities(&logits.probabilities(), logits.classes(), seed)
    }

    /// The same from probabilities `[rows, classes]`.
    pub(crate) fn of_probabilities(self, p: &[f64], classes: usize, seed: u64) -> Vec<f64> {
        let Self::Aps { randomised } = self else {
            return p.iter().map(|p| 1.0 - p).collect();
        };
        let draws = SplitMix::new(seed, 0);
        let mut scores = vec![0.0; p.len()];
        let mut order: Vec<(f64, usize)> = Vec::with_capacity(classes);
        for (row, (p, scores)) in p
            .chunks_exact(classes)
            .zip(scores.chunks_exact_mut(classes))
            .enumerate()
        {
            let share = if randomised {
                draws.unit(row as u64)
            } else {
                1.0
            };
            by_falling_probability(p, &mut order);
            let mut before = 0.0;
            for &(p, class) in &order {
                scores[class] = before + share * p;
                before += p;
            }
        }
        scores
    }
}

/// Insertion sort, stable and quick for the few classes of a row.
fn by_falling_probability(p: &[f64], order: &mut Vec<(f64, usize)>) {
    order.clear();
    order.extend(p.iter().copied().zip(0..));
    if order.len() > 32 {
        order.sort_by(|a, b| b.0.total_cmp(&a.0));
        return;
    }
    for i in 1..order.len() {
        let entry = order[i];
        let mut j = i;
        while j > 0 && order[j - 1].0 < entry.0 {
            order[j] = order[j - 1];
            j -= 1;
        }
        order[j] = entry;
    }
}

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
        crate::check::at_least_two("rows", n)?;
        if splits == 0 {
            return Err(AuditError::OutOfRange {
                what: "splits",
                range: "[1, inf)",
                value: 0.0,
            });
        }
        let shuffled = |split: usize| SplitMix::new(seed, split as u64).order(n);
        Ok(Self {
            orders: (0..splits).map(shuffled).collect(),
            half: n / 2,
        })
    }

    /// `(calibrating rows, judged rows)` of every split.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], &[u32])> {
        self.orders.iter().map(|order| order.split_at(self.half))
    }

    /// Coverage and size of conformal sets.
    ///
    /// A set holds the classes whose score is at most the `ceil((n + 1) (1 - α))`-th smallest of the labels' scores
    /// on the calibrating half. Mean coverage over many splits is near `1 - miscoverage` whatever the model, which
    /// is the promise; how large the sets must be for it is what the model can do.
    ///
    /// # Shapes
    /// - `scores`: `[rows, classes]`, of [`SetScore::of`]; `labels`: `[rows]`, as many as were cut
    ///
    /// # Panics
    /// If scores or labels are fewer, or a label has no score.
    ///
    /// # Source
    /// Vovk, Gammerman & Shafer 2005; delete-half jackknife: Shao & Wu 1989, <https://doi.org/10.1214/aos/1176347263>.
    pub fn sets(
        &self,
        scores: &[f64],
        labels: &[usize],
        miscoverage: f64,
        confidence: f64,
    ) -> SetFigures {
        let classes = scores.len() / labels.len();
        let own: Vec<f64> = scores
            .chunks_exact(classes)
            .zip(labels)
            .map(|(row, &label)| row[label])
            .collect();
        let judge = |threshold: f64, judged: &[u32]| {
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
            (held, size as f64 / judged.len() as f64)
        };
        let (coverage, size) = self.judged(&own, miscoverage, confidence, judge);
        SetFigures { coverage, size }
    }

    /// Coverage and width of conformal intervals `prediction ± the ceil((n + 1) (1 - α))-th smallest |error|` of the
    /// calibrating half; infinite with too few rows.
    ///
    /// # Shapes
    /// - `errors`: `[rows]`, as many as were cut
    ///
    /// # Panics
    /// If errors are fewer.
    ///
    /// # Source
    /// Lei et al. 2018, <https://arxiv.org/abs/1604.04173>, algorithm 2.
    pub fn intervals(&self, errors: &[f64], miscoverage: f64, confidence: f64) -> IntervalFigures {
        let sizes: Vec<f64> = errors.iter().map(|error| error.abs()).collect();
        let judge = |half: f64, judged: &[u32]| {
            let held = judged.iter().filter(|row| sizes[**row as usize] <= half);
            (held.count(), 2.0 * half)
        };
        let (coverage, width) = self.judged(&sizes, miscoverage, confidence, judge);
        IntervalFigures { coverage, width }
    }

    /// Mean coverage and size over the splits; `judge` counts the held rows of a half and sizes its sets.
    fn judged(
        &self,
        own: &[f64],
        miscoverage: f64,
        confidence: f64,
        judge: impl Fn(f64, &[u32]) -> (usize, f64),
    ) -> (Estimate, Estimate) {
        let (mut coverages, mut sizes) = (Vec::new(), Vec::new());
        let mut calibrating = Vec::with_capacity(own.len());
        for (fit, judged) in self.iter() {
            calibrating.clear();
            calibrating.extend(fit.iter().map(|&row| own[row as usize]));
            let threshold = kth_smallest(&mut calibrating, conformal_rank(fit.len(), miscoverage));
            let (held, size) = judge(threshold, judged);
            coverages.push(held as f64 / judged.len() as f64);
            sizes.push(size);
        }
        over_splits(&coverages, &sizes, own.len(), confidence)
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

/// What conformal intervals achieve over random halves.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct IntervalFigures {
    /// Mean coverage of the judged halves; as for [`SetFigures`].
    pub coverage: Estimate,
    /// Mean width of the interval, in units of the target; infinite with too few rows.
    pub width: Estimate,
}

/// The `rank`-th smallest, counted from 1; infinite beyond the last. Reorders the values.
pub(crate) fn kth_smallest(values: &mut [f64], rank: usize) -> f64 {
    if rank > values.len() {
        return f64::INFINITY;
    }
    *values.select_nth_unstable_by(rank - 1, f64::total_cmp).1
}

/// `ceil((n + 1) (1 - α))`, counted from 1, which may be `n + 1`.
pub(crate) fn conformal_rank(n: usize, miscoverage: f64) -> usize {
    let exact = (n + 1) as f64 * (1.0 - miscoverage);
    // 10 * (1 - 0.1) is a little above 9 in floating point; the tolerance keeps it there.
    ((exact - 1e-9).ceil() as usize).clamp(1, n + 1)
}

/// Means over splits with the intervals that [`SetFigures`] describes.
fn over_splits(coverages: &[f64], sizes: &[f64], rows: usize, level: f64) -> (Estimate, Estimate) {
    let z = normal_quantile(0.5 + level / 2.0);
    let (coverage, size) = (mean(coverages), mean(sizes));
    let judged = (rows - rows / 2) as f64;
    let over_halves = sizes.iter().map(|s| (s - size).powi(2)).sum::<f64>();
    let spread = (over_halves / (sizes.len() - 1).max(1) as f64).sqrt();
    // Infinite sizes have no spread: their number of rows is what makes all of them infinite.
    let half_width = if size.is_finite() { z * spread } else { 0.0 };
    let around = ((size - half_width).max(0.0), size + half_width);
    (
        covering(coverage, wilson(coverage * judged, judged, z), rows),
        covering(size, around, rows),
    )
}

#[cfg(test)]
mod tests {
    use super::{conformal_rank, kth_smallest};

    #[test]
    fn thresholds_are_the_promised_order_statistics() {
        let threshold = |miscoverage| {
            let mut scores: Vec<f64> = (1..=9).map(f64::from).collect();
            kth_smallest(&mut scores, conformal_rank(9, miscoverage))
        };
        // ceil(10 * 0.9) = 9, ceil(10 * 0.85) = 9, ceil(10 * 0.5) = 5; 0.05 would ask for the tenth of nine.
        assert_eq!(threshold(0.1), 9.0);
        assert_eq!(threshold(0.15), 9.0);
        assert_eq!(threshold(0.5), 5.0);
        assert_eq!(threshold(0.05), f64::INFINITY);
    }
}
