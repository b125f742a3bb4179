//! How much better a model is than none and than a linear one, on the rows that were held out.

use decay_audit::Estimate;
use decay_audit::interval::mean_interval;
use decay_data::{Dataset, Preprocess};
use decay_linear::{Logistic, Ridge, Rows, Solution};
use decay_model::ModelConfig;

use crate::data::{Data, Truth, truth};
use crate::error::Error;
use crate::model::{Model, first_largest};

/// Most products of features, classes and rows in a pass: what takes no time beside the networks.
const MOST: usize = 10_000_000;
/// Fewer rows than this, of more, say nothing of a linear model.
const FEWEST: usize = 1000;
/// Confidence level of the intervals.
const LEVEL: f64 = 0.95;

/// A model beside the simplest ones.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Beside {
    /// What the simplest of all says of every row: the most frequent class, or the mean.
    pub(super) constant: f64,
    /// That class.
    pub(super) class: Option<String>,
    /// Of the linear model, where one could be fitted, and the other is none.
    pub(super) linear: Option<Linear>,
}

/// A linear model on the same rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Linear {
    /// Its accuracy, or the root of its mean squared error.
    pub(super) figure: f64,
    /// By how much the network is better: share of rows named right, or of the linear model's squared error.
    pub(super) gain: Estimate,
    /// Whether chance gives models that are equally good so much in less than 5 % of samples.
    pub(super) beyond_chance: bool,
}

/// `None` where rows have weights, or for labels and several targets, for which no one figure stands.
pub(super) fn beside(model: &Model, data: &Data) -> Result<Option<Beside>, Error> {
    let Some((held_out, rows)) = data.held_out() else {
        return Ok(None);
    };
    let (dataset, training) = (&data.dataset, &data.training);
    let single = rows.len() > 1 && !training.is_empty();
    if !single || dataset.weights.is_some() || dataset.graph.is_some() {
        return Ok(None);
    }
    // A linear model has none beside it.
    let linear = matches!(&model.file.architecture, ModelConfig::Mlp(own) if own.hidden.is_empty());
    let fit = |outputs| {
        (!linear)
            .then(|| Fit::of(dataset, training, outputs))
            .flatten()
    };
    let outputs = model
        .targets()
        .outputs(held_out.into(), rows, &model.machine)?;
    match (
        truth(&dataset.target, training),
        truth(&held_out.target, rows),
    ) {
        (Truth::Classes { labels, classes }, Truth::Classes { labels: own, .. }) => {
            let p = model.answers(&outputs)?.probabilities();
            let answers = p.chunks_exact(classes).map(first_largest);
            let right = answers.zip(&own).map(|(answer, label)| answer == *label);
            let right: Vec<bool> = right.collect();
            let mut beside = of_frequencies(&labels, &own, &model.file.classes);
            let linear = fit(classes);
            beside.linear = linear
                .and_then(|fit| fit.of_classes(&labels, classes, held_out, rows))
                .map(|answers| of_accuracies(&right, &answers, &own))
                .transpose()?;
            Ok(Some(beside))
        }
        (Truth::Values(values), Truth::Values(own)) if values.len() == 1 => {
            let said = model.said(&outputs)?;
            let gaps = own[0].iter().zip(said.values(0)).map(|(y, own)| y - own);
            let squares: Vec<f64> = gaps.map(|gap| gap * gap).collect();
            let mean = values[0].iter().sum::<f64>() / values[0].len() as f64;
            let constant = own[0]
                .iter()
                .map(|y| (y - mean).powi(2))
                .collect::<Vec<_>>();
            let linear = fit(1);
            let linear = linear.and_then(|fit| fit.of_values(&values[0], held_out, rows));
            let linear = linear.map(|answers| of_errors(&squares, &answers, &own[0]));
            Ok(Some(Beside {
                constant: root_mean(&constant),
                class: None,
                linear: linear.transpose()?,
            }))
        }
        _ => Ok(None),
    }
}

/// What a linear model is fitted to, with the penalty of scikit-learn's defaults, `C = 1` and `alpha = 1`.
struct Fit {
    features: Vec<f32>,
    scales: Preprocess,
    width: usize,
    /// Places among the training rows.
    places: Vec<usize>,
}

