//! Reliability bins: how often predictions of a given confidence are right, and what their gaps sum up to.
//!
//! Everything here takes a weight for each row. Weights of one give the plain figures, the counts of a
//! resample a replicate; weight 2 is a row that stands there twice.

use serde::{Deserialize, Serialize};

use super::cells::{Cell, MassCells, WidthCells, by_confidence};
use crate::check::{finite, length, unit_interval};
use crate::distribution::normal_quantile;
use crate::interval::wilson;
use crate::{AuditError, Logits, Result};

/// The number of bins of Guo et al. 2017, the default everywhere.
pub const DEFAULT_BINS: usize = 15;

/// Confidence level of the accuracy interval in every bin.
const BIN_LEVEL: f64 = 0.95;

/// Which end of a bin belongs to it. The two conventions differ only for confidences on an edge.
///
/// A confidence of exactly 1 counts in the last bin and one of exactly 0 in the first, either way: a sure
/// prediction is judged with its neighbours. torchmetrics gives confidences of 1 a bin of their own
/// (its issue 3510), which turns an ECE of 0.475 into 0.525 on two predictions; netcal and Guo et al. do as
/// is done here. Edges are those of `numpy.linspace` in double precision, so with 15 bins a confidence of
/// `k / 15` lies where its own rounding puts it; libraries that compute in single precision differ there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BinEdge {
    /// `[lo, hi)`, the last bin `[lo, 1]`: netcal, and torchmetrics but for confidences of 1.
    LeftClosed,
    /// `(lo, hi]`, the first bin `[0, hi]`: Guo et al. 2017. The default.
    #[default]
    RightClosed,
}

/// Bins of equal width over `[0, 1]`; [`DEFAULT_BINS`] of them, right-closed, unless said otherwise.
///
/// The edges are `k * (1 / bins)` as `numpy.linspace` computes them. Comparing with the rounded edges,
/// instead of multiplying by the number of bins, puts a confidence that lies on an edge where numpy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EqualWidth {
    /// Number of bins, at least 1.
    pub bins: usize,
    /// Which end belongs to a bin.
    pub edge: BinEdge,
}

impl Default for EqualWidth {
    fn default() -> Self {
        Self {
            bins: DEFAULT_BINS,
            edge: BinEdge::default(),
        }
    }
}

impl EqualWidth {
    pub(crate) fn check(self) -> Result<()> {
        at_least_one_bin(self.bins)
    }

    fn edge(self, k: usize) -> f64 {
        if k == self.bins {
            1.0
        } else {
            k as f64 * (1.0 / self.bins as f64)
        }
    }

    /// The bin of a confidence.
    pub(crate) fn bin(self, confidence: f64) -> usize {
        let last = self.bins - 1;
        let place = confidence * self.bins as f64;
        let mut bin = (place as usize).min(last);
        // Only next to an edge can rounding matter.
        if (place - bin as f64 - 0.5).abs() < 0.499_999 {
            return bin;
        }
        let below = |k: usize| match self.edge {
            BinEdge::LeftClosed => confidence < self.edge(k),
            BinEdge::RightClosed => confidence <= self.edge(k),
        };
        // The product is within one bin of the truth; the edges decide.
        while bin > 0 && below(bin) {
            bin -= 1;
        }
        while bin < last && !below(bin + 1) {
            bin += 1;
        }
        bin
    }
}

/// One bar of a reliability diagram.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ReliabilityBin {
    /// Lower end of the bin; for equal-mass bins the smallest confidence in it.
    pub lower: f64,
    /// Upper end of the bin; for equal-mass bins the largest confidence in it.
    pub upper: f64,
    /// Number of predictions in the bin.
    pub count: usize,
    /// Mean confidence; `None` in an empty bin.
    pub confidence: Option<f64>,
    /// Share of correct predictions; `None` in an empty bin.
    pub accuracy: Option<f64>,
    /// Lower end of the 95 % Wilson interval of the accuracy; 0 in an empty bin.
    pub low: f64,
    /// Upper end of the 95 % Wilson interval of the accuracy; 1 in an empty bin.
    pub high: f64,
}

