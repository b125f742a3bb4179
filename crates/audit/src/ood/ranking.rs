//! Scores of two sides in one order: areas under curves and false alarms.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::check::finite;

/// The share of in-distribution rows that the threshold of `fpr95` accepts.
const REQUIRED_TPR: f64 = 0.95;

/// How well one score tells two sets of rows apart; a higher score is more suspicious.
///
/// ```text
/// auroc = P(s_out > s_in) + ½ P(s_out = s_in)
/// aupr  = Σ_t (recall_t - recall_before) precision_t      average precision, over distinct scores t
/// ```
///
/// # Source
/// Hanley & McNeil 1982, <https://doi.org/10.1148/radiology.143.1.7063747>; average precision as scikit-learn
/// takes it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DetectionFigures {
    /// Area under the receiver operating characteristic, in `[0, 1]`: ½ is chance.
    pub auroc: f64,
    /// Average precision with in-distribution rows as positives, scores read from below.
    pub aupr_in: f64,
    /// Average precision with the other rows as positives; a useless score gives their share.
    pub aupr_out: f64,
    /// Share of the other rows accepted at the lowest threshold that accepts 95 % of the in-distribution
    /// rows. Every distinct score is a candidate; scikit-learn's `roc_curve` drops collinear points by default.
    pub fpr95: f64,
}

impl DetectionFigures {
    pub(crate) fn of(ties: &[Tie]) -> Self {
        Self {
            auroc: area(ties),
            aupr_in: average_precision(ties.iter().rev().map(|tie| (tie.inside, tie.outside))),
            aupr_out: aupr_out(ties),
            fpr95: false_alarms(ties),
        }
    }
}

/// The four figures of one score.
///
/// Each side is sorted once, as whole numbers that order like the scores, and the sides are merged
/// without a branch on which comes next: `O(n log n)`, about a millisecond for 20,000 rows.
///
/// # Shapes
/// - `inside`: `[in-distribution rows]`, `outside`: `[other rows]`
///
/// # Errors
/// An empty side, scores that are not finite, both naming the side and the row.
pub fn figures(inside: &[f64], outside: &[f64]) -> Result<DetectionFigures> {
    Ok(DetectionFigures::of(&merged(inside, outside)?))
}

/// [`DetectionFigures::auroc`] alone.
///
/// # Errors
/// As [`figures`].
pub fn auroc(inside: &[f64], outside: &[f64]) -> Result<f64> {
    Ok(area(&merged(inside, outside)?))
}

/// Samples of equal score, by side.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tie {
    pub(crate) inside: f64,
    pub(crate) outside: f64,
}

/// Area under the ROC curve from groups by falling score; NaN if a side is empty. Sums stay whole or half
/// numbers, exact up to 2^52 pairs.
pub(crate) fn area(ties: &[Tie]) -> f64 {
    let (mut wins, mut above, mut inside) = (0.0, 0.0, 0.0);
    for tie in ties {
        wins += tie.inside * (above + 0.5 * tie.outside);
        above += tie.outside;
        inside += tie.inside;
    }
    wins / (inside * above)
}

/// Average precision with the other rows as positives.
pub(crate) fn aupr_out(ties: &[Tie]) -> f64 {
    average_precision(ties.iter().map(|tie| (tie.outside, tie.inside)))
}

/// Average precision of `(positives, negatives)` in order of suspicion; NaN without positives.
fn average_precision(groups: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut hits, mut seen, mut area) = (0.0, 0.0, 0.0);
    for (positive, negative) in groups {
        hits += positive;
        seen += positive + negative;
        // Counts are whole: below 1 nothing has been seen yet, and 0 / 1 adds nothing.
        area += positive * hits / f64::max(seen, 1.0);
    }
    area / hits
}

/// Share of the other rows accepted where enough of the in-distribution rows are.
fn false_alarms(ties: &[Tie]) -> f64 {
    let all = ties.iter().fold(Tie::default(), |all, tie| Tie {
        inside: all.inside + tie.inside,
        outside: all.outside + tie.outside,
    });
    let (mut accepted, mut alarms) = (0.0, 0.0);
    for tie in ties.iter().rev() {
        accepted += tie.inside;
        alarms += tie.outside;
        if accepted / all.inside >= REQUIRED_TPR {
            break;
        }
    }
    alarms / all.outside
}

/// All scores, highest first, with equal scores in one group.
///
/// Sorting happens once; a resample only changes how often each sample counts.
#[derive(Debug, Clone)]
pub(crate) struct Ranking {
    /// Sample numbers by falling score.
    order: Vec<u32>,
    /// 1 for an in-distribution sample and 0 for another, in the same order. A factor and not a flag:
    /// the sides alternate at random, which no branch could foresee.
    is_inside: Vec<f64>,
    /// End of each group of equal scores within `order`.
    ends: Vec<u32>,
}

impl Ranking {
    /// In-distribution samples are numbered first, then the others.
    pub(crate) fn new(inside: &[f64], outside: &[f64]) -> Result<Self> {
        finite("in-distribution scores", inside)?;
        finite("out-of-distribution scores", outside)?;
        let all = [inside, outside].concat();
        Ok(Self::of(&all, |sample| sample < inside.len()))
    }

    /// Ranks finite scores.
    pub(crate) fn of(scores: &[f64], is_inside: impl Fn(usize) -> bool) -> Self {
        let score = |sample: u32| scores[sample as usize];
        let mut order: Vec<u32> = (0..scores.len() as u32).collect();
        order.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
        let mut ends = Vec::new();
        // By value, so that -0 and 0 tie although `total_cmp` tells them apart.
        for tied in order.chunk_by(|&a, &b| score(a) == score(b)) {
            ends.push(ends.last().unwrap_or(&0) + tied.len() as u32);
        }
        let side = |&sample: &u32| f64::from(is_inside(sample as usize));
        Self {
            is_inside: order.iter().map(side).collect(),
            order,
            ends,
        }
    }

