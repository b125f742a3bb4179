//! What chance alone makes of gaps in bins, and which calibration errors agree with those that are seen.

use super::cells::Cell;
use crate::bisection::edge;
use crate::distribution::ln_gamma;
use crate::interval::SplitMix;

/// Draws behind a figure's distribution.
const DRAWS: usize = 1000;
/// Seed of their orders.
const SEED: u64 = 0x0ca1;
/// Bisections along the path of gaps.
const STEPS: usize = 14;
/// Standard errors by which gaps are widened and narrowed at most.
const WIDEST: f64 = -4.0;
const NARROWEST: f64 = 8.0;
/// Standard deviations of a binomial count that are tabulated.
const TABULATED: f64 = 9.0;
/// What rounding may do to an error.
const ROUNDING: f64 = 1e-12;

/// The answers of a model in bins, and what the same answers give where the true gaps are others.
///
/// ```text
/// error = Σ_b w_b |confidence_b - hits_b / n_b|      hits_b ~ Binomial(n_b, confidence_b - gap_b)
/// ```
///
/// Even where every true gap is 0 the error is not: it is a sum of absolute values, which chance raises.
pub(crate) struct BinnedAnswers {
    bins: Vec<Bin>,
    /// Of each bin the draws by falling rank, so that a draw falls into another stratum in every bin.
    orders: Vec<Vec<u32>>,
    error: f64,
}

struct Bin {
    count: f64,
    weight: f64,
    confidence: f64,
    gap: f64,
    /// Standard error of the gap, by an accuracy that one more right and one more wrong answer are counted into.
    standard_error: f64,
}

impl BinnedAnswers {
    /// Counts must be whole.
    pub(crate) fn new(cells: &[Cell]) -> Self {
        let total: f64 = cells.iter().map(|cell| cell.count).sum();
        let filled = cells.iter().filter(|cell| cell.count > 0.0);
        let bins: Vec<Bin> = filled.map(|cell| Bin::of(cell, total)).collect();
        Self {
            orders: (0..bins.len())
                .map(|bin| SplitMix::new(SEED, bin as u64).order(DRAWS))
                .collect(),
            error: bins.iter().map(|bin| bin.weight * bin.gap.abs()).sum(),
            bins,
        }
    }

    /// How often answers whose true gaps are 0 show at least this error: a p-value of calibration, up to the width of the bins.
    ///
    /// # Source
    /// Consistency resampling: Bröcker & Smith 2007, <https://doi.org/10.1175/WAF993.1>; Vaicenavicius et al. 2019, section 5,
    /// <https://arxiv.org/abs/1902.06977>.
    pub(crate) fn p_of_calibrated(&self) -> f64 {
        let beyond = self.draws(f64::INFINITY).into_iter();
        let beyond = beyond.filter(|error| *error >= self.error - ROUNDING);
        (1 + beyond.count()) as f64 / (1 + DRAWS) as f64
    }

    /// The true errors that agree with the seen one: it lies within the middle `level` of what they give.
    ///
    /// ```text
    /// gap_b(t) = sign(gap_b) max(|gap_b| - t se_b, 0)      t >= 0; else gap_b - t se_b or gap_b + t se_b, what is larger
    /// low  = error(t) at the t from which on less than (1 - level) / 2 of the draws reach the seen error, 0 if calibrated answers do
    /// high = error(t) at the t up to which less than (1 - level) / 2 of the draws stay below it
    /// ```
    ///
    /// The gaps are moved together, each in units of its standard error, which takes the ones that chance made to 0 first. Where bins are
    /// so small that chance makes all of the error, the upper end may lie below the seen error.
    pub(crate) fn interval(&self, level: f64) -> (f64, f64) {
        let tail = 0.5 - level / 2.0;
        let share = |t: f64, reaches: bool| {
            let draws = self.draws(t).into_iter();
            let kept = draws.filter(|error| match reaches {
                true => *error >= self.error - ROUNDING,
                false => *error <= self.error + ROUNDING,
            });
            kept.count() as f64 / DRAWS as f64
        };
        let low = if share(f64::INFINITY, true) >= tail {
            0.0
        } else {
            self.at(edge(WIDEST, NARROWEST, STEPS, |t| share(t, true) >= tail))
        };
        let high = self.at(edge(NARROWEST, WIDEST, STEPS, |t| share(t, false) >= tail));
        (low, high.max(low))
    }

