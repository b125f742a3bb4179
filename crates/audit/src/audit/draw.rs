//! How often each row counts.

use crate::interval::SplitMix;

/// How often each held-out row, and each out-of-distribution row, counts.
///
/// Counts are whole numbers kept as `f64`: they only ever multiply.
pub(crate) struct Draw {
    /// `[rows + out-of-distribution rows]`; either part sums to its length.
    pub(crate) counts: Vec<f64>,
    rows: usize,
}

impl Draw {
    /// Every row once.
    pub(crate) fn all(rows: usize, ood: usize) -> Self {
        Self {
            counts: vec![1.0; rows + ood],
            rows,
        }
    }

    /// The counts of the held-out rows.
    pub(crate) fn rows(&self) -> &[f64] {
        &self.counts[..self.rows]
    }

    /// Resample `index`, both sides drawn with replacement and apart, so that no side is ever empty.
    pub(crate) fn redraw(&mut self, seed: u64, index: u64) {
        let (rows, ood) = self.counts.split_at_mut(self.rows);
        count(rows, SplitMix::new(seed, 2 * index));
        count(ood, SplitMix::new(seed, 2 * index + 1));
    }
}

fn count(counts: &mut [f64], generator: SplitMix) {
    counts.fill(0.0);
    for i in 0..counts.len() {
        counts[generator.below(i as u64, counts.len())] += 1.0;
    }
}

/// `Σ_i counts_i values_i` in four running sums, so that additions need not wait for each other.
pub(crate) fn weighted_sum(values: &[f64], counts: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (values4, values_rest) = values.as_chunks::<4>();
    let (counts4, counts_rest) = counts.as_chunks::<4>();
    for (v, c) in values4.iter().zip(counts4) {
        for lane in 0..4 {
            sums[lane] += v[lane] * c[lane];
        }
    }
    let rest: f64 = values_rest
        .iter()
        .zip(counts_rest)
        .map(|(v, c)| v * c)
        .sum();
    sums.iter().sum::<f64>() + rest
}