    /// Fills in the groups by falling score with every sample counted as often as given; groups that no
    /// sample is left in stay, empty.
    pub(crate) fn fill(&self, counts: &[f64], ties: &mut Vec<Tie>) {
        ties.clear();
        let mut start = 0;
        let tie = |&end: &u32| {
            let mut tie = Tie::default();
            for place in start..end as usize {
                let count = counts[self.order[place] as usize];
                let inside = count * self.is_inside[place];
                tie.inside += inside;
                tie.outside += count - inside;
            }
            start = end as usize;
            tie
        };
        ties.extend(self.ends.iter().map(tie));
    }
}

/// One score of two sets of rows, sorted once for any number of resamples.
#[derive(Debug, Clone)]
pub(crate) struct Detecting {
    ranking: Ranking,
    ties: Vec<Tie>,
}

impl Detecting {
    pub(crate) fn new(inside: &[f64], outside: &[f64]) -> Result<Self> {
        Ok(Self {
            ranking: Ranking::new(inside, outside)?,
            ties: Vec::new(),
        })
    }

    /// The figures with samples counted as often as given, in-distribution ones first.
    pub(crate) fn figures(&mut self, counts: &[f64]) -> DetectionFigures {
        self.ranking.fill(counts, &mut self.ties);
        DetectionFigures::of(&self.ties)
    }

    /// Number of rows of both sides.
    pub(crate) fn samples(&self) -> usize {
        self.ranking.order.len()
    }
}

/// The groups of equal scores by falling score.
fn merged(inside: &[f64], outside: &[f64]) -> Result<Vec<Tie>> {
    finite("in-distribution scores", inside)?;
    finite("out-of-distribution scores", outside)?;
    let (inside, outside) = (falling_keys(inside), falling_keys(outside));
    // No finite score has the largest key, so it can stand behind the end of either list.
    let next = |keys: &[u64], at: usize| keys.get(at).copied().unwrap_or(u64::MAX);
    let mut ties = vec![Tie::default(); inside.len() + outside.len()];
    let (mut i, mut o, mut group) = (0, 0, 0);
    let mut current = next(&inside, 0).min(next(&outside, 0));
    while i + o < ties.len() {
        let (a, b) = (next(&inside, i), next(&outside, o));
        let key = a.min(b);
        group += usize::from(key != current);
        current = key;
        ties[group].inside += f64::from(a == key);
        ties[group].outside += f64::from(b == key);
        i += usize::from(a == key);
        o += usize::from(b == key);
    }
    ties.truncate(group + 1);
    Ok(ties)
}

/// Numbers that ascend as the scores fall; equal scores, `-0` and `0` among them, share one.
fn falling_keys(scores: &[f64]) -> Vec<u64> {
    const SIGN: u64 = 1 << 63;
    let key = |score: &f64| {
        let bits = (score + 0.0).to_bits();
        // The bits of positive numbers rise with them, those of negative ones fall.
        if bits & SIGN == 0 {
            !(bits | SIGN)
        } else {
            bits
        }
    };
    let mut keys: Vec<u64> = scores.iter().map(key).collect();
    keys.sort_unstable();
    keys
}

#[cfg(test)]
mod tests {
    use super::{Detecting, figures};
    use crate::interval::SplitMix;

    /// Merging the sorted sides and ranking all samples are two ways to the same groups.
    fn assert_same(inside: &[f64], outside: &[f64]) {
        let once = vec![1.0; inside.len() + outside.len()];
        let ranked = Detecting::new(inside, outside).unwrap().figures(&once);
        assert_eq!(figures(inside, outside).unwrap(), ranked);
    }

    /// Scores on grids of several widths, so that from none to nearly all of them tie.
    #[test]
    fn merged_groups_are_those_of_the_ranking() {
        for (stream, steps) in [(0, 1e15), (1, 1000.0), (2, 20.0), (3, 2.0), (4, 0.1)] {
            let generator = SplitMix::new(5, stream);
            let score = |i: u64| (steps * (generator.unit(i) - 0.5)).round() / steps;
            let inside: Vec<f64> = (0..301).map(score).collect();
            let outside: Vec<f64> = (301..520).map(|i| score(i) + 0.1).collect();
            assert_same(&inside, &outside);
            assert_same(&outside, &inside);
        }
    }

    #[test]
    fn figures_hold_on_the_edges() {
        assert_same(&[1.0], &[2.0]);
        assert_same(&[1.0], &[1.0]);
        assert_same(&[0.0, -0.0, 1.0], &[-0.0, 0.0]);
        assert_same(
            &[f64::MAX, f64::MIN, 5e-324],
            &[-5e-324, f64::MIN, f64::MAX],
        );
        assert_same(&[3.0; 40], &[2.0, 3.0]);
    }

    #[test]
    fn bad_scores_are_named() {
        let message =
            |inside: &[f64], outside: &[f64]| figures(inside, outside).unwrap_err().to_string();
        assert_eq!(
            message(&[], &[1.0]),
            "in-distribution scores must not be empty"
        );
        assert_eq!(
            message(&[1.0], &[]),
            "out-of-distribution scores must not be empty"
        );
        assert!(
            message(&[1.0, f64::NAN], &[1.0]).starts_with("in-distribution scores: entry 1 is NaN")
        );
        assert!(message(&[1.0], &[f64::INFINITY]).contains("entry 0 is inf"));
    }
}
