//! Reliability bins: how often predictions of a given confidence are right.

use serde::{Deserialize, Serialize};

use crate::distribution::normal_quantile;
use crate::finite::{finite, length};
use crate::interval::wilson;
use crate::{AuditError, Result};

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
    predictions_fit(confidence, correct, bins)?;
    let width = EqualWidth::new(bins, edge);
    let mut groups = vec![Vec::new(); bins];
    for (row, c) in confidence.iter().enumerate() {
        groups[width.bin(*c)].push(row);
    }
    let bar = |(b, rows): (usize, &Vec<usize>)| {
        reliability_bin(
            (width.edge(b), width.edge(b + 1)),
            rows,
            confidence,
            correct,
        )
    };
    Ok(groups.iter().enumerate().map(bar).collect())
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
    predictions_fit(confidence, correct, bins)?;
    let order = by_confidence(confidence);
    let mut start = 0;
    let mut out = Vec::with_capacity(bins);
    for size in array_split(order.len(), bins) {
        let rows = &order[start..start + size];
        let last = confidence[order[(start + size).saturating_sub(1)]];
        let span = (rows.first().map_or(last, |&row| confidence[row]), last);
        out.push(reliability_bin(span, rows, confidence, correct));
        start += size;
    }
    Ok(out)
}

/// The bin of a confidence among bins of equal width.
///
/// The edges are `k * (1 / bins)` as `numpy.linspace` computes them. Comparing with the rounded edges,
/// instead of multiplying by the number of bins, puts a confidence that lies on an edge where numpy does.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EqualWidth {
    bins: usize,
    edge: BinEdge,
}

impl EqualWidth {
    pub(crate) fn new(bins: usize, edge: BinEdge) -> Self {
        Self { bins, edge }
    }

    pub(crate) fn bins(&self) -> usize {
        self.bins
    }

    fn edge(&self, k: usize) -> f64 {
        if k == self.bins {
            1.0
        } else {
            k as f64 * (1.0 / self.bins as f64)
        }
    }

    pub(crate) fn bin(&self, confidence: f64) -> usize {
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

/// Sizes of `parts` groups of `n` rows, the first ones one larger, as `numpy.array_split` cuts.
pub(crate) fn array_split(n: usize, parts: usize) -> impl Iterator<Item = usize> {
    (0..parts).map(move |part| n / parts + usize::from(part < n % parts))
}

/// Row numbers by increasing confidence, ties in given order; confidences are not negative.
pub(crate) fn by_confidence(confidence: &[f64]) -> Vec<usize> {
    // The bits of numbers that are not negative are ordered as they are; `+ 0.0` makes -0 a 0.
    let keyed = |(row, c): (usize, &f64)| ((c + 0.0).to_bits(), row);
    let mut keys: Vec<(u64, usize)> = confidence.iter().enumerate().map(keyed).collect();
    keys.sort_unstable();
    keys.into_iter().map(|(_, row)| row).collect()
}

/// Recomputes the Wilson intervals as if each bin held `count / repeats` predictions.
///
/// Several refits judge the same rows, so their predictions are not independent trials.
pub(crate) fn with_effective_count(
    mut bins: Vec<ReliabilityBin>,
    repeats: usize,
) -> Vec<ReliabilityBin> {
    for bin in &mut bins {
        let trials = bin.count as f64 / repeats as f64;
        (bin.low, bin.high) = accuracy_interval(bin.accuracy, trials);
    }
    bins
}

fn accuracy_interval(accuracy: Option<f64>, trials: f64) -> (f64, f64) {
    let z = normal_quantile(0.5 + BIN_LEVEL / 2.0);
    accuracy.map_or((0.0, 1.0), |share| wilson(share * trials, trials, z))
}

fn reliability_bin(
    (lower, upper): (f64, f64),
    rows: &[usize],
    confidence: &[f64],
    correct: &[bool],
) -> ReliabilityBin {
    let count = rows.len();
    let share = |total: f64| (count > 0).then(|| total / count as f64);
    let accuracy = share(rows.iter().filter(|&&row| correct[row]).count() as f64);
    let (low, high) = accuracy_interval(accuracy, count as f64);
    let confidence = share(rows.iter().map(|&row| confidence[row]).sum());
    ReliabilityBin {
        lower,
        upper,
        count,
        confidence,
        accuracy,
        low,
        high,
    }
}

fn predictions_fit(confidence: &[f64], correct: &[bool], bins: usize) -> Result<()> {
    if bins == 0 {
        return Err(AuditError::OutOfRange {
            what: "bins",
            range: "[1, inf)",
            value: 0.0,
        });
    }
    finite("confidence", confidence)?;
    length("correct", correct.len(), confidence.len())?;
    match confidence.iter().find(|c| !(0.0..=1.0).contains(*c)) {
        Some(&value) => Err(AuditError::OutOfRange {
            what: "confidence",
            range: "[0, 1]",
            value,
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{BinEdge, EqualWidth};

    /// `numpy.linspace(0, 1, 11)[3]` is 0.30000000000000004, so the number 0.3 lies below that edge.
    #[test]
    fn edges_are_rounded_as_numpy_rounds_them() {
        for edge in [BinEdge::LeftClosed, BinEdge::RightClosed] {
            assert_eq!(EqualWidth::new(10, edge).bin(0.3), 2);
        }
        let on_the_edge = 3.0 * 0.1;
        assert_eq!(EqualWidth::new(10, BinEdge::LeftClosed).bin(on_the_edge), 3);
        assert_eq!(
            EqualWidth::new(10, BinEdge::RightClosed).bin(on_the_edge),
            2
        );
    }
}
