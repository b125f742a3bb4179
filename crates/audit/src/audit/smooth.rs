//! Smooth calibration error.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use super::softmax::Judged;
use crate::calibration::{MeshGaps, Smoother};

/// Smooth calibration error at the bandwidth that fits all rows.
///
/// Resamples keep that bandwidth: another search for each would cost ten times as much, and their
/// duplicates would move it for no good reason.
pub(crate) struct SmoothGaps {
    gaps: MeshGaps,
    smoother: Smoother,
    bandwidth: f64,
}

impl SmoothGaps {
    pub(crate) fn new(judged: &Judged<'_>) -> Self {
        let gaps = MeshGaps::new(&judged.softmax.confidence, &judged.hits);
        let mut smoother = Smoother::new();
        let all = gaps.spread(&vec![1.0; gaps.rows()]);
        let bandwidth = smoother.fixed_point(&all).1;
        Self {
            gaps,
            smoother,
            bandwidth,
        }
    }
}

impl Panel for SmoothGaps {
    fn metrics(&self) -> Vec<Metric> {
        vec![Metric::gap("smooth_ece", self.gaps.rows())]
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        let modes = self.smoother.modes(self.gaps.spread(draw.rows()));
        values.push(self.smoother.error(&modes, self.bandwidth));
    }
}
