//! How well every member tells rows from elsewhere from its own held-out rows, and how sure it is far from both.

use decay_audit::ood::{Detector, Evidence, Features, Fitting, auroc};
use decay_audit::{AuditError, Logits, accuracy};
use decay_data::{Dataset, Storage};
use decay_train::{Representations, Samples};

use crate::failure::Result;
use crate::lab::labels;
use crate::measurements::{MeasurementKey, Measurements};
use crate::population::Population;

/// What a member makes of its held-out rows and of rows from elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// On the held-out rows.
    pub accuracy: f64,
    /// Mean of the largest probability, on the held-out rows.
    pub confidence_inside: f64,
    /// The same, on the rows from elsewhere.
    pub confidence_outside: f64,
    /// Of each detector, fitted on the training rows: the share of pairs in which the row from elsewhere has the larger outlier score.
    /// ½ where the last layer is constant, which tells nothing apart.
    pub auroc: Vec<f64>,
}

impl Detection {
    /// Notes the figures, each AUROC under the name of its score.
    pub fn note(&self, key: MeasurementKey<'_>, scores: &[&str], out: &mut Measurements) {
        out.add(
            key,
            [
                ("accuracy", self.accuracy),
                ("confidence inside", self.confidence_inside),
                ("confidence outside", self.confidence_outside),
            ],
        );
        for (score, &auroc) in scores.iter().zip(&self.auroc) {
            out.add(key, [(score, auroc)]);
        }
    }
}

impl Population<'_> {
    /// Shows every member its replicate's held-out rows and others, which are scaled as its training rows were.
    ///
    /// Detectors see the logits and the last hidden layer.
    ///
    /// # Shapes
    /// - `elsewhere`: rows with as many inputs; of its target nothing is read
    /// - returns: `[members]`
    ///
    /// # Errors
    /// If the device fails, an output is not finite, or a detector needs more than is seen.
    ///
    /// # Panics
    /// If the data are no classification or the network has no hidden layer.
    pub fn detection(&self, elsewhere: &Dataset, detectors: &[Detector]) -> Result<Vec<Detection>> {
        let models = &self.models;
        let training = models.representations(|rows| &rows.train)?;
        let inside = models.representations(|rows| &rows.validation)?;
        let outside = models.representations_on(elsewhere.into())?;
        let data = self.study.data;
        let member = |member: usize| {
            let seen = |layers: &Representations| Seen::of(&layers.values[member], &layers.widths);
            let (training, inside, outside) = (seen(&training)?, seen(&inside)?, seen(&outside)?);
            let rows = self.rows(member);
            let known = labels(data, &rows.train);
            let told = |&detector| separation(detector, &training, &known, &inside, &outside);
            Ok(Detection {
                accuracy: accuracy(&inside.logits, &labels(data, &rows.validation))?,
                confidence_inside: mean_confidence(&inside.logits),
                confidence_outside: mean_confidence(&outside.logits),
                auroc: detectors.iter().map(told).collect::<Result<_, _>>()?,
            })
        };
        (0..self.len()).map(member).collect()
    }

    /// Confidence of every member on rays from the mean of the data through rows that it has not seen.
    ///
    /// ```text
    /// mean over x of the largest probability at mean + distance (x - mean)
    /// ```
    ///
    /// # Shapes
    /// - `rows`: of the first so many rows of the data those count that are held out from a member
    /// - returns: `[members]`
    ///
    /// # Errors
    /// If the device fails or an output is not finite.
    pub fn confidence_on_rays(&self, distance: f64, rows: usize) -> Result<Vec<f64>> {
        let data = self.study.data;
        let (mean, rows) = (mean_row(data), rows.min(data.rows));
        let far = |value: f64, mean: f64| (mean + distance * (value - mean)) as f32;
        let value = |at: usize| far(f64::from(data.features.get(at)), mean[at % mean.len()]);
        let features = Storage::F32((0..rows * mean.len()).map(value).collect());
        let outputs = self.models.outputs_on(Samples {
            features: &features,
            rows,
            inputs: mean.len(),
            graph: None,
        })?;
        let classes = self.models.problem.outputs;
        let confidence = |(member, outputs): (usize, &Vec<f32>)| {
            let held_out = self.rows(member).validation.iter();
            let own = held_out.filter(|&&row| row < rows);
            let logits: Vec<f32> = own
                .flat_map(|row| &outputs[row * classes..][..classes])
                .copied()
                .collect();
            let logits = Logits::from_f32(&logits, logits.len() / classes, classes)?;
            Ok(mean_confidence(&logits))
        };
        outputs.iter().enumerate().map(confidence).collect()
    }
}

fn mean_row(data: &Dataset) -> Vec<f64> {
    let of = |feature: usize| {
        let values = (0..data.rows).map(|row| f64::from(data.value(row, feature)));
        values.sum::<f64>() / data.rows as f64
    };
    (0..data.features()).map(of).collect()
}

fn mean_confidence(logits: &Logits<'_>) -> f64 {
    let all = logits.confidences();
    all.iter().sum::<f64>() / all.len() as f64
}

/// What a network makes of some rows.
struct Seen {
    logits: Logits<'static>,
    last_hidden: Features<'static>,
}

impl Seen {
    /// From all layers side by side, `[rows, sum of the widths]`, the outputs last.
    fn of(layers: &[f32], widths: &[usize]) -> Result<Self, AuditError> {
        let total: usize = widths.iter().sum();
        let (outputs, hidden) = (widths[widths.len() - 1], widths[widths.len() - 2]);
        let rows = layers.len() / total;
        let columns = |from: usize, count: usize| -> Vec<f32> {
            let own = layers.chunks_exact(total);
            own.flat_map(|row| &row[from..from + count])
                .copied()
                .collect()
        };
        let (values, features) = (
            columns(total - outputs, outputs),
            columns(total - outputs - hidden, hidden),
        );
        Ok(Self {
            logits: Logits::from_f32(&values, rows, outputs)?,
            last_hidden: Features::from_f32(&features, rows, hidden)?,
        })
    }

    fn evidence(&self) -> Evidence<'_> {
        Evidence {
            logits: Some(&self.logits),
            features: Some(&self.last_hidden),
            ..Evidence::default()
        }
    }
}

/// AUROC of one score that is fitted on training rows; ½ where the last layer is constant.
fn separation(
    detector: Detector,
    training: &Seen,
    labels: &[usize],
    inside: &Seen,
    outside: &Seen,
) -> Result<f64, AuditError> {
    let fitting = Fitting {
        evidence: training.evidence(),
        labels,
        head: None,
    };
    let fitted = match detector.fit(&fitting) {
        Err(AuditError::Undefined { .. }) => return Ok(0.5),
        fitted => fitted?,
    };
    auroc(
        &fitted.score(&inside.evidence())?,
        &fitted.score(&outside.evidence())?,
    )
}

#[cfg(test)]
mod tests;