impl ReliabilityBin {
    /// `repeats` models judged the same rows: their predictions are no independent trials, and the interval
    /// is that of `count / repeats`.
    fn new(lower: f64, upper: f64, cell: Cell, repeats: usize) -> Self {
        let filled = cell.count > 0.0;
        let trials = cell.count / repeats as f64;
        let z = normal_quantile(0.5 + BIN_LEVEL / 2.0);
        let accuracy = filled.then(|| cell.accuracy());
        let (low, high) = accuracy.map_or((0.0, 1.0), |share| wilson(share * trials, trials, z));
        Self {
            lower,
            upper,
            count: cell.count as usize,
            confidence: filled.then(|| cell.confidence()),
            accuracy,
            low,
            high,
        }
    }
}

/// Bins of equal width over `[0, 1]`, empty ones included.
///
/// # Shapes
/// - `confidence`, `correct`: `[rows]`
/// - returns: `[bins]`, by increasing confidence
///
/// # Errors
/// No bins, empty input, different lengths, a confidence outside `[0, 1]`.
///
/// # Source
/// Guo et al. 2017, <https://arxiv.org/abs/1706.04599>.
pub fn equal_width_bins(
    confidence: &[f64],
    correct: &[bool],
    bins: usize,
    edge: BinEdge,
) -> Result<Vec<ReliabilityBin>> {
    reliability_diagram(confidence, correct, 1, EqualWidth { bins, edge })
}

/// [`equal_width_bins`] over the predictions of `models` models on the same rows, one after the other.
///
/// Bins count predictions, intervals count each row once: the same row judged five times is one trial.
///
/// # Shapes
/// - `confidence`, `correct`: `[models * rows]`
///
/// # Errors
/// As [`equal_width_bins`]; no models.
pub fn reliability_diagram(
    confidence: &[f64],
    correct: &[bool],
    models: usize,
    width: EqualWidth,
) -> Result<Vec<ReliabilityBin>> {
    width.check()?;
    predictions_fit(confidence, correct)?;
    if models == 0 {
        return Err(AuditError::Empty { what: "models" });
    }
    let cells = WidthCells::new(confidence.iter().copied(), |row| correct[row], width);
    let cells = cells.sums(&vec![1.0; correct.len()]);
    let bar = |(k, cell)| ReliabilityBin::new(width.edge(k), width.edge(k + 1), cell, models);
    Ok(cells.into_iter().enumerate().map(bar).collect())
}

/// Bins of equal size: rows sorted by confidence (ties in given order) and split into `bins` groups,
/// the first `rows mod bins` of them one larger, as `numpy.array_split` does.
///
/// # Shapes
/// As [`equal_width_bins`]. With fewer rows than bins the last bins are empty and span nothing.
///
/// # Errors
/// As [`equal_width_bins`].
pub fn equal_mass_bins(
    confidence: &[f64],
    correct: &[bool],
    bins: usize,
) -> Result<Vec<ReliabilityBin>> {
    at_least_one_bin(bins)?;
    predictions_fit(confidence, correct)?;
    let order = by_confidence(confidence);
    let mass = MassCells::new(&order, confidence, correct, bins);
    let cells = mass.sums(&vec![1.0; order.len()], order.len() as f64);
    let (mut start, mut out) = (0, Vec::with_capacity(bins));
    for cell in cells {
        let end = start + cell.count as usize;
        let last = confidence[order[end.saturating_sub(1)]];
        let first = if end > start {
            confidence[order[start]]
        } else {
            last
        };
        out.push(ReliabilityBin::new(first, last, cell, 1));
        start = end;
    }
    Ok(out)
}

/// The gaps between confidence and accuracy over the bins, each in `[0, 1]`.
///
/// ```text
/// gap_b = |accuracy_b - confidence_b|      w_b = count_b / Σ count
/// l1  = Σ w_b gap_b              expected calibration error (ECE)
/// l2  = sqrt(Σ w_b gap_b²)       root mean square calibration error
/// max = max_b gap_b              maximum calibration error (MCE), over bins that are not empty
/// ```
///
/// From [`equal_width_bins`] these are the usual ECE and MCE, from [`equal_mass_bins`] their equal-mass
/// forms. All are 0 without predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CalibrationError {
    /// Expected calibration error.
    pub l1: f64,
    /// Root mean square calibration error.
    pub l2: f64,
    /// Maximum calibration error.
    pub max: f64,
}

impl CalibrationError {
    /// Sums up the bins of one reliability diagram.
    pub fn of(bins: &[ReliabilityBin]) -> Self {
        Self::over(bins.iter().filter_map(Gap::of_bin))
    }

    pub(crate) fn of_cells(cells: &[Cell]) -> Self {
        Self::over(cells.iter().filter_map(Gap::of_cell))
    }

