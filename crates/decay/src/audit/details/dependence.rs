//! How the answers move with a column, all else as it is.

use decay_audit::Estimate;
use decay_audit::interval::percentile_interval;
use decay_data::{ColumnKind, Dataset};
use serde::Serialize;

use super::answers::Answers;
use super::columns::Column;
use super::features::{Block, evenly};
use crate::audit::auditor::Auditor;
use crate::error::Error;

/// Columns that are shown.
const COLUMNS: usize = 4;
/// Rows that the mean is over.
const ROWS: usize = 300;
/// Values of a column of numbers, from its 2.5 % to its 97.5 % quantile; most labels of another.
const STEPS: usize = 15;
const LEVELS: usize = 8;
const MIDDLE: f64 = 0.95;
/// Most lines: of many classes those with the most rows.
const LINES: usize = 4;

/// Partial dependence: the mean answer over rows whose value of one column is replaced.
///
/// ```text
/// f_k(v) = mean_i p_k(x_i with x_i,column = v)
/// ```
///
/// # Source
/// Friedman 2001, <https://doi.org/10.1214/aos/1013203451>.
#[derive(Debug, Clone, Serialize)]
pub struct Dependence {
    /// Name of the column.
    pub column: String,
    /// The values of a column of numbers.
    pub values: Vec<f64>,
    /// The labels of another.
    pub labels: Vec<String>,
    /// What the answers are of: classes, labels or a target.
    pub of: Vec<String>,
    /// `[of][values]`, the mean and the middle half of the rows.
    pub answers: Vec<Vec<Estimate>>,
}

