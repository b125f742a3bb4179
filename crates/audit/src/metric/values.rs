//! Real-valued predictions beside the truth, prepared so that any weights on the rows are cheap.

use std::cell::OnceCell;

use super::Settings;
use super::classes::MISCOVERAGE;
use crate::calibration::by_confidence;
use crate::check::constant;
use crate::conformal::IntervalFigures;
use crate::distribution::normal_quantile;
use crate::interval::{ProportionMethod, mean, proportion_interval};
use crate::predictive::{
    Predictive, distance_from_uniform, gaussian_crps, integral_transform, pinball_loss,
    poisson_deviance,
};
use crate::{Estimate, Result};

/// Predictions and targets of the same rows, checked by the caller.
pub(crate) struct Values<'a> {
    predictive: Predictive<'a>,
    predictions: &'a [f64],
    targets: &'a [f64],
    settings: Settings<'a>,
    /// `prediction - target`.
    errors: Vec<f64>,
    /// Targets from their mean: a variance taken from raw squares would lose its digits.
    centred: Vec<f64>,
    /// The largest square of a centred target; 0 if all targets are equal.
    scale: f64,
    nll: OnceCell<Vec<f64>>,
    crps: OnceCell<Vec<f64>>,
    transforms: OnceCell<Transforms>,
    intervals: OnceCell<Option<IntervalFigures>>,
}

/// Integral transforms, sorted.
struct Transforms {
    order: Vec<usize>,
    sorted: Vec<f64>,
}

impl<'a> Values<'a> {
    pub(crate) fn new(
        predictions: &'a [f64],
        targets: &'a [f64],
        predictive: Predictive<'a>,
        settings: Settings<'a>,
    ) -> Self {
        let centre = mean(targets);
        let centred: Vec<f64> = targets.iter().map(|y| y - centre).collect();
        let largest = centred.iter().map(|d| d * d).fold(0.0, f64::max);
        Self {
            predictive,
            predictions,
            targets,
            settings,
            errors: predictions
                .iter()
                .zip(targets)
                .map(|(f, y)| f - y)
                .collect(),
            scale: if constant(targets) { 0.0 } else { largest },
            centred,
            nll: OnceCell::new(),
            crps: OnceCell::new(),
            transforms: OnceCell::new(),
            intervals: OnceCell::new(),
        }
    }

    pub(crate) fn weights(&self) -> Option<&'a [f64]> {
        self.settings.weights
    }

    pub(crate) fn rows(&self) -> usize {
        self.errors.len()
    }

    /// Share of targets within the central Gaussian interval, with its Wilson interval; `None` without a variance.
    ///
    /// ```text
    /// |f_i - y_i| <= σ Φ⁻¹((1 + nominal) / 2)
    /// ```
    pub(crate) fn coverage(&self, nominal: f64) -> Result<Option<Estimate>> {
        if !self.is_gaussian() {
            return Ok(None);
        }
        let factor = normal_quantile(0.5 + nominal / 2.0);
        let held = |&(row, error): &(usize, &f64)| error.abs() <= self.sigma(row) * factor;
        let held = self.errors.iter().enumerate().filter(held).count() as u64;
        let (rows, level) = (self.rows() as u64, self.settings.level);
        proportion_interval(held, rows, level, ProportionMethod::Wilson).map(Some)
    }

    /// Conformal 90 % intervals over random halves; `None` with too few rows, where they are infinite.
    pub(crate) fn intervals(&self) -> Option<IntervalFigures> {
        let measure = || {
            let (halves, level) = (self.settings.halves?, self.settings.level);
            let found = halves.intervals(&self.errors, MISCOVERAGE, level);
            Some(found).filter(|found| found.width.mean.is_finite())
        };
        *self.intervals.get_or_init(measure)
    }

    fn is_gaussian(&self) -> bool {
        self.predictive.variance(0).is_some()
    }

    /// Standard deviation of a row's Gaussian; NaN without one.
    fn sigma(&self, row: usize) -> f64 {
        self.predictive.variance(row).map_or(f64::NAN, f64::sqrt)
    }

    /// A score of each row's error `y - f` and deviation.
    fn scores(&self, score: fn(f64, f64) -> f64) -> Vec<f64> {
        let errors = self.errors.iter().enumerate();
        errors
            .map(|(row, error)| score(-error, self.sigma(row)))
            .collect()
    }

    fn transforms(&self) -> &Transforms {
        self.transforms.get_or_init(|| {
            let values = self.scores(integral_transform);
            let order = by_confidence(&values);
            Transforms {
                sorted: order.iter().map(|&row| values[row]).collect(),
                order,
            }
        })
    }
}

