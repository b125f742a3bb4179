//! How often chance alone shows what a classifier shows.

use serde::{Deserialize, Serialize};

use super::{Bins, Classes, Interval, WeightedClasses};
use crate::calibration::{BinnedAnswers, Promised};
use crate::distribution::normal_upper_tail;

/// p-values of a classifier's answers, each under the name of the metric that it is of; every row counts once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Chance {
    /// Of a gap this far from 0, on either side, where confidences are true.
    pub confidence_gap: f64,
    /// Of an expected calibration error this large where confidences are true, by consistency resampling within the bins.
    pub ece: f64,
    /// Of right and wrong answers this far apart, in either order, where confidences do not tell them; `None` where all are right, or wrong.
    pub failure_auroc: Option<f64>,
}

impl Classes<'_> {
    pub(super) fn chance(&self) -> Chance {
        Chance {
            confidence_gap: self.promised().p_of_calibrated(),
            ece: self.in_bins(Bins::Width).p_of_calibrated(),
            failure_auroc: self.p_of_order(),
        }
    }

    /// What agrees with a figure of this interval; `None` of weighted rows, and of intervals that resamples make.
    pub(super) fn agreeing(&self, interval: Interval, level: f64) -> Option<(f64, f64)> {
        if self.weights().is_some() {
            return None;
        }
        match interval {
            Interval::Agreeing(bins) => Some(self.in_bins(bins).interval(level)),
            Interval::Gap => Some(self.promised().gap_interval(level)),
            Interval::Percentile
            | Interval::Share { .. }
            | Interval::Centred { .. }
            | Interval::Own => None,
        }
    }

    fn promised(&self) -> Promised<'_> {
        Promised {
            log_odds: &self.softmax().log_odds,
            hits: self.right(),
        }
    }

    /// A figure of the rows, each of which counts once.
    fn once(&self, figure: impl Fn(&WeightedClasses<'_>) -> f64) -> f64 {
        let (once, rows) = (vec![1.0; self.rows()], self.rows() as f64);
        figure(&WeightedClasses::new(
            self,
            (&once, rows),
            Some((&once, rows)),
        ))
    }

    fn in_bins(&self, bins: Bins) -> BinnedAnswers {
        BinnedAnswers::new(&self.cells(bins))
    }

    /// Two-sided p-value of the rank sum of right answers among all, by the normal distribution without a correction for ties, which
    /// would only lower it.
    ///
    /// # Source
    /// Mann & Whitney 1947, <https://doi.org/10.1214/aoms/1177730491>.
    fn p_of_order(&self) -> Option<f64> {
        let (rows, right) = (self.rows() as f64, self.right() as f64);
        let wrong = rows - right;
        let area = self.once(|weighted| weighted.curve(|curve| curve.failure_auroc()));
        let sd = ((rows + 1.0) / (12.0 * right * wrong)).sqrt();
        sd.is_finite()
            .then(|| (2.0 * normal_upper_tail((area - 0.5).abs() / sd)).min(1.0))
    }
}