impl Auditor<'_> {
    /// Of the first columns, which matter most; columns without importance and dates have none.
    pub(super) fn dependence(
        &self,
        data: &Dataset,
        rows: &[usize],
        columns: &[(Column<'_>, Estimate)],
    ) -> Result<Vec<Dependence>, Error> {
        let rows = evenly(rows, ROWS);
        let block = Block::of(data, &rows);
        let single = columns
            .iter()
            .filter(|(column, increase)| column.only().is_some() && increase.mean > 0.0);
        let some = single.take(COLUMNS);
        let found = some.map(|(column, _)| self.dependence_on(column, data, &rows, &block));
        let found: Vec<Dependence> = found.collect::<Result<_, Error>>()?;
        let moves = |one: &Dependence| one.values.len().max(one.labels.len()) > 1;
        Ok(found.into_iter().filter(moves).collect())
    }

    fn dependence_on(
        &self,
        column: &Column<'_>,
        data: &Dataset,
        rows: &[usize],
        block: &Block,
    ) -> Result<Dependence, Error> {
        let steps = Steps::of(column, data, rows);
        let mut values = Vec::with_capacity(steps.stored.len() * block.values.len());
        for stored in &steps.stored {
            for row in block.values.chunks(block.width) {
                let start = values.len();
                values.extend_from_slice(row);
                let own = start + column.features.start..start + column.features.end;
                values[own].copy_from_slice(stored);
            }
        }
        let answers = self.answers_to(values, block.width)?;
        let (of, each) = self.lines(&answers);
        let summed = |line: &Vec<f64>| {
            let steps = line.chunks(block.rows).map(summary);
            steps.collect::<Result<Vec<Estimate>, Error>>()
        };
        Ok(Dependence {
            column: column.name.to_owned(),
            values: steps.values,
            labels: steps.labels,
            of,
            answers: each.iter().map(summed).collect::<Result<_, Error>>()?,
        })
    }

    /// What is drawn of answers, by name: of two classes the second, of many those with the highest mean, of targets the first.
    fn lines(&self, answers: &Answers) -> (Vec<String>, Vec<Vec<f64>>) {
        match answers {
            Answers::Values(said) => (
                vec![self.schema.targets[0].clone()],
                vec![said.values(0).to_vec()],
            ),
            Answers::Labels(logits) => {
                let yes: Vec<f64> = logits.probabilities().chunks(2).map(|p| p[1]).collect();
                let names = &self.schema.targets;
                let of = |place: usize| yes.iter().skip(place).step_by(names.len()).copied();
                let some = names.len().min(LINES);
                let lines = (0..some).map(|place| of(place).collect()).collect();
                (names[..some].to_vec(), lines)
            }
            Answers::Classes(logits) => {
                let names = match &self.schema.task {
                    decay_data::Task::Classification { classes } => classes.as_slice(),
                    _ => &[],
                };
                let p = logits.probabilities();
                let of = |class: usize| p.iter().skip(class).step_by(names.len()).copied();
                let mut order: Vec<usize> = (0..names.len()).collect();
                if names.len() == 2 {
                    order = vec![1];
                }
                let total = |class: usize| of(class).sum::<f64>();
                order.sort_by(|&a, &b| total(b).total_cmp(&total(a)));
                order.truncate(LINES);
                let lines = order.iter().map(|&class| of(class).collect()).collect();
                (order.iter().map(|&at| names[at].clone()).collect(), lines)
            }
        }
    }
}

/// The values that a column takes.
#[derive(Default)]
struct Steps {
    values: Vec<f64>,
    labels: Vec<String>,
    /// As its features hold them.
    stored: Vec<Vec<f32>>,
}

impl Steps {
    fn of(column: &Column<'_>, data: &Dataset, rows: &[usize]) -> Self {
        let kind = column.only().map(|part| &part.kind);
        let known: Vec<f64> = rows
            .iter()
            .filter_map(|&row| column.value(data, row))
            .collect();
        // Features that are not of the value say that it is not missing.
        let width = column.features.len();
        match kind {
            Some(ColumnKind::Categorical { levels }) => Self::of_labels(levels, &known, width),
            Some(&ColumnKind::Numeric { offset, unit }) => {
                let values = grid(known);
                let stored = values.iter().map(|value| {
                    let mut features = vec![0.0; width];
                    features[0] = ((value - offset) / unit) as f32;
                    features
                });
                Self {
                    stored: stored.collect(),
                    values,
                    ..Self::default()
                }
            }
            None => Self::default(),
        }
    }

    fn of_labels(levels: &[String], places: &[f64], width: usize) -> Self {
        let mut counts = vec![0; levels.len()];
        let known = places.iter();
        known.for_each(|&place| counts[place as usize] += 1);
        let mut order: Vec<usize> = (0..levels.len()).filter(|&l| counts[l] > 0).collect();
        order.sort_by_key(|&level| std::cmp::Reverse(counts[level]));
        order.truncate(LEVELS);
        let stored = order.iter().map(|&level| {
            let mut flags = vec![0.0; width];
            flags[level] = 1.0;
            flags
        });
        Self {
            labels: order.iter().map(|&level| levels[level].clone()).collect(),
            stored: stored.collect(),
            ..Self::default()
        }
    }
}

/// Equal steps over the middle of the values; the values themselves where they are few.
fn grid(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    let mut distinct = values.clone();
    distinct.dedup();
    if distinct.len() <= STEPS {
        return distinct;
    }
    let at = |share: f64| values[(share * (values.len() - 1) as f64).round() as usize];
    let (low, high) = (at(0.5 - MIDDLE / 2.0), at(0.5 + MIDDLE / 2.0));
    let step = (high - low) / (STEPS - 1) as f64;
    let mut steps: Vec<f64> = (0..STEPS).map(|place| low + step * place as f64).collect();
    steps.dedup();
    steps
}

fn summary(answers: &[f64]) -> Result<Estimate, Error> {
    let (low, high) = percentile_interval(answers, 0.5)?;
    Ok(Estimate {
        mean: answers.iter().sum::<f64>() / answers.len() as f64,
        low,
        high,
        n: answers.len(),
    })
}
