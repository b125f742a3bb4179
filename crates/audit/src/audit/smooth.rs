//! Smooth calibration error.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use crate::calibration::{INTERVALS, MeshGaps, Smoother};

/// Smooth calibration error at the bandwidth that fits all rows.
///
/// Resamples keep that bandwidth: another search for each would cost ten times as much, and their
/// duplicates would move it for no good reason. They also use a mesh no finer than the bandwidth needs.
pub(crate) struct SmoothGaps {
    gaps: MeshGaps,
    smoother: Smoother,
    bandwidth: f64,
    name: &'static str,
    /// The error on the fine mesh less that on the coarse one, all rows counted once.
    refinement: f64,
}

impl SmoothGaps {
    pub(crate) fn new(confidence: &[f64], hits: &[bool], name: &'static str) -> Self {
        let once = vec![1.0; confidence.len()];
        let fine = MeshGaps::new(confidence, hits, INTERVALS).spread(&once);
        let (figure, bandwidth) = Smoother::new(INTERVALS).fixed_point(&fine);
        let enough = ((8.0 / bandwidth) as usize).next_power_of_two();
        let intervals = enough.clamp(64, INTERVALS);
        let gaps = MeshGaps::new(confidence, hits, intervals);
        let mut smoother = Smoother::new(intervals);
        let modes = smoother.modes(gaps.spread(&once));
        Self {
            refinement: figure - smoother.error(&modes, bandwidth),
            gaps,
            smoother,
            bandwidth,
            name,
        }
    }
}

impl Panel for SmoothGaps {
    fn metrics(&self) -> Vec<Metric> {
        vec![Metric::gap(self.name, self.gaps.rows())]
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        let modes = self.smoother.modes(self.gaps.spread(draw.rows()));
        values.push(self.smoother.error(&modes, self.bandwidth) + self.refinement);
    }
}
