//! Calibration error over bins of equal size.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use crate::calibration::{array_split, by_confidence};

/// Expected calibration error over equal-mass bins, rows kept sorted by confidence.
///
/// Which rows share a bin depends on the resample, but their order does not.
pub(crate) struct EqualMassGaps {
    order: Vec<u32>,
    gaps: Vec<f64>,
    bins: usize,
}

impl EqualMassGaps {
    pub(crate) fn new(confidence: &[f64], correct: &[bool], bins: usize) -> Self {
        let order = by_confidence(confidence);
        let gaps = order
            .iter()
            .map(|&row| confidence[row] - f64::from(correct[row]))
            .collect();
        Self {
            order: order.into_iter().map(|row| row as u32).collect(),
            gaps,
            bins,
        }
    }
}

impl Panel for EqualMassGaps {
    fn metrics(&self) -> Vec<Metric> {
        vec![Metric::gap("ece_equal_mass", self.order.len())]
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        let counts = draw.rows();
        let mut sizes = array_split(self.order.len(), self.bins);
        let (mut room, mut sum, mut total) = (0.0, 0.0, 0.0_f64);
        for (&row, gap) in self.order.iter().zip(&self.gaps) {
            let mut copies = counts[row as usize];
            // Copies of one row may end one bin and begin the next.
            while copies > 0.0 {
                if room == 0.0 {
                    total += f64::abs(sum);
                    sum = 0.0;
                    room = sizes.next().unwrap_or(self.order.len()) as f64;
                }
                let taken = copies.min(room);
                sum += taken * gap;
                copies -= taken;
                room -= taken;
            }
        }
        values.push((total + f64::abs(sum)) / self.order.len() as f64);
    }
}
