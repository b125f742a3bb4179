//! Calibration errors over bins of equal width.

use super::draw::Draw;
use super::panel::{Metric, Panel};
use super::softmax::Judged;
use crate::calibration::EqualWidth;

/// Gaps between a probability and what it predicts, rows gathered by bin.
///
/// The bin of a row never changes, so a resample is one pass over each bin's rows.
struct BinnedGaps {
    rows: Vec<u32>,
    gaps: Vec<f64>,
    hits: Vec<f64>,
    ends: Vec<usize>,
}

/// Sums over a bin's rows, counted as drawn.
#[derive(Clone, Copy, Default)]
struct Sums {
    count: f64,
    gap: f64,
    hits: f64,
}

impl BinnedGaps {
    fn new(
        probability: impl Iterator<Item = f64> + Clone,
        hit: impl Fn(usize) -> bool,
        width: EqualWidth,
    ) -> Self {
        let bins: Vec<u32> = probability.clone().map(|p| width.bin(p) as u32).collect();
        let mut places = vec![0; width.bins() + 1];
        for &bin in &bins {
            places[bin as usize + 1] += 1;
        }
        for bin in 0..width.bins() {
            places[bin + 1] += places[bin];
        }
        let mut ends = places[1..].to_vec();
        ends.dedup();
        let mut out = Self {
            rows: vec![0; bins.len()],
            gaps: vec![0.0; bins.len()],
            hits: vec![0.0; bins.len()],
            ends,
        };
        for (row, (p, bin)) in probability.zip(bins).enumerate() {
            let place = &mut places[bin as usize];
            let hit = f64::from(hit(row));
            (out.rows[*place], out.gaps[*place], out.hits[*place]) = (row as u32, p - hit, hit);
            *place += 1;
        }
        out
    }

    /// The sums of each bin that holds rows.
    fn sums<'a>(&'a self, counts: &'a [f64]) -> impl Iterator<Item = Sums> + 'a {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let mut sums = Sums::default();
            for place in start..end {
                let count = counts[self.rows[place] as usize];
                sums.count += count;
                sums.gap += count * self.gaps[place];
                sums.hits += count * self.hits[place];
            }
            start = end;
            sums
        })
    }
}

/// Expected, maximum and root mean square calibration error of the predicted class.
pub(crate) struct TopLabelGaps {
    gaps: BinnedGaps,
    rows: usize,
    names: &'static [&'static str],
}

impl TopLabelGaps {
    /// `names` are those of the expected and, if wanted, of the maximum and root mean square errors.
    pub(crate) fn new(
        confidence: &[f64],
        correct: &[bool],
        width: EqualWidth,
        names: &'static [&'static str],
    ) -> Self {
        Self {
            gaps: BinnedGaps::new(confidence.iter().copied(), |row| correct[row], width),
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
        let (mut total, mut largest, mut square) = (0.0, 0.0_f64, 0.0);
        for sums in self.gaps.sums(draw.rows()).filter(|sums| sums.count > 0.0) {
            let gap = sums.gap.abs() / sums.count;
            total += sums.gap.abs();
            largest = largest.max(gap);
            square += sums.count * gap * gap;
        }
        let n = self.rows as f64;
        let all = [total / n, largest, (square / n).sqrt()];
        values.extend(all.iter().take(self.names.len()));
    }
}

/// Mean over classes of each class's expected calibration error, and the parts of the Brier score.
pub(crate) struct ClasswiseGaps {
    classes: Vec<BinnedGaps>,
    rows: usize,
}

impl ClasswiseGaps {
    pub(crate) fn new(judged: &Judged<'_>, width: EqualWidth) -> Self {
        let classes = judged.softmax.classes;
        let of_class = |class: usize| {
            let column = judged.softmax.probabilities.iter().skip(class);
            let column = column.step_by(classes).copied();
            BinnedGaps::new(column, |row| judged.labels[row] == class, width)
        };
        Self {
            classes: (0..classes).map(of_class).collect(),
            rows: judged.rows(),
        }
    }
}

impl Panel for ClasswiseGaps {
    fn metrics(&self) -> Vec<Metric> {
        vec![
            Metric::gap("ece_classwise", self.rows),
            Metric::centred("brier_reliability", 2.0, self.rows),
            Metric::centred("brier_resolution", 2.0, self.rows),
            Metric::percentile("brier_uncertainty", self.rows),
        ]
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        let n = self.rows as f64;
        let (mut expected, mut reliability, mut resolution, mut uncertainty) = (0.0, 0.0, 0.0, 0.0);
        for gaps in &self.classes {
            let (mut hits, mut squares) = (0.0, 0.0);
            for sums in gaps.sums(draw.rows()).filter(|sums| sums.count > 0.0) {
                expected += sums.gap.abs();
                reliability += sums.gap * sums.gap / sums.count;
                squares += sums.hits * sums.hits / sums.count;
                hits += sums.hits;
            }
            // Σ_b n_b (share_b - share)² = Σ_b hits_b² / n_b - hits² / n
            resolution += squares - hits * hits / n;
            uncertainty += hits / n * (1.0 - hits / n);
        }
        let mean = expected / n / self.classes.len() as f64;
        values.extend([mean, reliability / n, resolution / n, uncertainty]);
    }
}
