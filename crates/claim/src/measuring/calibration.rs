//! Confidence, likelihood and temperature of every member of a population.

use decay_audit::calibration::{
    BinEdge, CalibrationError, cross_fitted_temperature, debiased_calibration_error,
    equal_mass_bins, equal_width_bins,
};
use decay_audit::{Logits, accuracy, logit_scale, nll};

use crate::failure::Result;
use crate::lab::labels;
use crate::measurements::Measurements;
use crate::population::Population;

/// Bins of the calibration errors.
const BINS: usize = 15;

/// Notes how calibrated every member is on its replicate's validation rows, which must be in random order.
///
/// | metric | meaning |
/// | :-- | :-- |
/// | `error` | share of wrong predictions |
/// | `confidence` | mean probability of the predicted class |
/// | `entropy` | mean entropy of the predictions, in nats |
/// | `NLL` | negative log-likelihood in nats |
/// | `calibration error` | [`debiased_calibration_error`] of bins of equal mass: few rows make the classic error large |
/// | `ECE` | mean gap over bins of equal width, as in the literature |
/// | `logit scale` | [`logit_scale`] |
/// | `temperature` | that of [`cross_fitted_temperature`] |
/// | `tempered NLL`, `tempered calibration error`, `tempered ECE` | the same at these temperatures |
///
/// # Errors
/// If the device fails or an output is not finite.
///
/// # Panics
/// If the data are no classification.
pub fn note_calibration(population: &Population<'_>, out: &mut Measurements) -> Result<()> {
    for (member, outputs) in population
        .models
        .outputs(|rows| &rows.validation)?
        .into_iter()
        .enumerate()
    {
        let truth = labels(population.study.data, &population.rows(member).validation);
        let logits = Logits::from_f32(&outputs, truth.len(), outputs.len() / truth.len())?;
        out.add_rounded(population.key(member), figures(&logits, &truth)?);
    }
    Ok(())
}

impl Population<'_> {
    /// Negative log-likelihood of every member on its replicate's validation rows, which must be in random order, at the temperatures of
    /// [`cross_fitted_temperature`]: what is left of a loss where its scale is put right, which costs nothing.
    ///
    /// # Errors
    /// If the device fails or an output is not finite.
    ///
    /// # Panics
    /// If the data are no classification.
    pub fn tempered_losses(&self) -> Result<Vec<f64>> {
        let all = self.models.outputs(|rows| &rows.validation)?.into_iter();
        let of = |(member, outputs): (usize, Vec<f32>)| {
            let truth = labels(self.study.data, &self.rows(member).validation);
            let logits = Logits::from_f32(&outputs, truth.len(), outputs.len() / truth.len())?;
            let fitted = cross_fitted_temperature(&logits, &truth)?;
            Ok(nll(&fitted.tempered, &truth)?)
        };
        all.enumerate().map(of).collect()
    }
}

fn figures(logits: &Logits<'_>, truth: &[usize]) -> Result<[(&'static str, f64); 11]> {
    let fitted = cross_fitted_temperature(logits, truth)?;
    let confidence = logits.confidences();
    let (before, after) = (errors(logits, truth)?, errors(&fitted.tempered, truth)?);
    Ok([
        ("error", 1.0 - accuracy(logits, truth)?),
        (
            "confidence",
            confidence.iter().sum::<f64>() / confidence.len() as f64,
        ),
        ("entropy", entropy(logits)),
        ("NLL", nll(logits, truth)?),
        ("calibration error", before.debiased),
        ("ECE", before.classic),
        ("logit scale", logit_scale(logits)),
        ("temperature", fitted.temperature),
        ("tempered NLL", nll(&fitted.tempered, truth)?),
        ("tempered calibration error", after.debiased),
        ("tempered ECE", after.classic),
    ])
}

fn entropy(logits: &Logits<'_>) -> f64 {
    let logs = logits.log_probabilities().into_iter();
    let terms = logs.map(|log| {
        if log == f64::NEG_INFINITY {
            0.0
        } else {
            log.exp() * log
        }
    });
    0.0 - terms.sum::<f64>() / logits.rows() as f64
}

struct Errors {
    debiased: f64,
    classic: f64,
}