    fn over(gaps: impl Iterator<Item = Gap> + Clone) -> Self {
        let total = gaps.clone().map(|gap| gap.count).sum::<f64>().max(1.0);
        let (mut l1, mut square, mut max) = (0.0, 0.0, 0.0_f64);
        for Gap {
            count,
            accuracy,
            confidence,
        } in gaps
        {
            let (gap, weight) = ((accuracy - confidence).abs(), count / total);
            l1 += weight * gap;
            square += weight * gap * gap;
            max = max.max(gap);
        }
        Self {
            l1,
            l2: square.sqrt(),
            max,
        }
    }
}

/// The expected calibration error of a classifier over [`DEFAULT_BINS`] bins of equal width, in `[0, 1]`.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn calibration_error(logits: &Logits<'_>, labels: &[usize]) -> Result<f64> {
    let (confidence, hits) = (logits.confidences(), logits.hits(labels)?);
    let bins = reliability_diagram(&confidence, &hits, 1, EqualWidth::default())?;
    Ok(CalibrationError::of(&bins).l1)
}

/// Root mean square calibration error without the part that chance adds, in `[0, 1]`.
///
/// ```text
/// sqrt(max(0, Σ_b w_b ((accuracy_b - confidence_b)² - accuracy_b (1 - accuracy_b) / (n_b - 1))))
/// ```
///
/// Even a perfectly calibrated model has gaps in finite bins; their expected square is subtracted. Bins
/// with a single prediction show no variance and add nothing.
///
/// # Source
/// Kumar, Liang & Ma 2019, <https://arxiv.org/abs/1909.10155>, section 5.
pub fn debiased_calibration_error(bins: &[ReliabilityBin]) -> f64 {
    debiased(bins.iter().filter_map(Gap::of_bin))
}

pub(crate) fn debiased_of_cells(cells: &[Cell]) -> f64 {
    debiased(cells.iter().filter_map(Gap::of_cell))
}

fn debiased(gaps: impl Iterator<Item = Gap>) -> f64 {
    let (mut total, mut square) = (0.0, 0.0);
    for Gap {
        count,
        accuracy,
        confidence,
    } in gaps
    {
        total += count;
        if count >= 2.0 {
            let gap = confidence - accuracy;
            square += count * (gap * gap - accuracy * (1.0 - accuracy) / (count - 1.0));
        }
    }
    (square / f64::max(total, 1.0)).max(0.0).sqrt()
}

/// What a bin that is not empty says.
#[derive(Clone, Copy)]
struct Gap {
    count: f64,
    accuracy: f64,
    confidence: f64,
}

impl Gap {
    fn of_bin(bin: &ReliabilityBin) -> Option<Self> {
        Some(Self {
            count: bin.count as f64,
            accuracy: bin.accuracy?,
            confidence: bin.confidence?,
        })
    }

    fn of_cell(cell: &Cell) -> Option<Self> {
        (cell.count > 0.0).then(|| Self {
            count: cell.count,
            accuracy: cell.accuracy(),
            confidence: cell.confidence(),
        })
    }
}

/// Refuses confidences that are none, and another number of outcomes.
pub(crate) fn predictions_fit(confidence: &[f64], correct: &[bool]) -> Result<()> {
    finite("confidence", confidence)?;
    length("correct", correct.len(), confidence.len())?;
    unit_interval("confidence", confidence)
}

fn at_least_one_bin(bins: usize) -> Result<()> {
    if bins > 0 {
        return Ok(());
    }
    Err(AuditError::OutOfRange {
        what: "bins",
        range: "[1, inf)",
        value: 0.0,
    })
}

#[cfg(test)]
mod tests {
    use super::{BinEdge, EqualWidth};

    /// `numpy.linspace(0, 1, 11)[3]` is 0.30000000000000004, so the number 0.3 lies below that edge.
    #[test]
    fn edges_are_rounded_as_numpy_rounds_them() {
        let width = |edge| EqualWidth { bins: 10, edge };
        for edge in [BinEdge::LeftClosed, BinEdge::RightClosed] {
            assert_eq!(width(edge).bin(0.3), 2);
        }
        let on_the_edge = 3.0 * 0.1;
        assert_eq!(width(BinEdge::LeftClosed).bin(on_the_edge), 3);
        assert_eq!(width(BinEdge::RightClosed).bin(on_the_edge), 2);
    }
}
