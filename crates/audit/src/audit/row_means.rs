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
    pub(crate) fn of_logits(logits: &Logits<'_>, labels: &[usize]) -> Result<Self> {
        let hits = correct(logits, labels)?
            .into_iter()
            .map(f64::from)
            .collect();
        let columns = vec![
            Column::mean("accuracy", hits),
            Column::mean("nll", nll_per_row(logits, labels)?),
            Column::mean("brier", brier_per_row(logits, labels)?),
            Column::mean("entropy", entropy_per_row(logits)),
            Column::mean("confidence", logits.confidences()),
            Column::root_mean("logit_scale", centred_square_per_row(logits)),
        ];
        Ok(Self {
            columns,
            rows: logits.rows(),
        })
    }

    /// The likelihood of tempered logits.
    pub(crate) fn of_tempered(logits: &Logits<'_>, labels: &[usize]) -> Result<Self> {
        let columns = vec![Column::mean("nll_tempered", nll_per_row(logits, labels)?)];
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