fn errors(logits: &Logits<'_>, truth: &[usize]) -> Result<Errors> {
    let predictions = logits.predictions();
    let hits: Vec<bool> = predictions.iter().zip(truth).map(|(p, y)| p == y).collect();
    let confidence = logits.confidences();
    let (mass, width) = (
        equal_mass_bins(&confidence, &hits, BINS)?,
        equal_width_bins(&confidence, &hits, BINS, BinEdge::default())?,
    );
    Ok(Errors {
        debiased: debiased_calibration_error(&mass),
        classic: CalibrationError::of(&width).l1,
    })
}

#[cfg(test)]
mod tests {
    use decay_audit::Logits;
    use decay_data::Embedded;
    use decay_model::Mlp;
    use decay_train::TrainConfig;

    use super::{figures, note_calibration};
    use crate::measurements::Measurements;
    use crate::study::Study;
    use crate::testing::quiet_lab;

    /// The same as is noted, which is rounded to five decimals, and other ones than without a temperature.
    #[test]
    fn tempered_losses_are_those_of_the_members() {
        let (lab, data) = (quiet_lab(), Embedded::Wine.load().unwrap());
        let config = TrainConfig {
            epochs: 5,
            ..TrainConfig::default()
        };
        let rows = lab.draws(data.rows, 2, [90, 40]);
        let study = Study::of_decay(
            "wine",
            &data,
            rows,
            Mlp::hidden([8]),
            config,
            vec![0.0, 9.0],
        );
        let population = lab.train(study).unwrap();
        let mut noted = Measurements::default();
        note_calibration(&population, &mut noted).unwrap();
        let of = |metric: &str| noted.curve("wine", "", metric).unwrap().values.concat();
        let found = population.tempered_losses().unwrap();
        let (tempered, plain) = (of("tempered NLL"), of("NLL"));
        for (member, loss) in found.iter().enumerate() {
            assert!((loss - tempered[member]).abs() < 1e-5);
            assert!((plain[member] - loss).abs() > 1e-2, "{plain:?} {found:?}");
        }
    }

    /// Logits `±size`, of which every fourth is wrong.
    fn found(size: f64) -> impl Fn(&str) -> f64 {
        let values: Vec<f64> = (0..400).flat_map(|_| [size, -size]).collect();
        let truth: Vec<usize> = (0..400).map(|row| usize::from(row % 4 == 3)).collect();
        let all = figures(&Logits::new(values, 400, 2).unwrap(), &truth).unwrap();
        move |name| all.iter().find(|(other, _)| *other == name).unwrap().1
    }

    /// Three of four are right; sure of that to a thousandth or not at all.
    #[test]
    fn calibration_errors_are_the_gap_between_confidence_and_accuracy() {
        let sure = found(20.0);
        assert_eq!(sure("error"), 0.25);
        assert!((sure("confidence") - 1.0).abs() < 1e-9);
        assert!((sure("ECE") - 0.25).abs() < 1e-9, "{}", sure("ECE"));
        assert!((sure("calibration error") - 0.25).abs() < 0.02);
        let right = found(3.0f64.ln() / 2.0);
        assert!((right("confidence") - 0.75).abs() < 1e-9);
        let entropy = -(0.75f64 * 0.75f64.ln() + 0.25 * 0.25f64.ln());
        assert!((right("entropy") - entropy).abs() < 1e-12 && sure("entropy") < 1e-6);
        assert!(right("ECE") < 1e-9 && right("calibration error") < 0.02);
    }

    /// A tempered network knows what it does not: entropy of three in four, at the temperature that shrinks the logits to `ln 3 / 2`.
    #[test]
    fn tempered_figures_are_those_at_the_temperature() {
        let sure = found(20.0);
        let entropy = -(0.75f64 * 0.75f64.ln() + 0.25 * 0.25f64.ln());
        assert!((sure("temperature") - 40.0 / 3.0f64.ln()).abs() < 1e-6);
        assert!((sure("tempered NLL") - entropy).abs() < 1e-9);
        assert!((sure("NLL") - 10.0).abs() < 1e-6, "{}", sure("NLL"));
        assert!(sure("tempered ECE") < 1e-6 && sure("tempered calibration error") < 0.02);
    }
}
