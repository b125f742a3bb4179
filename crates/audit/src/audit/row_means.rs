//! Metrics that are means over rows.

use super::draw::{Draw, weighted_sum};
use super::panel::{Metric, Panel};
use super::softmax::Judged;

/// Metrics that are the mean of a contribution per row, or its root.
pub(crate) struct RowMeans {
    columns: Vec<Column>,
    rows: usize,
}

struct Column {
    name: &'static str,
    per_row: Vec<f64>,
    root: bool,
}

impl Column {
    fn mean(name: &'static str, per_row: Vec<f64>) -> Self {
        Self {
            name,
            per_row,
            root: false,
        }
    }

    fn root_mean(name: &'static str, per_row: Vec<f64>) -> Self {
        Self {
            name,
            per_row,
            root: true,
        }
    }
}

impl RowMeans {
    /// Every row mean of classification.
    pub(crate) fn of(judged: &Judged<'_>) -> Self {
        let softmax = &judged.softmax;
        let gap = |(c, hit): (&f64, &bool)| c - f64::from(*hit);
        let gaps = softmax.confidence.iter().zip(&judged.hits).map(gap);
        Self {
            columns: vec![
                Column::mean(
                    "accuracy",
                    judged.hits.iter().copied().map(f64::from).collect(),
                ),
                Column::mean("nll", softmax.nll(judged.logits, judged.labels)),
                Column::mean("brier", judged.brier()),
                Column::mean("entropy", softmax.entropy.clone()),
                Column::mean("confidence", softmax.confidence.clone()),
                Column::mean("confidence_gap", gaps.collect()),
                Column::root_mean("logit_scale", judged.logit_square()),
            ],
            rows: judged.rows(),
        }
    }

    /// One mean of contributions given by the caller.
    pub(crate) fn of_column(name: &'static str, per_row: Vec<f64>) -> Self {
        Self {
            rows: per_row.len(),
            columns: vec![Column::mean(name, per_row)],
        }
    }
}

impl Panel for RowMeans {
    fn metrics(&self) -> Vec<Metric> {
        self.columns
            .iter()
            .map(|column| Metric::percentile(column.name, self.rows))
            .collect()
    }

    fn evaluate(&mut self, draw: &Draw, values: &mut Vec<f64>) {
        for column in &self.columns {
            let mean = weighted_sum(&column.per_row, draw.rows()) / self.rows as f64;
            values.push(if column.root { mean.sqrt() } else { mean });
        }
    }
}
