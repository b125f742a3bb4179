//! Selective prediction.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use super::softmax::Judged;
use crate::selective::{Tied, answered, area_under, harmonic_numbers, least_area, risk_of};

/// The coverage of `accuracy_at_80`.
const COVERAGE: f64 = 0.8;

/// Area under the risk-coverage curve, its excess and the accuracy on the surest 80 %.
pub(crate) struct Selective {
    /// Row numbers by falling confidence.
    order: Vec<u32>,
    /// 1 for a wrong answer, in that order.
    wrong: Vec<f64>,
    /// Ends of groups of equal confidence.
    ends: Vec<usize>,
    harmonic: Vec<f64>,
    ties: Vec<Tied>,
}

impl Selective {
    pub(crate) fn new(judged: &Judged<'_>) -> Self {
        let order: Vec<u32> = judged.order.iter().rev().map(|&row| row as u32).collect();
        let confidence = |row: &u32| judged.softmax.confidence[*row as usize];
        let mut end = 0;
        let groups = order.chunk_by(|a, b| confidence(a) == confidence(b));
        let ends = groups.map(|group| {
            end += group.len();
            end
        });
        let wrong = |row: &u32| f64::from(!judged.hits[*row as usize]);
        Self {
            ends: ends.collect(),
            wrong: order.iter().map(wrong).collect(),
            harmonic: harmonic_numbers(order.len()),
            ties: Vec::new(),
            order,
        }
    }

    fn fill(&mut self, counts: &[f64]) {
        self.ties.clear();
        let mut start = 0;
        for &end in &self.ends {
            let mut tied = Tied {
                rows: 0.0,
                errors: 0.0,
            };
            for place in start..end {
                let count = counts[self.order[place] as usize];
                tied.rows += count;
                tied.errors += count * self.wrong[place];
            }
            start = end;
            self.ties.push(tied);
        }
    }
}

impl Panel for Selective {
    fn metrics(&self) -> Vec<Metric> {
        let names = ["aurc", "excess_aurc", "accuracy_at_80"];
        names
            .map(|name| Metric::percentile(name, self.order.len()))
            .into()
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        self.fill(draw.rows());
        let ties = || self.ties.iter().copied();
        let n = self.order.len();
        let errors = ties().map(|tied| tied.errors).sum();
        let area = area_under(ties(), &self.harmonic) / n as f64;
        let least = least_area(errors, &self.harmonic) / n as f64;
        let risk = risk_of(ties(), answered(COVERAGE, n));
        values.extend([area, (area - least).max(0.0), 1.0 - risk]);
    }
}
