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
    /// As Hendrycks & Dietterich call it.
    pub corruption: &'static str,
    /// By severity, mean over models.
    pub accuracy: Vec<Estimate>,
    /// Expected calibration error by severity, mean over models.
    pub ece: Vec<f64>,
}

/// All corruptions.
#[derive(Debug, Clone, Serialize)]
pub struct Shifts {
    /// Images that were corrupted.
    pub rows: usize,
    /// The same rows as they are.
    pub clean: Estimate,
    /// Mean over corruptions and severities.
    pub mean_accuracy: Estimate,
    /// Each corruption.
    pub corruptions: Vec<Shifted>,
}

/// Measures every corruption at every severity on the given images; `None` for anything else.
pub(super) fn shifts(
    targets: &TargetModels<'_>,
    held_out: Labelled<'_>,
    unit: &Unit,
    machine: &Machine,
) -> Result<Option<Shifts>, Error> {
    let Unit::Pixel { shape, max } = *unit else {
        return Ok(None);
    };
    if !unit.is_image() {
        return Ok(None);
    }
    let clean = unit.attacked(targets, held_out.samples, held_out.rows).x;
    // The share of models that are right on each row, and the mean calibration error over models.
    let measure = |mut images: Vec<f32>| {
        images.iter_mut().for_each(|value| *value *= max);
        let samples = Samples {
            features: &Storage::F32(images),
            rows: held_out.rows.len(),
            ..held_out.samples
        };
        right_and_calibrated(targets, samples, held_out.labels, machine)
    };
    let (before, _) = measure(clean.clone())?;
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
            let (right, ece) = measure(images)?;
            all.iter_mut()
                .zip(&right)
                .for_each(|(sum, share)| *sum += share);
            shifted.accuracy.push(mean_share(&right)?);
            shifted.ece.push(ece);
        }
        corruptions.push(shifted);
    }
    let count = (Corruption::ALL.len() * Corruption::SEVERITIES.len()) as f64;
    all.iter_mut().for_each(|sum| *sum /= count);
    Ok(Some(Shifts {
        rows: held_out.rows.len(),
        clean: mean_share(&before)?,
        mean_accuracy: mean_share(&all)?,
        corruptions,
    }))
}

/// Of each row the share of models that are right, and the mean calibration error over models.
fn right_and_calibrated(
    targets: &TargetModels<'_>,
    samples: Samples<'_>,
    labels: &[usize],
    machine: &Machine,
) -> Result<(Vec<f64>, f64), Error> {
    let rows: Vec<usize> = (0..samples.rows).collect();
    let outputs = targets.outputs(samples, &rows, machine)?;
    let (mut right, mut ece) = (Vec::new(), 0.0);
    for own in &outputs {
        let logits = Logits::from_f32(own, rows.len(), targets.outputs)?;
        right.push(logits.hits(labels)?);
        ece += calibration_error(&logits, labels)? / outputs.len() as f64;
    }
    let right = shares(right.len(), rows.len(), |model, row| right[model][row]);
    Ok((right, ece))
}