/// Predictions whose rows count as often as their weight says.
pub(crate) struct WeightedValues<'r> {
    rows: &'r Values<'r>,
    weights: &'r [f64],
    total: f64,
}

impl<'r> WeightedValues<'r> {
    /// `weights`: `[rows]`, with sum `total`.
    pub(crate) fn new(rows: &'r Values<'r>, weights: &'r [f64], total: f64) -> Self {
        Self {
            rows,
            weights,
            total,
        }
    }

    fn mean_of(&self, column: &[f64], of: impl Fn(f64) -> f64) -> f64 {
        let weighted = |(value, weight): (&f64, &f64)| weight * of(*value);
        column.iter().zip(self.weights).map(weighted).sum::<f64>() / self.total
    }

    pub(crate) fn mse(&self) -> f64 {
        self.mean_of(&self.rows.errors, |e| e * e)
    }

    pub(crate) fn mae(&self) -> f64 {
        self.mean_of(&self.rows.errors, f64::abs)
    }

    /// `1 - residual / total`; NaN if the targets that count are all equal.
    pub(crate) fn r2(&self) -> f64 {
        let offset = self.mean_of(&self.rows.centred, |d| d);
        let variance = self.mean_of(&self.rows.centred, |d| d * d) - offset * offset;
        if variance <= self.rows.scale * f64::EPSILON || self.rows.scale == 0.0 {
            f64::NAN
        } else {
            1.0 - self.mse() / variance
        }
    }

    /// NaN without a variance, as are the next two.
    pub(crate) fn gaussian_nll(&self) -> f64 {
        match self.rows.predictive {
            Predictive::Variance(sigma2) => {
                0.5 * (std::f64::consts::TAU * sigma2).ln() + self.mse() / (2.0 * sigma2)
            }
            Predictive::Variances(_) => {
                let column = || self.rows.scores(nll_of);
                self.mean_of(self.rows.nll.get_or_init(column), |nll| nll)
            }
            _ => f64::NAN,
        }
    }

    pub(crate) fn crps(&self) -> f64 {
        let rows = self.rows;
        if !rows.is_gaussian() {
            return f64::NAN;
        }
        let column = || rows.scores(gaussian_crps);
        self.mean_of(rows.crps.get_or_init(column), |score| score)
    }

    pub(crate) fn pit_ks(&self) -> f64 {
        if !self.rows.is_gaussian() {
            return f64::NAN;
        }
        let transforms = self.rows.transforms();
        let weights = transforms.order.iter().map(|&row| self.weights[row]);
        let counted = transforms.sorted.iter().copied().zip(weights);
        distance_from_uniform(counted, self.total)
    }

    /// NaN where values are no quantiles.
    pub(crate) fn pinball(&self) -> f64 {
        match self.rows.predictive {
            Predictive::Quantile(level) => {
                self.mean_of(&self.rows.errors, |e| pinball_loss(-e, level))
            }
            _ => f64::NAN,
        }
    }

    /// NaN where values are no means of counts.
    pub(crate) fn poisson_deviance(&self) -> f64 {
        if self.rows.predictive != Predictive::Poisson {
            return f64::NAN;
        }
        let pairs = self.rows.predictions.iter().zip(self.rows.targets);
        let of_row = |((&f, &y), weight): ((&f64, &f64), &f64)| weight * poisson_deviance(f, y);
        pairs.zip(self.weights).map(of_row).sum::<f64>() / self.total
    }
}

/// Negative log-likelihood of an error under a Gaussian of this deviation.
fn nll_of(error: f64, sigma: f64) -> f64 {
    (std::f64::consts::TAU.sqrt() * sigma).ln() + 0.5 * (error / sigma).powi(2)
}
