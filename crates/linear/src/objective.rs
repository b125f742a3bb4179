//! The multinomial loss of rows in their basis.

use crate::basis::Basis;
use crate::memory::add;

/// A loss that is to be minimised.
pub(crate) struct Objective<'a> {
    pub(crate) basis: &'a Basis,
    pub(crate) labels: &'a [u32],
    pub(crate) classes: usize,
}

/// The loss at some weights, without its penalty.
#[derive(Debug, Clone)]
pub(crate) struct Loss {
    /// Nats of a row, on average.
    pub(crate) value: f64,
    /// `[classes, width]`.
    pub(crate) gradient: Vec<f64>,
    /// Mean curvature of a row's loss along its logits, at most 1/2.
    ///
    /// ```text
    /// sum_i w_i (1 - sum_c p_ic^2) / (self.classes - 1)       the mean eigenvalue of diag(p) - p p' beside its 0
    /// ```
    pub(crate) curvature: f64,
}

impl Objective<'_> {
    /// No weights, and the logarithms of the classes' shares: the minimum under an endless rate.
    ///
    /// A class without a row has half the share of a row, since its logarithm has to be a number.
    pub(crate) fn without_weights(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.classes];
        for (&label, share) in self.labels.iter().zip(&self.basis.shares) {
            shares[label as usize] += share;
        }
        let least = 0.5 / self.basis.rows() as f64;
        let logs: Vec<f64> = shares.iter().map(|share| share.max(least).ln()).collect();
        let mean = logs.iter().sum::<f64>() / self.classes as f64;
        let width = self.basis.width();
        let mut start = vec![0.0; self.classes * width];
        for (line, log) in start.chunks_exact_mut(width).zip(&logs) {
            line[width - 1] = log - mean;
        }
        start
    }

    /// `sum_i w_i (log sum_c exp(l_ic) - l_iy)` with `l_ic = z_i A_c`, its gradient `sum_i w_i (p_i - y_i) z_i'` and its curvature.
    pub(crate) fn loss(&self, model: &[f64]) -> Loss {
        let (mut value, mut spread) = (0.0, 0.0);
        let mut gradient = vec![0.0; model.len()];
        for (block, shares, labels) in self.basis.with(self.labels) {
            let mut logits = block.outputs(model);
            let [nats, sharpness] = residuals(&mut logits, labels, shares);
            value += nats;
            spread += shares.iter().sum::<f64>() - sharpness;
            add(1.0, &block.sums(&logits), &mut gradient);
        }
        Loss {
            value,
            gradient,
            curvature: (spread / (self.classes - 1) as f64).max(f64::MIN_POSITIVE),
        }
    }
}

/// Turns logits into `share (p - y)`; the weighted sums of the rows' losses and of `sum_c p_c^2`.
///
/// # Shapes
/// - `logits`: `[classes, rows]`
fn residuals(logits: &mut [f64], labels: &[u32], shares: &[f64]) -> [f64; 2] {
    let rows = labels.len();
    let mut largest = vec![f64::NEG_INFINITY; rows];
    for line in logits.chunks_exact(rows) {
        for (largest, logit) in largest.iter_mut().zip(line) {
            *largest = largest.max(*logit);
        }
    }
    let own = |row: usize| labels[row] as usize * rows + row;
    let mut nats: f64 = (0..rows)
        .map(|row| shares[row] * (largest[row] - logits[own(row)]))
        .sum();
    let mut sums = vec![0.0; rows];
    for line in logits.chunks_exact_mut(rows) {
        for ((logit, largest), sum) in line.iter_mut().zip(&largest).zip(&mut sums) {
            *logit = (*logit - largest).exp();
            *sum += *logit;
        }
    }
    nats += sums
        .iter()
        .zip(shares)
        .map(|(sum, share)| share * sum.ln())
        .sum::<f64>();
    let mut sharpness = 0.0;
    for line in logits.chunks_exact_mut(rows) {
        for ((value, sum), share) in line.iter_mut().zip(&sums).zip(shares) {
            let probability = *value / sum;
            *value = share * probability;
            sharpness += *value * probability;
        }
    }
    (0..rows).for_each(|row| logits[own(row)] -= shares[row]);
    [nats, sharpness]
}
