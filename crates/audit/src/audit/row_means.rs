//! Metrics that are means over rows.

use super::draw::{Draw, weighted_sum};
use super::panel::{Metric, Panel};
use crate::accuracy::correct;
use crate::logit_scale::centred_square_per_row;
use crate::{Logits, Result, brier_per_row, entropy_per_row, nll_per_row};

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

impl RowMeans {
    /// Every row mean of classification, `logit_scale` being the root of one.
    pub(crate) fn of_logits(logits: &Logits<'_>, labels: &[usize]) -> Result<Self> {
        let hits = correct(logits, labels)?
            .into_iter()
            .map(f64::from)
            .collect();
        let columns = vec![
            Column {
                name: "accuracy",
                per_row: hits,
                root: false,
            },
            Column {
                name: "nll",
                per_row: nll_per_row(logits, labels)?,
                root: false,
            },
            Column {
                name: "brier",
                per_row: brier_per_row(logits, labels)?,
                root: false,
            },
            Column {
                name: "entropy",
                per_row: entropy_per_row(logits),
                root: false,
            },
            Column {
                name: "confidence",
                per_row: logits.confidences(),
                root: false,
            },
            Column {
                name: "logit_scale",
                per_row: centred_square_per_row(logits),
                root: true,
            },
        ];
        Ok(Self {
            columns,
            rows: logits.rows(),
        })
    }

    /// The likelihood of tempered logits.
    pub(crate) fn of_tempered(logits: &Logits<'_>, labels: &[usize]) -> Result<Self> {
        let per_row = nll_per_row(logits, labels)?;
        let columns = vec![Column {
            name: "nll_tempered",
            per_row,
            root: false,
        }];
        Ok(Self {
            columns,
            rows: logits.rows(),
        })
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