    /// The true error at a place of the path.
    fn at(&self, t: f64) -> f64 {
        self.bins
            .iter()
            .map(|bin| bin.weight * bin.moved(t).abs())
            .sum()
    }

    /// Errors that answers with the gaps of that place show.
    fn draws(&self, t: f64) -> Vec<f64> {
        let mut errors = vec![0.0; DRAWS];
        for (bin, order) in self.bins.iter().zip(&self.orders) {
            bin.add_draws(t, order, &mut errors);
        }
        errors
    }
}

impl Bin {
    fn of(cell: &Cell, total: f64) -> Self {
        let (count, confidence) = (cell.count, cell.confidence());
        let gap = confidence - cell.accuracy();
        let accuracy = (cell.accuracy() * count + 1.0) / (count + 2.0);
        Self {
            count,
            weight: count / total,
            confidence,
            gap,
            standard_error: (accuracy * (1.0 - accuracy) / count).sqrt(),
        }
    }

    /// The gap at a place of the path: to the left of 0 the larger of those on either side.
    fn moved(&self, t: f64) -> f64 {
        let (size, sign) = (self.gap.abs(), self.gap.signum());
        if t == f64::INFINITY {
            return 0.0;
        }
        if t >= 0.0 {
            return sign * (size - t * self.standard_error).max(0.0);
        }
        let step = -t * self.standard_error;
        // Confidence less an accuracy of 0, and an accuracy of 1 less confidence.
        let (over, under) = (self.confidence, 1.0 - self.confidence);
        let (along, against) = if sign > 0.0 {
            (over, under)
        } else {
            (under, over)
        };
        let (along, against) = ((size + step).min(along), (step - size).min(against));
        if along >= against {
            sign * along
        } else {
            -sign * against
        }
    }

    /// Adds the bin's part of each draw: quantiles of the binomial at the middles of as many strata.
    fn add_draws(&self, t: f64, order: &[u32], errors: &mut [f64]) {
        let p = self.confidence - self.moved(t);
        let mut table = Binomial::new(self.count, p.clamp(0.0, 1.0));
        for (rank, &draw) in order.iter().enumerate() {
            let hits = table.up_to((rank as f64 + 0.5) / order.len() as f64);
            errors[draw as usize] += self.weight * (self.confidence - hits / self.count).abs();
        }
    }
}

/// A binomial distribution that is walked upwards.
struct Binomial {
    count: f64,
    odds: f64,
    hits: f64,
    mass: f64,
    below: f64,
}

impl Binomial {
    fn new(count: f64, p: f64) -> Self {
        let sd = (count * p * (1.0 - p)).sqrt();
        let first = (count * p - TABULATED * sd - TABULATED).floor().max(0.0);
        let fixed = p == 0.0 || p == 1.0;
        let mass = if fixed {
            1.0
        } else {
            log_mass(count, p, first).exp()
        };
        Self {
            count,
            odds: if fixed { 0.0 } else { p / (1.0 - p) },
            hits: if fixed { count * p } else { first },
            mass,
            below: mass,
        }
    }

    /// The number of hits at a quantile, which is not below those asked for before.
    fn up_to(&mut self, quantile: f64) -> f64 {
        while self.below < quantile && self.hits < self.count && self.odds > 0.0 {
            self.mass *= self.odds * (self.count - self.hits) / (self.hits + 1.0);
            self.hits += 1.0;
            self.below += self.mass;
            // Beyond the table nothing is left to add.
            if self.mass < f64::MIN_POSITIVE {
                break;
            }
        }
        self.hits
    }
}

fn log_mass(count: f64, p: f64, hits: f64) -> f64 {
    let choose = ln_gamma(count + 1.0) - ln_gamma(hits + 1.0) - ln_gamma(count - hits + 1.0);
    choose + hits * p.ln() + (count - hits) * (-p).ln_1p()
}
