//! Accuracy and confidence on the held-out images after they are corrupted.

use decay_audit::calibration::calibration_error;
use decay_audit::{Estimate, Logits};
use decay_data::Storage;
use decay_shift::Corruption;
use decay_train::Samples;
use serde::Serialize;

use super::detection::Labelled;
use super::shares::{mean_share, shares};
use super::target::TargetModels;
use super::unit::Unit;
use crate::device::Machine;
use crate::error::Error;

/// Seed of what is drawn: noise, flakes, angles.
const SEED: u64 = 0;

/// One corruption.
#[derive(Debug, Clone, Serialize)]
pub struct Shifted {
    pub corruption: &'static str,
    /// By severity, mean over models.
    pub accuracy: Vec<Estimate>,
    /// Expected calibration error by severity, mean over models.
    pub ece: Vec<f64>,
}

/// All corruptions.
#[derive(Debug, Clone, Serialize)]
pub struct Shifts {
    pub rows: usize,
    /// The same rows as they are.
    pub clean: Estimate,
    /// Mean over corruptions and severities.
    pub mean_accuracy: Estimate,
    pub corruptions: Vec<Shifted>,
}

/// Measures every corruption at every severity on the given images; `None` for anything else.
pub fn shifts(
    targets: &TargetModels<'_>,
    held_out: Labelled<'_>,
    unit: &Unit,
    machine: &Machine,
) -> Result<Option<Shifts>, Error> {
    let Unit::Pixel { shape, max } = *unit else {
        return Ok(None);
    };
    if shape[1] < 2 || shape[2] < 2 {
        return Ok(None);
    }
    let clean = unit.attacked(targets, held_out.samples, held_out.rows).x;
    let measuring = Measuring {
        targets,
        labels: held_out.labels,
        inputs: held_out.samples.inputs,
        max,
        machine,
    };
    let before = measuring.hits(clean.clone())?;
    let mut all = vec![0.0; held_out.rows.len()];
    let mut corruptions = Vec::with_capacity(Corruption::ALL.len());
    for corruption in Corruption::ALL {
        let mut shifted = Shifted {
            corruption: corruption.name(),
            accuracy: Vec::new(),
            ece: Vec::new(),
        };
        for severity in Corruption::SEVERITIES {
            let mut images = clean.clone();
            corruption.apply(severity, &mut images, shape, SEED)?;
            let found = measuring.hits(images)?;
            all.iter_mut()
                .zip(&found.by_row)
                .for_each(|(sum, share)| *sum += share);
            shifted.accuracy.push(mean_share(&found.by_row)?);
            shifted.ece.push(found.ece);
        }
        corruptions.push(shifted);
    }
    let count = (Corruption::ALL.len() * Corruption::SEVERITIES.len()) as f64;
    all.iter_mut().for_each(|sum| *sum /= count);
    Ok(Some(Shifts {
        rows: held_out.rows.len(),
        clean: mean_share(&before.by_row)?,
        mean_accuracy: mean_share(&all)?,
        corruptions,
    }))
}

struct Measuring<'a> {
    targets: &'a TargetModels<'a>,
    labels: &'a [usize],
    inputs: usize,
    max: f32,
    machine: &'a Machine,
}

struct Found {
    /// Share of models that are right on each row.
    by_row: Vec<f64>,
    /// Mean over models.
    ece: f64,
}

impl Measuring<'_> {
    /// What the models make of images with values in `[0, 1]`.
    fn hits(&self, mut images: Vec<f32>) -> Result<Found, Error> {
        images.iter_mut().for_each(|value| *value *= self.max);
        let features = Storage::F32(images);
        let count = self.labels.len();
        let samples = Samples {
            features: &features,
            rows: count,
            inputs: self.inputs,
            graph: None,
        };
        let rows: Vec<usize> = (0..count).collect();
        let outputs = self.targets.outputs(samples, &rows, self.machine)?;
        let (mut right, mut ece) = (Vec::new(), 0.0);
        for own in &outputs {
            let logits = Logits::from_f32(own, count, self.targets.outputs)?;
            right.push(logits.hits(self.labels)?);
            ece += calibration_error(&logits, self.labels)? / outputs.len() as f64;
        }
        Ok(Found {
            by_row: shares(right.len(), count, |model, row| right[model][row]),
            ece,
        })
    }
}
