//! Calibration errors over bins of equal width.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use crate::calibration::EqualWidth;
use crate::{Logits, Result};

/// Gaps between a probability and what it predicts, rows gathered by bin.
///
/// The bin of a row never changes, so a resample is one pass over each bin's rows.
struct BinnedGaps {
    rows: Vec<u32>,
    gaps: Vec<f64>,
    ends: Vec<usize>,
}

impl BinnedGaps {
    fn new(probability: &[f64], hit: impl Fn(usize) -> bool, width: EqualWidth) -> Self {
        let mut by_bin = vec![Vec::new(); width.bins()];
        for (row, p) in probability.iter().enumerate() {
            by_bin[width.bin(*p)].push(row);
        }
        let (mut rows, mut gaps, mut ends) = (Vec::new(), Vec::new(), Vec::new());
        for bin in by_bin.iter().filter(|bin| !bin.is_empty()) {
            rows.extend(bin.iter().map(|&row| row as u32));
            gaps.extend(
                bin.iter()
                    .map(|&row| probability[row] - f64::from(hit(row))),
            );
            ends.push(rows.len());
        }
        Self { rows, gaps, ends }
    }

    /// Sum of counts and sum of counted gaps of each bin that holds rows.
    fn sums<'a>(&'a self, counts: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let members = self.rows[start..end].iter().zip(&self.gaps[start..end]);
            start = end;
            members.fold((0.0, 0.0), |(n, sum), (&row, gap)| {
                let count = counts[row as usize];
                (n + count, sum + count * gap)
            })
        })
    }
}

/// Expected and maximum calibration error of the predicted class.
pub(crate) struct TopLabelGaps {
    gaps: BinnedGaps,
    rows: usize,
    names: &'static [&'static str],
}

impl TopLabelGaps {
    /// `names` are those of the expected and, if wanted, of the maximum calibration error.
    pub(crate) fn new(
        confidence: &[f64],
        correct: &[bool],
        width: EqualWidth,
        names: &'static [&'static str],
    ) -> Self {
        let gaps = BinnedGaps::new(confidence, |row| correct[row], width);
        Self {
            gaps,
            rows: confidence.len(),
            names,
        }
    }
}

impl Panel for TopLabelGaps {
    fn metrics(&self) -> Vec<Metric> {
        self.names
            .iter()
            .map(|&name| Metric::gap(name, self.rows))
            .collect()
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        let (mut total, mut largest) = (0.0, 0.0_f64);
        for (n, sum) in self.gaps.sums(draw.rows()) {
            total += sum.abs();
            // A bin that no drawn row falls into has 0 / 0, which `max` ignores.
            largest = largest.max(sum.abs() / n);
        }
        let both = [total / self.rows as f64, largest];
        values.extend(both.iter().take(self.names.len()));
    }
}

/// Mean over classes of each class's expected calibration error.
pub(crate) struct ClasswiseGaps {
    classes: Vec<BinnedGaps>,
    rows: usize,
}

impl ClasswiseGaps {
    pub(crate) fn new(logits: &Logits<'_>, labels: &[usize], width: EqualWidth) -> Result<Self> {
        crate::labels::labels_fit(logits, labels)?;
        let probabilities = logits.probabilities();
        let of_class = |class: usize| {
            let column: Vec<f64> = probabilities
                .chunks_exact(logits.classes())
                .map(|row| row[class])
                .collect();
            BinnedGaps::new(&column, |row| labels[row] == class, width)
        };
        Ok(Self {
            classes: (0..logits.classes()).map(of_class).collect(),
            rows: logits.rows(),
        })
    }
}

impl Panel for ClasswiseGaps {
    fn metrics(&self) -> Vec<Metric> {
        vec![Metric::gap("ece_classwise", self.rows)]
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        let of_class = |gaps: &BinnedGaps| {
            gaps.sums(draw.rows())
                .map(|(_, sum)| sum.abs())
                .sum::<f64>()
        };
        let total: f64 = self.classes.iter().map(of_class).sum();
        values.push(total / self.rows as f64 / self.classes.len() as f64);
    }
}
