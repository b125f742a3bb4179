//! What the model goes by: how much worse it becomes when a column is permuted.

use std::ops::Range;

use decay_audit::interval::SplitMix;
use decay_audit::{Estimate, importance};
use decay_data::{Dataset, Storage};
use decay_train::Samples;
use serde::Serialize;

use super::LEVEL;
use super::answers::{Answers, variances};
use super::columns::{Column, columns};
use super::dependence::Dependence;
use crate::audit::auditor::Auditor;
use crate::data::{Truth, truth};
use crate::error::Error;

/// Most columns that are measured, those that matter most by a first look.
const MOST_COLUMNS: usize = 30;
/// Columns beyond these are not looked at.
const MOST_LOOKED_AT: usize = 500;
/// Rows of the first look, and of the measurement.
const FEW_ROWS: usize = 200;
const MOST_ROWS: usize = 1000;
/// Permutations of each column.
const REPEATS: usize = 5;
/// Values of a batch of rows.
const TOGETHER: usize = 1 << 22;
/// Seed of the permutations.
const SEED: u64 = 0;

/// How much one column matters.
#[derive(Debug, Clone, Serialize)]
pub struct Importance {
    /// Name of the column.
    pub column: String,
    /// Mean increase of the rows' loss: of classes and labels of the negative log-likelihood, of values of the squared error in
    /// units of the variance, which is the fall of R².
    pub increase: Estimate,
}

/// The columns that matter.
#[derive(Debug, Clone, Serialize)]
pub struct Importances {
    /// The most important first.
    pub columns: Vec<Importance>,
    /// Number of columns of the model.
    pub of_columns: usize,
    /// Rows that they were measured on.
    pub rows: usize,
    /// Permutations of each.
    pub permutations: usize,
    /// How the answers move with the most important ones.
    pub dependence: Vec<Dependence>,
}

/// Some rows of a table as they are.
pub(super) struct Block {
    /// `[rows, width]`.
    pub(super) values: Vec<f32>,
    pub(super) width: usize,
    pub(super) rows: usize,
}

impl Block {
    pub(super) fn of(data: &Dataset, rows: &[usize]) -> Self {
        let width = data.features();
        let cells = rows
            .iter()
            .flat_map(|&row| (0..width).map(move |at| (row, at)));
        Self {
            values: cells.map(|(row, at)| data.value(row, at)).collect(),
            width,
            rows: rows.len(),
        }
    }

    /// The block with the features of one column in another order of the rows.
    fn permuted(&self, features: &Range<usize>, order: &[u32]) -> Vec<f32> {
        let mut values = self.values.clone();
        for (row, &from) in order.iter().enumerate() {
            let from = from as usize * self.width;
            let own = from + features.start..from + features.end;
            let start = row * self.width + features.start;
            values[start..start + features.len()].copy_from_slice(&self.values[own]);
        }
        values
    }
}

