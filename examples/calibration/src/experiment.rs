//! Confidence, loss and temperature at every decay rate and at every strength of label smoothing.

use decay_audit::calibration::{
    BinEdge, CalibrationError, debiased_calibration_error, equal_mass_bins, equal_width_bins,
    optimal_temperature,
};
use decay_audit::{Logits, accuracy, logit_scale, nll};
use decay_claim::{Lab, Measurements, Population, Result, Study, Subject, labels};
use decay_train::Knob;

use crate::setup::{Setup, setups};
use crate::{DECAY, SMOOTHING};

/// Bins of the calibration errors.
const BINS: usize = 15;
/// Half-lives from half an epoch on.
const RATES: [f64; 12] = [
    0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 25.0, 50.0,
];
/// Of label smoothing.
const STRENGTHS: [f64; 8] = [0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4];

pub(crate) fn measure(lab: &Lab) -> Result<Measurements> {
    let mut out = Measurements::default();
    for setup in &setups(lab)? {
        let model = (setup.model.clone(), setup.config.clone());
        let decay = Study {
            series: DECAY,
            ..Study::of_decay(
                setup.name,
                &setup.data,
                setup.replicates(lab),
                model,
                RATES.to_vec(),
            )
        };
        let smoothing = Study {
            series: SMOOTHING,
            knob: Knob::LabelSmoothing,
            values: STRENGTHS.to_vec(),
            ..decay.clone()
        };
        for study in [decay, smoothing] {
            note(&lab.train(study)?, setup, &mut out)?;
        }
    }
    Ok(out)
}

fn note(population: &Population<'_>, setup: &Setup, out: &mut Measurements) -> Result<()> {
    for (member, outputs) in population.validation_outputs()?.into_iter().enumerate() {
        let truth = labels(&setup.data, &population.rows(member).validation);
        let logits = Logits::from_f32(&outputs, truth.len(), outputs.len() / truth.len())?;
        let (tempered, temperature) = cross_fitted(&logits, &truth)?;
        let confidence = logits.confidences();
        let confidence = confidence.iter().sum::<f64>() / confidence.len() as f64;
        let (before, after) = (
            calibration(&logits, &truth)?,
            calibration(&tempered, &truth)?,
        );
        let own = population.subject(member);
        let subject = Subject {
            half_life: rounded(own.half_life),
            ..own
        };
        let figures = [
            ("error", 1.0 - accuracy(&logits, &truth)?),
            ("confidence", confidence),
            ("NLL", nll(&logits, &truth)?),
            ("calibration error", before.debiased),
            ("ECE", before.classic),
            ("logit scale", logit_scale(&logits)),
            ("temperature", temperature),
            ("tempered NLL", nll(&tempered, &truth)?),
            ("tempered calibration error", after.debiased),
            ("tempered ECE", after.classic),
        ];
        out.add(subject, figures.map(|(name, value)| (name, rounded(value))));
    }
    Ok(())
}

/// Five decimals are far more than replicates agree on, and keep the file small.
fn rounded(value: f64) -> f64 {
    (value * 1e5).round() / 1e5
}

/// Each half of the rows at the temperature that suits the other half best, and the two temperatures' geometric mean.
fn cross_fitted(logits: &Logits<'_>, truth: &[usize]) -> Result<(Logits<'static>, f64)> {
    let (classes, middle) = (logits.classes(), truth.len() / 2);
    let (first, second) = logits.values().split_at(middle * classes);
    let first = Logits::new(first, middle, classes)?;
    let second = Logits::new(second, truth.len() - middle, classes)?;
    let of_first = optimal_temperature(&first, &truth[..middle])?.value;
    let of_second = optimal_temperature(&second, &truth[middle..])?.value;
    let mut values = first.tempered(of_second)?.values().to_vec();
    values.extend_from_slice(second.tempered(of_first)?.values());
    let tempered = Logits::new(values, truth.len(), classes)?;
    Ok((tempered, (of_first * of_second).sqrt()))
}

struct Calibration {
    /// Root mean square over bins of equal mass, without what chance adds: few rows make the classic error large.
    debiased: f64,
    /// Mean gap over bins of equal width, as in the literature.
    classic: f64,
}

fn calibration(logits: &Logits<'_>, truth: &[usize]) -> Result<Calibration> {
    let predictions = logits.predictions();
    let hits: Vec<bool> = predictions.iter().zip(truth).map(|(p, y)| p == y).collect();
    let confidence = logits.confidences();
    let (mass, width) = (
        equal_mass_bins(&confidence, &hits, BINS)?,
        equal_width_bins(&confidence, &hits, BINS, BinEdge::default())?,
    );
    Ok(Calibration {
        debiased: debiased_calibration_error(&mass),
        classic: CalibrationError::of(&width).l1,
    })
}

#[cfg(test)]
mod tests;
