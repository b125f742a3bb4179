//! A classifier's predictions beside the truth, prepared so that any weights on the rows are cheap.

use std::cell::OnceCell;

use super::Bins;
use super::confusion::Confusion;
use crate::calibration::{
    BrierParts, CalibrationError, CalibrationSlope, Cell, EqualWidth, MassCells, SharpnessLoss,
    SmoothGaps, WidthCells, by_confidence, debiased_of_cells, most_monotone_bins, slope_of,
};
use crate::conformal::{Halves, SetFigures, SetScore};
use crate::distribution::normal_quantile;
use crate::logits::first_maximum;
use crate::ood::{Ranking, Tie};
use crate::probabilities::{Softmax, centred_square};
use crate::selective::{RiskCoverage, Surest};
use crate::{AuditError, Estimate, Logits, Result};

/// The miscoverage of the metrics that end in `_90`.
pub(crate) const MISCOVERAGE: f64 = 0.1;

/// What estimates need beside predictions and truth.
#[derive(Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub(crate) width: EqualWidth,
    /// Confidence level of intervals.
    pub(crate) level: f64,
    /// Random halves of the rows; `None` for a single row.
    pub(crate) halves: Option<&'a Halves>,
    /// Where the search for the best temperature begins.
    pub(crate) temperature: Option<f64>,
    /// Sample weights of the rows; `None` where all count alike.
    pub(crate) weights: Option<&'a [f64]>,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self {
            width: EqualWidth::default(),
            level: 0.95,
            halves: None,
            temperature: None,
            weights: None,
        }
    }
}

/// Predictions and labels of the same rows; what several metrics share is computed once, when first asked for.
pub(crate) struct Classes<'a> {
    logits: Logits<'a>,
    labels: &'a [usize],
    settings: Settings<'a>,
    prediction: Vec<usize>,
    hits: Vec<bool>,
    softmax: OnceCell<Softmax>,
    nll: OnceCell<Vec<f64>>,
    brier: OnceCell<Vec<f64>>,
    entropy: OnceCell<Vec<f64>>,
    logit_square: OnceCell<Vec<f64>>,
    order: OnceCell<Vec<usize>>,
    top: OnceCell<WidthCells>,
    mass: OnceCell<MassCells>,
    sweep: OnceCell<MassCells>,
    by_class: OnceCell<Vec<WidthCells>>,
    smooth: OnceCell<SmoothGaps>,
    surest: OnceCell<Surest>,
    one_vs_rest: OnceCell<Vec<Ranking>>,
    slope: OnceCell<Option<CalibrationSlope>>,
    least_ambiguous: OnceCell<Option<SetFigures>>,
    adaptive: OnceCell<Option<SetFigures>>,
}

impl<'a> Classes<'a> {
    /// Labels must fit the logits.
    pub(crate) fn new(logits: Logits<'a>, labels: &'a [usize], settings: Settings<'a>) -> Self {
        let prediction: Vec<usize> = logits.iter_rows().map(first_maximum).collect();
        let pairs = prediction.iter().zip(labels);
        Self {
            hits: pairs.map(|(p, y)| p == y).collect(),
            prediction,
            logits,
            labels,
            settings,
            softmax: OnceCell::new(),
            nll: OnceCell::new(),
            brier: OnceCell::new(),
            entropy: OnceCell::new(),
            logit_square: OnceCell::new(),
            order: OnceCell::new(),
            top: OnceCell::new(),
            mass: OnceCell::new(),
            sweep: OnceCell::new(),
            by_class: OnceCell::new(),
            smooth: OnceCell::new(),
            surest: OnceCell::new(),
            one_vs_rest: OnceCell::new(),
            slope: OnceCell::new(),
            least_ambiguous: OnceCell::new(),
            adaptive: OnceCell::new(),
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.labels.len()
    }

    pub(crate) fn weights(&self) -> Option<&'a [f64]> {
        self.settings.weights
    }

    pub(crate) fn softmax(&self) -> &Softmax {
        self.softmax.get_or_init(|| Softmax::of(&self.logits))
    }

