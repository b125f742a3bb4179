//! Whether as many answers are right as their confidences promise.

use crate::bisection::edge;
use crate::distribution::{normal_cdf, normal_upper_tail};

/// Work up to which the distribution of the number of right answers is exact.
const EXACT: usize = 100_000;
/// Variance of that number from which on it is near enough to normal.
const SPREAD: f64 = 9.0;
/// Bisections of the shift, and its largest size.
const STEPS: usize = 36;
const FARTHEST: f64 = 40.0;

/// The answers of a model, each right with a probability of its own.
///
/// ```text
/// p_i(δ) = σ(ln(c_i / (1 - c_i)) + δ)      hits = Σ_i Bernoulli(p_i(δ))      δ = 0: calibrated
/// ```
///
/// Confidences are taken as they are and right answers as the draw, so that the answers to easy rows, which hardly vary, widen nothing,
/// and a model that is right on all rows has an interval, too.
pub(crate) struct Promised<'a> {
    /// Log-odds of the confidences, `[rows]`.
    pub(crate) log_odds: &'a [f64],
    /// Right answers.
    pub(crate) hits: usize,
}

impl Promised<'_> {
    /// Twice the rarer tail of the number of right answers where the confidences are true: an exact p-value, up to rounding of many rows.
    pub(crate) fn p_of_calibrated(&self) -> f64 {
        let (at_most, at_least) = self.tails(0.0);
        (2.0 * at_most.min(at_least)).min(1.0)
    }

    /// Mean confidences less accuracy that agree with the number of right answers: each tail is at least `(1 - level) / 2`.
    pub(crate) fn gap_interval(&self, level: f64) -> (f64, f64) {
        let tail = 0.5 - level / 2.0;
        let rows = self.log_odds.len() as f64;
        let mean = |delta: f64| self.shifted(delta).sum::<f64>() / rows;
        let confidence = mean(0.0);
        let most = if self.hits == self.log_odds.len() {
            1.0
        } else {
            mean(edge(-FARTHEST, FARTHEST, STEPS, |delta| {
                self.tails(delta).0 >= tail
            }))
        };
        let least = if self.hits == 0 {
            0.0
        } else {
            mean(edge(FARTHEST, -FARTHEST, STEPS, |delta| {
                self.tails(delta).1 >= tail
            }))
        };
        (confidence - most, confidence - least)
    }

    fn shifted(&self, delta: f64) -> impl Iterator<Item = f64> {
        let odds = self.log_odds.iter();
        odds.map(move |odds| 1.0 / (1.0 + (-odds - delta).exp()))
    }

    /// Probabilities of at most and of at least as many right answers.
    fn tails(&self, delta: f64) -> (f64, f64) {
        let rows = self.log_odds.len();
        let variance: f64 = self.shifted(delta).map(|p| p * (1.0 - p)).sum();
        let misses = rows - self.hits;
        let rarer = self.hits.min(misses);
        if variance > SPREAD && rows * (rarer + 1) > EXACT {
            return self.normal_tails(delta, variance);
        }
        if misses < self.hits {
            let (at_most, at_least) = counted(self.shifted(delta).map(|p| 1.0 - p), misses);
            return (at_least, at_most);
        }
        counted(self.shifted(delta), self.hits)
    }

    /// The same by the normal distribution with a correction for skewness.
    ///
    /// # Source
    /// Volkova 1996, <https://doi.org/10.1137/1140093>.
    fn normal_tails(&self, delta: f64, variance: f64) -> (f64, f64) {
        let (sd, mean) = (variance.sqrt(), self.shifted(delta).sum::<f64>());
        let third = self.shifted(delta).map(|p| p * (1.0 - p) * (1.0 - 2.0 * p));
        let skewness = third.sum::<f64>() / (variance * sd);
        let correction = |z: f64| {
            let density = (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
            skewness * (1.0 - z * z) * density / 6.0
        };
        let [above, below] = [0.5, -0.5].map(|half| (self.hits as f64 + half - mean) / sd);
        (
            normal_cdf(above) + correction(above),
            normal_upper_tail(below) - correction(below),
        )
    }
}

/// Probabilities that at most and at least `count` of independent events happen, by adding one event after the other.
fn counted(events: impl Iterator<Item = f64>, count: usize) -> (f64, f64) {
    let mut happened = vec![0.0; count + 1];
    happened[0] = 1.0;
    for p in events {
        for k in (1..=count).rev() {
            happened[k] = happened[k] * (1.0 - p) + happened[k - 1] * p;
        }
        happened[0] *= 1.0 - p;
    }
    let below: f64 = happened[..count].iter().sum();
    (below + happened[count], 1.0 - below)
}
