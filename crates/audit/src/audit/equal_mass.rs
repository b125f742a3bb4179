//! Calibration error over bins of equal size.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use super::softmax::Judged;
use crate::calibration::{array_split, debiased_root};

/// Calibration errors over equal-mass bins, rows kept sorted by confidence.
///
/// Which rows share a bin depends on the resample, but their order does not.
pub(crate) struct EqualMassGaps {
    order: Vec<u32>,
    gaps: Vec<f64>,
    hits: Vec<f64>,
    bins: usize,
    names: &'static [&'static str],
    /// Count, hits and gaps of each bin, reused by every evaluation.
    sums: Vec<Sums>,
}

#[derive(Clone, Copy, Default)]
struct Sums {
    count: f64,
    hits: f64,
    gap: f64,
}

impl EqualMassGaps {
    /// `names` are those of the expected and, if wanted, of the debiased calibration error.
    pub(crate) fn new(judged: &Judged<'_>, bins: usize, names: &'static [&'static str]) -> Self {
        let hits: Vec<f64> = judged
            .order
            .iter()
            .map(|&row| f64::from(judged.hits[row]))
            .collect();
        let gap = |(&row, hit): (&usize, &f64)| judged.softmax.confidence[row] - hit;
        Self {
            order: judged.order.iter().map(|&row| row as u32).collect(),
            gaps: judged.order.iter().zip(&hits).map(gap).collect(),
            hits,
            bins,
            names,
            sums: Vec::with_capacity(bins),
        }
    }

    fn fill(&mut self, counts: &[f64]) {
        let mut sizes = array_split(self.order.len(), self.bins);
        let mut room = 0.0;
        self.sums.clear();
        let mut sum = Sums::default();
        for ((&row, gap), hit) in self.order.iter().zip(&self.gaps).zip(&self.hits) {
            let mut copies = counts[row as usize];
            // Copies of one row may end one bin and begin the next.
            while copies > 0.0 {
                if room == 0.0 {
                    self.sums.push(std::mem::take(&mut sum));
                    room = sizes.next().unwrap_or(self.order.len()) as f64;
                }
                let taken = copies.min(room);
                sum.count += taken;
                sum.hits += taken * hit;
                sum.gap += taken * gap;
                copies -= taken;
                room -= taken;
            }
        }
        self.sums.push(sum);
    }
}

impl Panel for EqualMassGaps {
    fn metrics(&self) -> Vec<Metric> {
        let metric = |&name: &&'static str| Metric::gap(name, self.order.len());
        self.names.iter().map(metric).collect()
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        self.fill(draw.rows());
        let expected: f64 = self.sums.iter().map(|sum| sum.gap.abs()).sum();
        values.push(expected / self.order.len() as f64);
        if self.names.len() > 1 {
            let filled = self.sums.iter().filter(|sum| sum.count > 0.0);
            values.push(debiased_root(
                filled.map(|sum| (sum.count, sum.hits / sum.count, sum.gap / sum.count)),
            ));
        }
    }
}
