//! The rows on which the model is most wrong.

use decay_data::{Dataset, Inputs};
use serde::Serialize;

use super::answers::Answers;
use super::columns::{Column, columns, plain};
use super::features::Importances;
use crate::audit::auditor::Auditor;
use crate::data::Truth;
use crate::model::first_largest;

/// Rows that are shown.
const SHOWN: usize = 12;
/// Columns that are shown, the most important.
const COLUMNS: usize = 6;

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct Mistake {
    /// Its place in the data, from 0.
    pub row: usize,
    /// What it is: its class, or its value.
    pub truth: String,
    /// What is said of it.
    pub predicted: String,
    /// Of a class the probability that it is given, of a value the residual, truth less prediction.
    pub size: f64,
    /// Values of the columns that are shown.
    pub cells: Vec<String>,
    /// `[channels, height, width]` in `[0, 1]`, of an image.
    #[serde(skip)]
    pub pixels: Vec<f32>,
}

/// The worst of them.
#[derive(Debug, Clone, Serialize)]
pub struct Mistakes {
    /// The worst first.
    pub rows: Vec<Mistake>,
    /// How many rows are wrong, of a classification.
    pub wrong: Option<usize>,
    /// Names of the columns that are shown.
    pub columns: Vec<String>,
    /// Shape of the images, if they are.
    #[serde(skip)]
    pub image: Option<[usize; 3]>,
}

impl Auditor<'_> {
    /// Of classes the mistakes that the model is surest of, of values the largest residuals of the first target; `None` of labels.
    pub(super) fn mistakes(
        &self,
        data: &Dataset,
        rows: &[usize],
        (answers, truth): (&Answers, &Truth),
        importance: Option<&Importances>,
    ) -> Option<Mistakes> {
        let mut worst = sizes(answers, truth)?;
        let wrong = answers.logits().map(|_| worst.len());
        worst.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        worst.truncate(SHOWN);
        let columns = self.shown(importance);
        let image = image(data);
        let row = |&(at, size): &(usize, f64)| {
            let (row, [truth, predicted]) = (rows[at], self.said_of(answers, truth, at));
            Mistake {
                row,
                truth,
                predicted,
                size,
                cells: columns.iter().map(|own| own.text(data, row)).collect(),
                pixels: image.map_or_else(Vec::new, |(_, max)| pixels(data, row, max)),
            }
        };
        Some(Mistakes {
            rows: worst.iter().map(row).collect(),
            wrong,
            columns: columns.iter().map(|own| own.name.to_owned()).collect(),
            image: image.map(|(shape, _)| shape),
        })
    }

    /// The truth and the answer in words.
    fn said_of(&self, answers: &Answers, truth: &Truth, at: usize) -> [String; 2] {
        match (answers, truth) {
            (Answers::Classes(logits), Truth::Classes { labels, .. }) => {
                let names = match &self.schema.task {
                    decay_data::Task::Classification { classes } => classes.as_slice(),
                    _ => &[],
                };
                let row = logits.iter_rows().nth(at).unwrap_or_default();
                [labels[at], first_largest(row)]
                    .map(|class| names.get(class).cloned().unwrap_or_default())
            }
            (Answers::Values(said), Truth::Values(values)) => {
                [values[0][at], said.values(0)[at]].map(plain)
            }
            _ => Default::default(),
        }
    }

    /// The most important columns, in the order of the file.
    fn shown(&self, importance: Option<&Importances>) -> Vec<Column<'_>> {
        let mut columns = columns(self.schema);
        if let Some(importance) = importance {
            let most = importance.columns.iter().take(COLUMNS);
            let most: Vec<&str> = most.map(|own| own.column.as_str()).collect();
            columns.retain(|column| most.contains(&column.name));
        }
        columns.truncate(COLUMNS);
        columns
    }
}

/// Places of wrong answers with the probability of what was said, or of all with their residuals.
fn sizes(answers: &Answers, truth: &Truth) -> Option<Vec<(usize, f64)>> {
    match (answers, truth) {
        (Answers::Classes(logits), Truth::Classes { labels, .. }) => {
            let sure = logits.confidences().into_iter();
            let all = sure.zip(logits.predictions()).zip(labels).enumerate();
            let wrong = all.filter(|(_, ((_, said), label))| said != *label);
            Some(wrong.map(|(at, ((sure, _), _))| (at, sure)).collect())
        }
        (Answers::Values(said), Truth::Values(values)) => {
            let pairs = said.values(0).iter().zip(&values[0]).enumerate();
            Some(
                pairs
                    .map(|(at, (said, truth))| (at, truth - said))
                    .collect(),
            )
        }
        _ => None,
    }
}

/// Shape and full intensity of images.
fn image(data: &Dataset) -> Option<([usize; 3], f32)> {
    let Inputs::Pixels { shape, max } = &data.schema.inputs else {
        return None;
    };
    match shape.as_slice() {
        &[channels, height, width] => Some(([channels, height, width], *max)),
        _ => None,
    }
}

fn pixels(data: &Dataset, row: usize, max: f32) -> Vec<f32> {
    let places = 0..data.features();
    places.map(|at| data.value(row, at) / max).collect()
}
