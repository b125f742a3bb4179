//! How often each row counts.

use super::SplitMix;

/// How often each held-out row, and each out-of-distribution row, counts.
///
/// Counts are whole numbers kept as `f64`: they only ever multiply.
#[derive(Clone)]
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