    fn confidence(&self) -> &[f64] {
        &self.softmax().confidence
    }

    /// Row numbers by increasing confidence.
    fn order(&self) -> &[usize] {
        self.order.get_or_init(|| by_confidence(self.confidence()))
    }

    /// Number of rows that are predicted correctly.
    pub(super) fn right(&self) -> usize {
        self.hits.iter().filter(|hit| **hit).count()
    }

    /// Bins of the predicted class, every row once.
    pub(super) fn cells(&self, bins: Bins) -> Vec<Cell> {
        let once = vec![1.0; self.rows()];
        match bins {
            Bins::Width => self.top_cells().sums(&once),
            Bins::Mass => {
                let cells = || self.mass(self.settings.width.bins);
                self.mass.get_or_init(cells).sums(&once, once.len() as f64)
            }
        }
    }

    fn top_cells(&self) -> &WidthCells {
        self.top.get_or_init(|| {
            let confidence = self.confidence().iter().copied();
            WidthCells::new(confidence, |row| self.hits[row], self.settings.width)
        })
    }

    fn mass(&self, bins: usize) -> MassCells {
        MassCells::new(self.order(), self.confidence(), &self.hits, bins)
    }

    /// The regression of being right on the confidence; `None` where data separate.
    fn slope(&self) -> Result<Option<CalibrationSlope>> {
        if let Some(found) = self.slope.get() {
            return Ok(*found);
        }
        let found = match slope_of(&self.softmax().log_odds, &self.hits) {
            Ok(found) => Some(found),
            Err(AuditError::Undefined { .. }) => None,
            Err(error) => return Err(error),
        };
        Ok(*self.slope.get_or_init(|| found))
    }

    /// Slope of that regression with its normal interval.
    pub(crate) fn slope_estimate(&self) -> Result<Option<Estimate>> {
        let found = self.slope()?;
        Ok(found.map(|found| self.around(found.slope, found.slope_se)))
    }

    /// Its intercept.
    pub(crate) fn intercept_estimate(&self) -> Result<Option<Estimate>> {
        let found = self.slope()?;
        Ok(found.map(|found| self.around(found.intercept, found.intercept_se)))
    }

    /// A figure with its normal interval.
    fn around(&self, value: f64, standard_error: f64) -> Estimate {
        let half = normal_quantile(0.5 + self.settings.level / 2.0) * standard_error;
        Estimate {
            mean: value,
            low: value - half,
            high: value + half,
            n: self.rows(),
        }
    }

    /// The factor on the logits that suits these rows best, `1 / T`; `None` where there is none.
    ///
    /// The search starts from a temperature found on other rows, which is near.
    pub(crate) fn sharpness_estimate(&self) -> Option<Estimate> {
        let loss = SharpnessLoss::new(&self.logits, self.labels);
        let start = self.settings.temperature.unwrap_or(1.0);
        let found = loss.stationary(start).or_else(|| loss.stationary(1.0))?;
        Some(self.around(found.sharpness, 1.0 / found.information.sqrt()))
    }

    /// Least ambiguous 90 % sets over random halves; `None` for a single row, which cannot be halved.
    pub(crate) fn least_ambiguous_sets(&self) -> Option<SetFigures> {
        *self
            .least_ambiguous
            .get_or_init(|| self.sets(SetScore::Lac))
    }

    /// Adaptive 90 % sets.
    pub(crate) fn adaptive_sets(&self) -> Option<SetFigures> {
        let score = SetScore::Aps { randomised: true };
        *self.adaptive.get_or_init(|| self.sets(score))
    }

    fn sets(&self, score: SetScore) -> Option<SetFigures> {
        let (halves, softmax) = (self.settings.halves?, self.softmax());
        let scores = score.of_probabilities(&softmax.probabilities, softmax.classes, 0);
        let level = self.settings.level;
        Some(halves.sets(&scores, self.labels, MISCOVERAGE, level))
    }
}