impl Fit {
    /// As many rows as are fitted in a moment, evenly spread; `None` if those are too few.
    fn of(dataset: &Dataset, training: &[usize], outputs: usize) -> Option<Self> {
        let width = dataset.features();
        let most = MOST / ((width + 1) * outputs);
        let count = training.len().min(most);
        if width == 0 || count < training.len().min(FEWEST) {
            return None;
        }
        let places = (0..count).map(|k| k * training.len() / count);
        let places: Vec<usize> = places.collect();
        let rows: Vec<usize> = places.iter().map(|&place| training[place]).collect();
        let scales = Preprocess::fit(dataset, training);
        Some(Self {
            features: scales.apply(dataset, &rows),
            scales,
            width,
            places,
        })
    }

    fn rows(&self) -> Rows<'_> {
        Rows {
            features: &self.features,
            inputs: self.width,
            weights: None,
        }
    }

    /// What the model at the first rate says of the held-out rows.
    fn says(&self, path: &[Solution], held_out: &Dataset, rows: &[usize]) -> Option<Vec<f64>> {
        Some(path.first()?.outputs(&self.scales.apply(held_out, rows)))
    }

    /// `None` where features are no numbers.
    fn of_classes(
        &self,
        labels: &[usize],
        classes: usize,
        held_out: &Dataset,
        rows: &[usize],
    ) -> Option<Vec<usize>> {
        let labels: Vec<u32> = self
            .places
            .iter()
            .map(|&place| labels[place] as u32)
            .collect();
        let rate = 1.0 / labels.len() as f64;
        let model = Logistic::new(&self.rows(), &labels, classes).ok()?;
        let scores = self.says(&model.path(&[rate]).ok()?, held_out, rows)?;
        Some(scores.chunks_exact(classes).map(first_largest).collect())
    }

    /// `None` where features are no numbers.
    fn of_values(&self, values: &[f64], held_out: &Dataset, rows: &[usize]) -> Option<Vec<f64>> {
        let values: Vec<f64> = self.places.iter().map(|&place| values[place]).collect();
        let rate = 2.0 / values.len() as f64;
        let model = Ridge::new(&self.rows(), &values, 1).ok()?;
        self.says(&model.path(&[rate]).ok()?, held_out, rows)
    }
}

fn of_frequencies(training: &[usize], held_out: &[usize], names: &[String]) -> Beside {
    let mut counts = vec![0_usize; names.len()];
    training.iter().for_each(|&label| counts[label] += 1);
    let most = counts
        .iter()
        .enumerate()
        .max_by_key(|(class, count)| (**count, usize::MAX - class));
    let most = most.map_or(0, |(class, _)| class);
    let right = held_out.iter().filter(|&&label| label == most).count();
    Beside {
        constant: right as f64 / held_out.len() as f64,
        class: names.get(most).cloned(),
        linear: None,
    }
}

fn of_accuracies(model: &[bool], answers: &[usize], labels: &[usize]) -> Result<Linear, Error> {
    let linear: Vec<bool> = answers.iter().zip(labels).map(|(a, b)| a == b).collect();
    let points = |right: bool| f64::from(u8::from(right));
    let gains = model
        .iter()
        .zip(&linear)
        .map(|(own, linear)| points(*own) - points(*linear));
    let right = linear.iter().filter(|right| **right).count();
    let gain = mean_interval(&gains.collect::<Vec<_>>(), LEVEL)?;
    Ok(Linear {
        figure: right as f64 / labels.len() as f64,
        beyond_chance: excludes_0(&gain),
        gain,
    })
}

fn of_errors(squares: &[f64], answers: &[f64], values: &[f64]) -> Result<Linear, Error> {
    let linear: Vec<f64> = answers
        .iter()
        .zip(values)
        .map(|(a, y)| (a - y).powi(2))
        .collect();
    let mean = linear.iter().sum::<f64>() / linear.len() as f64;
    let share = |(own, linear): (&f64, &f64)| (linear - own) / mean.max(f64::MIN_POSITIVE);
    let gains: Vec<f64> = squares.iter().zip(&linear).map(share).collect();
    let gain = mean_interval(&gains, LEVEL)?;
    Ok(Linear {
        figure: mean.sqrt(),
        beyond_chance: excludes_0(&gain),
        gain,
    })
}

fn excludes_0(gain: &Estimate) -> bool {
    gain.low > 0.0 || gain.high < 0.0
}

fn root_mean(squares: &[f64]) -> f64 {
    (squares.iter().sum::<f64>() / squares.len() as f64).sqrt()
}

#[cfg(test)]
mod tests;
