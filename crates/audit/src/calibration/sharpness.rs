//! The likelihood loss as a function of a common factor on all logits.

use crate::Logits;
use crate::exponential::exp_nonpositive;
use crate::logits::maximum;

/// Rows computed side by side, so that sums over classes run in vector registers.
const LANES: usize = 8;
/// Farther below the largest than any logit can be.
const IMPOSSIBLE: f64 = -1e100;

/// The mean negative log-likelihood of `softmax(β z)` as a function of `s = ln β`.
pub(crate) struct SharpnessLoss {
    /// Logits less the largest of their row: a saturated row loses no digits. `[blocks][classes]` of
    /// [`LANES`] rows; the rows that fill the last block have equal logits and add nothing.
    blocks: Vec<[f64; LANES]>,
    classes: usize,
    rows: f64,
    /// Mean shifted logit of the labels.
    of_labels: f64,
}

/// Derivatives of the mean loss `L(β)` at `β = e^s`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Derivatives {
    /// `dL/dβ = mean(E_p[z] - z_y)`.
    pub(crate) slope: f64,
    /// `d slope / ds = β mean(Var_p[z])`.
    pub(crate) curvature: f64,
    /// `d curvature / ds = curvature + β² mean(third central moment of z)`.
    third: f64,
}

/// Where the loss is least.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stationary {
    /// `β`.
    pub(crate) sharpness: f64,
    /// `n mean(Var_p[z])`, the information on `β`.
    pub(crate) information: f64,
}

impl SharpnessLoss {
    /// Labels must fit and have finite logits.
    pub(crate) fn new(logits: &Logits<'_>, labels: &[usize]) -> Self {
        let (rows, classes) = (logits.rows(), logits.classes());
        let mut blocks = vec![[0.0; LANES]; rows.div_ceil(LANES) * classes];
        let mut of_labels = 0.0;
        for (row, (z, &label)) in logits.iter_rows().zip(labels).enumerate() {
            let top = maximum(z);
            let block = &mut blocks[row / LANES * classes..][..classes];
            for (lanes, z) in block.iter_mut().zip(z) {
                // A class of probability 0 has weight 0 at any finite distance, where 0 * inf is no number.
                lanes[row % LANES] = (z - top).max(IMPOSSIBLE);
            }
            of_labels += z[label] - top;
        }
        Self {
            blocks,
            classes,
            rows: rows as f64,
            of_labels: of_labels / rows as f64,
        }
    }

    /// The stationary point by Halley steps from `s = ln(1 / temperature)`; `None` unless they settle well
    /// within `±6.2`.
    pub(crate) fn stationary(&self, temperature: f64) -> Option<Stationary> {
        const MOST_STEPS: usize = 12;
        const FARTHEST: f64 = 6.2;
        let mut s = -temperature.ln();
        for _ in 0..MOST_STEPS {
            let at = self.at(s);
            let newton = at.slope / at.curvature;
            let step = -newton / (1.0 - 0.5 * newton * at.third / at.curvature).max(0.5);
            s += step;
            // Written so that a NaN fails too.
            let inside = s.abs() < FARTHEST;
            if !inside {
                return None;
            }
            // The error falls with the third power of the step, even where Halley is cut short with the second.
            if step.abs() < 1e-7 {
                let sharpness = s.exp();
                let curvature = at.curvature + step * at.third;
                return Some(Stationary {
                    sharpness,
                    information: self.rows * curvature / sharpness,
                });
            }
        }
        None
    }

    pub(crate) fn at(&self, s: f64) -> Derivatives {
        let sharpness = s.exp();
        let (mut slope, mut variance, mut third) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for block in self.blocks.chunks_exact(self.classes) {
            let moments = Moments::of(block, sharpness);
            for lane in 0..LANES {
                let sum = moments.sum[lane];
                let (mean, square) = (moments.first[lane] / sum, moments.second[lane] / sum);
                let spread = (square - mean * mean).max(0.0);
                slope[lane] += mean;
                variance[lane] += spread;
                third[lane] += moments.third[lane] / sum - mean * (square + 2.0 * spread);
            }
        }
        let mean = |lanes: [f64; LANES]| lanes.iter().sum::<f64>() / self.rows;
        let curvature = sharpness * mean(variance);
        Derivatives {
            slope: mean(slope) - self.of_labels,
            curvature,
            third: curvature + sharpness * sharpness * mean(third),
        }
    }
}

/// Sums over classes of `exp(β z)` times powers of `z`.
struct Moments {
    sum: [f64; LANES],
    first: [f64; LANES],
    second: [f64; LANES],
    third: [f64; LANES],
}

impl Moments {
    #[inline(always)]
    fn of(block: &[[f64; LANES]], sharpness: f64) -> Self {
        let zero = [0.0; LANES];
        let mut out = Self {
            sum: zero,
            first: zero,
            second: zero,
            third: zero,
        };
        for z in block {
            let mut weight = [0.0; LANES];
            for lane in 0..LANES {
                weight[lane] = exp_nonpositive(sharpness * z[lane]);
            }
            for lane in 0..LANES {
                let once = weight[lane] * z[lane];
                let twice = once * z[lane];
                out.sum[lane] += weight[lane];
                out.first[lane] += once;
                out.second[lane] += twice;
                out.third[lane] += twice * z[lane];
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::SharpnessLoss;
    use crate::{Logits, nll};

    /// Eleven rows: a full block and one that is not, a class ruled out among them.
    #[test]
    fn derivatives_are_those_of_the_loss() {
        let z = |i: usize| ((i * i * 7 + 3 * i) % 23) as f64 / 5.0;
        let mut values: Vec<f64> = (0..33).map(z).collect();
        values[4] = f64::NEG_INFINITY;
        let labels: Vec<usize> = (0..11).map(|i| if i == 1 { 2 } else { i % 3 }).collect();
        let logits = Logits::new(values, 11, 3).unwrap();
        let loss = SharpnessLoss::new(&logits, &labels);
        let by_sharpness = |b: f64| nll(&logits.tempered(1.0 / b).unwrap(), &labels).unwrap();
        let (s, h) = (0.3f64, 1e-4);
        let at = loss.at(s);
        let b = s.exp();
        let slope = (by_sharpness(b + h) - by_sharpness(b - h)) / (2.0 * h);
        assert!((at.slope - slope).abs() < 1e-7);
        let difference = |of: fn(&super::Derivatives) -> f64| {
            (of(&loss.at(s + h)) - of(&loss.at(s - h))) / (2.0 * h)
        };
        assert!((at.curvature - difference(|d| d.slope)).abs() < 1e-7);
        assert!((at.third - difference(|d| d.curvature)).abs() < 1e-7);
    }
}
