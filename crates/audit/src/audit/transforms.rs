//! Distance of a regression's probability integral transforms from uniform.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use crate::calibration::by_confidence;
use crate::predictive::distance_from_uniform;

/// Integral transforms kept sorted.
pub(crate) struct Transforms {
    order: Vec<usize>,
    sorted: Vec<f64>,
}

impl Transforms {
    pub(crate) fn new(values: Vec<f64>) -> Self {
        let order = by_confidence(&values);
        Self {
            sorted: order.iter().map(|&row| values[row]).collect(),
            order,
        }
    }
}

impl Panel for Transforms {
    fn metrics(&self) -> Vec<Metric> {
        vec![Metric::gap("pit_ks", self.order.len())]
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        let counts = self.order.iter().map(|&row| draw.rows()[row]);
        let counted = self.sorted.iter().copied().zip(counts);
        values.push(distance_from_uniform(counted, self.order.len()));
    }
}