impl Auditor<'_> {
    /// Of the columns of a table; `None` of anything else.
    pub(super) fn importance(
        &self,
        data: &Dataset,
        rows: &[usize],
    ) -> Result<Option<Importances>, Error> {
        let mut columns = columns(self.schema);
        let dense = matches!(data.features, Storage::F32(_));
        if columns.is_empty() || !dense || rows.len() < 2 || !self.settings.importance {
            return Ok(None);
        }
        let of_columns = columns.len();
        columns.truncate(MOST_LOOKED_AT);
        if columns.len() > MOST_COLUMNS {
            let few = evenly(rows, FEW_ROWS);
            let looked = self.increases(data, &few, &columns, 1)?;
            let mut order: Vec<usize> = (0..columns.len()).collect();
            order.sort_by(|&a, &b| looked[b].mean.total_cmp(&looked[a].mean));
            order.truncate(MOST_COLUMNS);
            columns = order.into_iter().map(|at| columns[at].clone()).collect();
        }
        let some = evenly(rows, MOST_ROWS);
        let found = self.increases(data, &some, &columns, REPEATS)?;
        let mut both: Vec<(Column<'_>, Estimate)> = columns.into_iter().zip(found).collect();
        both.sort_by(|a, b| b.1.mean.total_cmp(&a.1.mean));
        Ok(Some(Importances {
            dependence: self.dependence(data, rows, &both)?,
            columns: both
                .into_iter()
                .map(|(column, increase)| Importance {
                    column: column.name.to_owned(),
                    increase,
                })
                .collect(),
            of_columns,
            rows: some.len(),
            permutations: REPEATS,
        }))
    }

    fn increases(
        &self,
        data: &Dataset,
        rows: &[usize],
        columns: &[Column<'_>],
        repeats: usize,
    ) -> Result<Vec<Estimate>, Error> {
        let (block, truth) = (Block::of(data, rows), truth(&data.target, rows));
        let spread = variances(&truth);
        let before = self.block_losses(block.values.clone(), 1, &block, (&truth, &spread))?;
        let together = (TOGETHER / block.values.len().max(1)).clamp(1, repeats);
        let of_column = |(place, column): (usize, &Column<'_>)| {
            let order = |repeat| {
                let stream = (place * repeats + repeat) as u64;
                SplitMix::new(SEED, stream).order(rows.len())
            };
            let repeats: Vec<usize> = (0..repeats).collect();
            let mut after = Vec::with_capacity(repeats.len());
            for some in repeats.chunks(together) {
                let blocks = some
                    .iter()
                    .flat_map(|&repeat| block.permuted(&column.features, &order(repeat)));
                let values: Vec<f32> = blocks.collect();
                let losses = self.block_losses(values, some.len(), &block, (&truth, &spread))?;
                after.extend(losses);
            }
            Ok(importance(&before[0], &after, LEVEL)?)
        };
        columns.iter().enumerate().map(of_column).collect()
    }

    /// Losses of the rows in `copies` variants of a block, one after the other.
    fn block_losses(
        &self,
        values: Vec<f32>,
        copies: usize,
        block: &Block,
        (truth, spread): (&Truth, &[f64]),
    ) -> Result<Vec<Vec<f64>>, Error> {
        let answers = self.answers_to(values, block.width)?;
        let rows = block.rows;
        let all = repeated(truth, copies);
        let losses = answers.losses(&all, spread);
        Ok(losses.chunks(rows).map(<[f64]>::to_vec).collect())
    }

    /// The answers to rows that are no data set's.
    pub(super) fn answers_to(&self, values: Vec<f32>, width: usize) -> Result<Answers, Error> {
        self.targets.go_on()?;
        let rows = values.len() / width.max(1);
        let samples = Samples {
            features: &Storage::F32(values),
            rows,
            inputs: width,
            graph: None,
        };
        self.answers(samples, &(0..rows).collect::<Vec<_>>())
    }
}

/// At most so many rows, evenly spread over all.
pub(super) fn evenly(rows: &[usize], most: usize) -> Vec<usize> {
    let count = rows.len().min(most);
    (0..count).map(|i| rows[i * rows.len() / count]).collect()
}

/// The same rows several times.
fn repeated(truth: &Truth, copies: usize) -> Truth {
    match truth {
        Truth::Classes { labels, classes } => Truth::Classes {
            labels: labels.repeat(copies),
            classes: *classes,
        },
        Truth::Values(values) => Truth::Values(values.iter().map(|v| v.repeat(copies)).collect()),
        Truth::Flags(flags) => Truth::Flags(flags.iter().map(|f| f.repeat(copies)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, SplitMix, evenly};

    #[test]
    fn a_permutation_has_every_row_once_and_moves_the_features_of_one_column_alone() {
        let order = SplitMix::new(0, 3).order(50);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<u32>>());
        assert_ne!(order, sorted);
        let block = Block {
            values: (0..12).map(|value| value as f32).collect(),
            width: 4,
            rows: 3,
        };
        let moved = block.permuted(&(1..3), &[2, 0, 1]);
        assert_eq!(moved, [0., 9., 10., 3., 4., 1., 2., 7., 8., 5., 6., 11.]);
    }

    #[test]
    fn rows_are_spread_over_all() {
        assert_eq!(evenly(&[5, 6, 7, 8], 2), [5, 7]);
        assert_eq!(evenly(&[5, 6], 9), [5, 6]);
    }
}
