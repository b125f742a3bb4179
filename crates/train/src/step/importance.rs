//! How much each training row counts, where rows or classes have weights.

use crate::options::class_weights::ClassWeights;
use crate::problem::{Problem, Truth};

/// Weights of each fold's training rows with mean 1, so that a batch's loss is on average that of all rows.
///
/// ```text
/// w_i = s_i c_label(i) / mean of that over the fold's training rows        s: sample weights, c: class weights
/// ```
pub(crate) struct Importance {
    /// `[folds]` of `[rows]`; zero of rows that the fold does not train on.
    folds: Vec<Vec<f32>>,
}

impl Importance {
    /// `None` where every row counts alike. Each fold has a training row whose weight is above 0.
    pub(crate) fn new(problem: &Problem, weights: &ClassWeights) -> Option<Self> {
        if problem.weights.is_none() && *weights == ClassWeights::None {
            return None;
        }
        let folds = problem.folds.iter();
        let folds = folds.map(|fold| of_rows(problem, weights, &fold.train));
        Some(Self {
            folds: folds.collect(),
        })
    }

    /// Of a row in a fold.
    pub(crate) fn of(&self, fold: usize, row: usize) -> f32 {
        self.folds[fold][row]
    }
}

/// Whether some of these rows has a weight above 0.
pub(crate) fn counts(problem: &Problem, weights: &ClassWeights, rows: &[usize]) -> bool {
    let of_row = weight_of_row(problem, weights, rows);
    rows.iter().any(|&row| of_row(row) > 0.0)
}

/// By row of the data; zero of all others.
fn of_rows(problem: &Problem, weights: &ClassWeights, train: &[usize]) -> Vec<f32> {
    let of_row = weight_of_row(problem, weights, train);
    let mean = train.iter().map(|&row| of_row(row)).sum::<f64>() / train.len() as f64;
    let mut all = vec![0.0; problem.truth.rows()];
    for &row in train {
        all[row] = (of_row(row) / mean) as f32;
    }
    all
}

/// `s_i c_label(i)`, the classes counted among the given rows.
fn weight_of_row<'a>(
    problem: &'a Problem,
    weights: &ClassWeights,
    rows: &[usize],
) -> impl Fn(usize) -> f64 + 'a {
    let by_class = match &problem.truth {
        Truth::Values(_) => None,
        Truth::Classes { labels, names } => {
            let mut counts = vec![0; names.len()];
            for &row in rows {
                counts[labels[row] as usize] += 1;
            }
            Some((labels, weights.of_classes(names, &counts)))
        }
    };
    move |row| {
        let sample = problem.weights.as_ref().map_or(1.0, |own| own[row]);
        let class = by_class.as_ref();
        sample * class.map_or(1.0, |(labels, of_class)| of_class[labels[row] as usize])
    }
}
