//! Accuracy and confidence on the held-out images after they are corrupted.

use decay_audit::Estimate;
use decay_audit::calibration::calibration_error;
use decay_data::Storage;
use decay_shift::Corruption;
use decay_train::Samples;
use serde::Serialize;

use super::auditor::{Auditor, Labelled};
use super::shares::mean_share;
use super::unit::Unit;
use crate::error::Error;
use crate::event::Event;
use crate::targets;

/// Seed of what is drawn: noise, flakes, angles.
const SEED: u64 = 0;

/// One corruption.
#[derive(Debug, Clone, Serialize)]
pub struct Shifted {
    /// As Hendrycks & Dietterich call it.
    pub corruption: &'static str,
    /// By severity, of what all models say together.
    pub accuracy: Vec<Estimate>,
    /// Its expected calibration error by severity.
    pub ece: Vec<f64>,
}

impl Shifted {
    /// Accuracy, mean over severities.
    pub fn mean(&self) -> f64 {
        self.accuracy.iter().map(|a| a.mean).sum::<f64>() / self.accuracy.len() as f64
    }
}

/// All corruptions.
#[derive(Debug, Clone, Serialize)]
pub struct Shifts {
    /// Number of images.
    pub rows: usize,
    /// The same rows as they are.
    pub clean: Estimate,
    /// Mean over corruptions and severities.
    pub mean_accuracy: Estimate,
    /// Each corruption.
    pub corruptions: Vec<Shifted>,
}

/// What the models together make of corrupted images.
struct Hits {
    /// 1 for each row on which they are right.
    by_row: Vec<f64>,
    ece: f64,
}

impl Auditor<'_> {
    /// Measures every corruption at every severity on the given images; `None` for anything else, and where nobody asks.
    pub(super) fn shifts(&self, held_out: Labelled<'_>) -> Result<Option<Shifts>, Error> {
        let unit = Unit::of(self.schema, &self.targets);
        let (Ok(unit @ Unit::Pixel { shape, max }), true) = (&unit, self.settings.corruptions)
        else {
            return Ok(None);
        };
        (self.observe)(Event::Auditing("corruptions"));
        if !unit.is_image() {
            return Ok(None);
        }
        let clean = unit
            .attacked(&self.targets, held_out.samples, held_out.rows)
            .x;
        let hits = |images: Vec<f32>| self.hits(images, *max, held_out.labels);
        let mut all = vec![0.0; held_out.rows.len()];
        let mut corruptions = Vec::with_capacity(Corruption::ALL.len());
        for corruption in Corruption::ALL {
            let mut by_severity = Vec::new();
            for severity in Corruption::SEVERITIES {
                let mut images = clean.clone();
                self.corrupt(corruption, severity, &mut images, *shape)?;
                by_severity.push(hits(images)?);
            }
            for found in &by_severity {
                let sums = all.iter_mut().zip(&found.by_row);
                sums.for_each(|(sum, share)| *sum += share);
            }
            let accuracy = by_severity.iter().map(|found| mean_share(&found.by_row));
            corruptions.push(Shifted {
                corruption: corruption.name(),
                accuracy: accuracy.collect::<Result<_, _>>()?,
                ece: by_severity.iter().map(|found| found.ece).collect(),
            });
        }
        let count = (Corruption::ALL.len() * Corruption::SEVERITIES.len()) as f64;
        all.iter_mut().for_each(|sum| *sum /= count);
        Ok(Some(Shifts {
            rows: held_out.rows.len(),
            clean: mean_share(&hits(clean)?.by_row)?,
            mean_accuracy: mean_share(&all)?,
            corruptions,
        }))
    }

    /// Corrupts images as they would be at once, asking between them whether to stop.
    fn corrupt(
        &self,
        corruption: Corruption,
        severity: u8,
        images: &mut [f32],
        shape: [usize; 3],
    ) -> Result<(), Error> {
        /// Values, a quarter of a second of the slowest corruption on a small machine.
        const TOGETHER: usize = 1 << 19;
        let pixels: usize = shape.iter().product();
        let together = (TOGETHER / pixels).max(1);
        for (place, some) in images.chunks_mut(together * pixels).enumerate() {
            self.targets.go_on()?;
            corruption.apply_from(place * together, severity, some, shape, SEED)?;
        }
        Ok(())
    }

    /// What the models make of images with values in `[0, 1]`, of which `max` is the file's largest.
    fn hits(&self, mut images: Vec<f32>, max: f32, labels: &[usize]) -> Result<Hits, Error> {
        images.iter_mut().for_each(|value| *value *= max);
        let rows = labels.len();
        let samples = Samples {
            inputs: images.len() / rows,
            features: &Storage::F32(images),
            rows,
            graph: None,
        };
        let outputs = self.targets.all_outputs(samples, self.machine)?;
        let logits = targets::logits(&outputs, self.targets.outputs)?;
        let answers = targets::together(&logits, self.targets.temperature)?;
        let right = answers.hits(labels)?;
        Ok(Hits {
            by_row: right
                .iter()
                .map(|&right| f64::from(u8::from(right)))
                .collect(),
            ece: calibration_error(&answers, labels)?,
        })
    }
}