/// Predictions whose rows count as often as their weight says, and sums that several metrics share.
pub(crate) struct WeightedClasses<'r> {
    rows: &'r Classes<'r>,
    weights: &'r [f64],
    total: f64,
    /// Whole numbers with their sum, for figures of an order of rows; absent where weights are not whole.
    counts: Option<(&'r [f64], f64)>,
    top: OnceCell<CalibrationError>,
    mass: OnceCell<Option<Vec<Cell>>>,
    by_class: OnceCell<(f64, BrierParts)>,
    curve: OnceCell<Option<RiskCoverage>>,
    confusion: OnceCell<Confusion>,
}

impl<'r> WeightedClasses<'r> {
    /// `weights`: `[rows]`, with sum `total`; `counts`: the same of whole numbers.
    pub(crate) fn new(
        rows: &'r Classes<'r>,
        (weights, total): (&'r [f64], f64),
        counts: Option<(&'r [f64], f64)>,
    ) -> Self {
        Self {
            rows,
            weights,
            total,
            counts,
            top: OnceCell::new(),
            mass: OnceCell::new(),
            by_class: OnceCell::new(),
            curve: OnceCell::new(),
            confusion: OnceCell::new(),
        }
    }

    fn mean(&self, of_row: impl Fn(usize) -> f64) -> f64 {
        let weighted = |(row, weight): (usize, &f64)| weight * of_row(row);
        self.weights.iter().enumerate().map(weighted).sum::<f64>() / self.total
    }

    fn mean_of(&self, column: &[f64]) -> f64 {
        self.mean(|row| column[row])
    }

    pub(crate) fn accuracy(&self) -> f64 {
        self.mean(|row| f64::from(self.rows.hits[row]))
    }

    pub(crate) fn confidence(&self) -> f64 {
        self.mean_of(self.rows.confidence())
    }

    pub(crate) fn confidence_gap(&self) -> f64 {
        let confidence = self.rows.confidence();
        self.mean(|row| confidence[row] - f64::from(self.rows.hits[row]))
    }

    pub(crate) fn nll(&self) -> f64 {
        let rows = self.rows;
        let column = || rows.softmax().nll(&rows.logits, rows.labels);
        self.mean_of(rows.nll.get_or_init(column))
    }

    pub(crate) fn brier(&self) -> f64 {
        let rows = self.rows;
        self.mean_of(rows.brier.get_or_init(|| rows.softmax().brier(rows.labels)))
    }

    pub(crate) fn entropy(&self) -> f64 {
        let rows = self.rows;
        self.mean_of(
            rows.entropy
                .get_or_init(|| rows.softmax().entropy(&rows.logits)),
        )
    }

    pub(crate) fn logit_scale(&self) -> f64 {
        let rows = self.rows;
        let column = || rows.logits.iter_rows().map(centred_square).collect();
        self.mean_of(rows.logit_square.get_or_init(column)).sqrt()
    }

    /// Gaps of the predicted class over bins of equal width.
    pub(crate) fn top(&self) -> &CalibrationError {
        let cells = self.rows.top_cells();
        self.top
            .get_or_init(|| CalibrationError::of_cells(&cells.sums(self.weights)))
    }

    /// `None` where weights are not whole.
    fn mass(&self) -> Option<&[Cell]> {
        let rows = self.rows;
        let sums = || {
            let (counts, total) = self.counts?;
            let cells = rows
                .mass
                .get_or_init(|| rows.mass(rows.settings.width.bins));
            Some(cells.sums(counts, total))
        };
        self.mass.get_or_init(sums).as_deref()
    }

    pub(crate) fn ece_equal_mass(&self) -> f64 {
        let of_cells = |cells| CalibrationError::of_cells(cells).l1;
        self.mass().map_or(f64::NAN, of_cells)
    }

    pub(crate) fn ece_debiased(&self) -> f64 {
        self.mass().map_or(f64::NAN, debiased_of_cells)
    }

    /// Over the number of bins that stays monotone on rows counted once.
    pub(crate) fn ece_sweep(&self) -> f64 {
        let rows = self.rows;
        let Some((counts, total)) = self.counts else {
            return f64::NAN;
        };
        let prepare = || rows.mass(most_monotone_bins(rows.order(), &rows.hits));
        let cells = rows.sweep.get_or_init(prepare).sums(counts, total);
        CalibrationError::of_cells(&cells).l1
    }

    pub(crate) fn smooth_ece(&self) -> f64 {
        let rows = self.rows;
        let prepare = || SmoothGaps::new(rows.confidence(), &rows.hits);
        let gaps = rows.smooth.get_or_init(prepare);
        gaps.error(self.weights, self.total)
    }

    fn by_class(&self) -> &(f64, BrierParts) {
        let rows = self.rows;
        let (width, classes) = (rows.settings.width, rows.logits.classes());
        let prepare = || {
            let of_class = |class: usize| {
                let column = rows.softmax().probabilities.iter().skip(class);
                let column = column.step_by(classes).copied();
                WidthCells::new(column, |row| rows.labels[row] == class, width)
            };
            (0..classes).map(of_class).collect()
        };
        let cells: &Vec<WidthCells> = rows.by_class.get_or_init(prepare);
        self.by_class.get_or_init(|| {
            let (mut expected, mut parts) = (0.0, BrierParts::default());
            for cells in cells {
                let cells = cells.sums(self.weights);
                expected += CalibrationError::of_cells(&cells).l1;
                parts.add(&cells, self.total);
            }
            (expected / classes as f64, parts)
        })
    }

    pub(crate) fn ece_classwise(&self) -> f64 {
        self.by_class().0
    }

    pub(crate) fn brier_parts(&self) -> BrierParts {
        self.by_class().1
    }

    /// A figure of the error rates by share of rows answered; NaN where weights are not whole.
    pub(crate) fn curve(&self, figure: impl Fn(&RiskCoverage) -> f64) -> f64 {
        let rows = self.rows;
        let curve = || {
            let (counts, total) = self.counts?;
            let prepare = || Surest::new(rows.order(), rows.confidence(), &rows.hits);
            Some(rows.surest.get_or_init(prepare).curve(counts, total))
        };
        self.curve
            .get_or_init(curve)
            .as_ref()
            .map_or(f64::NAN, figure)
    }

    pub(crate) fn confusion(&self) -> &Confusion {
        let rows = self.rows;
        let count = || {
            Confusion::of(
                rows.labels,
                &rows.prediction,
                self.weights,
                rows.logits.classes(),
            )
        };
        self.confusion.get_or_init(count)
    }

    /// A figure of how each class is told from the others, by its probability: the mean over classes that occur
    /// beside others, of two classes that of the second.
    pub(crate) fn one_vs_rest(&self, figure: fn(&[Tie]) -> f64) -> f64 {
        let rankings = self.rows.one_vs_rest.get_or_init(|| self.rows.rankings());
        let (mut ties, mut figures) = (Vec::new(), Vec::with_capacity(rankings.len()));
        for ranking in rankings {
            ranking.fill(self.weights, &mut ties);
            figures.push(figure(&ties));
        }
        figures.retain(|figure| figure.is_finite());
        figures.iter().sum::<f64>() / figures.len() as f64
    }
}

impl Classes<'_> {
    /// Rows by each class's log-probability, rows of the class as those to find; of two classes by the log-odds of
    /// the second, which do not saturate.
    pub(crate) fn rankings(&self) -> Vec<Ranking> {
        let rank =
            |class: usize, scores: &[f64]| Ranking::of(scores, |row| self.labels[row] != class);
        if self.logits.classes() == 2 {
            let odds: Vec<f64> = self.logits.iter_rows().map(|row| row[1] - row[0]).collect();
            return vec![rank(1, &odds)];
        }
        let log_sum = &self.softmax().log_sum;
        let of_class = |class: usize| {
            let rows = self.logits.iter_rows().zip(log_sum);
            let scores: Vec<f64> = rows.map(|(row, log_sum)| row[class] - log_sum).collect();
            rank(class, &scores)
        };
        (0..self.logits.classes()).map(of_class).collect()
    }
}
