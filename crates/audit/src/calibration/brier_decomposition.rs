//! What a Brier score is made of: miscalibration, sharpness and the difficulty of the task.

use serde::{Deserialize, Serialize};

use super::{BinEdge, EqualWidth};
use crate::labels::labels_fit;
use crate::{AuditError, Logits, Result};

/// The parts of a Brier score, each summed over classes.
///
/// ```text
/// brier = reliability - resolution + uncertainty + within_bin
///
/// reliability = 1/n Σ_k Σ_b n_b (mean p_b - share_b)²      calibration, 0 is best
/// resolution  = 1/n Σ_k Σ_b n_b (share_b - share)²         sharpness, high is good
/// uncertainty = Σ_k share (1 - share)                      the labels' own
/// within_bin  = 1/n Σ_k Σ_b Σ_i (p_i - mean p_b)² - 2 (y_i - share_b)(p_i - mean p_b)
/// ```
///
/// `share_b` is how often class `k` occurs in bin `b`. The last part is what binning hides; it is 0 where
/// a bin holds equal forecasts only.
///
/// # Source
/// Murphy 1973, <https://doi.org/10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2>; the part within bins:
/// Stephenson, Coelho & Jolliffe 2008, <https://doi.org/10.1175/2007WAF2006116.1>.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct BrierDecomposition {
    /// Squared distance between forecasts and what they are followed by.
    pub reliability: f64,
    /// How far forecasts tell rows apart.
    pub resolution: f64,
    /// The Brier score of always forecasting the class frequencies.
    pub uncertainty: f64,
    /// Variance of forecasts within bins less twice their covariance with the labels there.
    pub within_bin: f64,
}

impl BrierDecomposition {
    /// The Brier score that the parts add up to.
    pub fn brier(&self) -> f64 {
        self.reliability - self.resolution + self.uncertainty + self.within_bin
    }

    /// Adds the parts of one class: `group[i] < groups` says which rows are compared with each other.
    fn add_class(
        &mut self,
        forecast: &[f64],
        occurs: &[bool],
        group: &[usize],
        cells: &mut [Cell],
    ) {
        cells.fill(Cell::default());
        for ((p, y), &g) in forecast.iter().zip(occurs).zip(group) {
            cells[g].count += 1.0;
            cells[g].forecast += p;
            cells[g].hits += f64::from(*y);
        }
        let n = forecast.len() as f64;
        let share = cells.iter().map(|cell| cell.hits).sum::<f64>() / n;
        for cell in cells.iter().filter(|cell| cell.count > 0.0) {
            let (forecast, hits) = (cell.forecast / cell.count, cell.hits / cell.count);
            self.reliability += cell.count * (forecast - hits).powi(2) / n;
            self.resolution += cell.count * (hits - share).powi(2) / n;
        }
        self.uncertainty += share * (1.0 - share);
        for ((p, y), &g) in forecast.iter().zip(occurs).zip(group) {
            let cell = &cells[g];
            let (above, hit) = (
                p - cell.forecast / cell.count,
                f64::from(*y) - cell.hits / cell.count,
            );
            self.within_bin += (above * above - 2.0 * hit * above) / n;
        }
    }
}

/// Rows of one bin.
#[derive(Clone, Copy, Default)]
struct Cell {
    count: f64,
    forecast: f64,
    hits: f64,
}

/// The decomposition over bins of equal width, each class binned by its own probability.
///
/// # Errors
/// Labels that do not fit the logits, no bins.
pub fn brier_decomposition(
    logits: &Logits<'_>,
    labels: &[usize],
    bins: usize,
    edge: BinEdge,
) -> Result<BrierDecomposition> {
    if bins == 0 {
        return Err(AuditError::OutOfRange {
            what: "bins",
            range: "[1, inf)",
            value: 0.0,
        });
    }
    let width = EqualWidth::new(bins, edge);
    over_classes(logits, labels, bins, |column| {
        column.iter().map(|p| width.bin(*p)).collect()
    })
}

/// The decomposition over groups of rows with equal forecasts: exact, `within_bin` is 0.
///
/// Two rows belong together if all their probabilities are equal. It says little where hardly any two
/// are: reliability is then the Brier score itself.
///
/// # Errors
/// Labels that do not fit the logits.
pub fn brier_decomposition_by_forecast(
    logits: &Logits<'_>,
    labels: &[usize],
) -> Result<BrierDecomposition> {
    labels_fit(logits, labels)?;
    let probabilities = logits.probabilities();
    let rows: Vec<&[f64]> = probabilities.chunks_exact(logits.classes()).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|&a, &b| {
        rows[a]
            .iter()
            .map(|p| p.to_bits())
            .cmp(rows[b].iter().map(|p| p.to_bits()))
    });
    let mut group = vec![0; rows.len()];
    let mut groups = 0;
    for equal in order.chunk_by(|&a, &b| rows[a] == rows[b]) {
        for &row in equal {
            group[row] = groups;
        }
        groups += 1;
    }
    over_classes(logits, labels, groups, |_| group.clone())
}

fn over_classes(
    logits: &Logits<'_>,
    labels: &[usize],
    groups: usize,
    group: impl Fn(&[f64]) -> Vec<usize>,
) -> Result<BrierDecomposition> {
    labels_fit(logits, labels)?;
    let probabilities = logits.probabilities();
    let mut parts = BrierDecomposition::default();
    let mut cells = vec![Cell::default(); groups];
    for class in 0..logits.classes() {
        let column: Vec<f64> = probabilities
            .iter()
            .skip(class)
            .step_by(logits.classes())
            .copied()
            .collect();
        let occurs: Vec<bool> = labels.iter().map(|&label| label == class).collect();
        parts.add_class(&column, &occurs, &group(&column), &mut cells);
    }
    Ok(parts)
}
