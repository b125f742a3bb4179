//! Claim: decay shrinks the weights. The smallest claim there is, and the one to copy for a new one.

#![forbid(unsafe_code)]

#[cfg(test)]
mod tests;

use decay_claim::drawing::{picture, rates_panel};
use decay_claim::parts::falls;
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result, Study, rates};
use decay_data::Embedded;
use decay_model::MlpConfig;
use decay_train::TrainConfig;

/// Data and model, as measurements name them.
const STUDY: &str = "wine, perceptron";

/// The claim.
pub struct Shrinkage;

impl Claim for Shrinkage {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay shrinks the weights",
            statement: "The larger the decay rate, the smaller the norm of the trained weights.",
            source: "Hanson & Pratt 1988, \"Comparing biases for minimal network construction\"",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        let data = Embedded::Wine.load()?;
        let splits = lab.splits(&data, 0.3)?;
        let model = MlpConfig::default();
        let config = TrainConfig {
            epochs: 60,
            lr: 1e-2,
            ..TrainConfig::default()
        };
        let rates = rates(0.01, 30.0, 9);
        let study = Study::of_decay(STUDY, &data, splits, model, config, rates);
        let population = lab.train(study)?;
        let mut out = Measurements::default();
        for member in 0..population.len() {
            let loss = population.outcome(member).validation;
            out.add(
                population.key(member),
                [
                    ("norm of the weights", population.weight_norm(member)),
                    ("validation loss", loss.map_or(f64::NAN, |loss| loss.loss)),
                ],
            );
        }
        Ok(out)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let norm = measured.curve(STUDY, "", "norm of the weights")?;
        Ok(Judgement::of(vec![falls(
            "the norm of the weights falls",
            &norm,
        )?]))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let norm = measured.curve(STUDY, "", "norm of the weights")?;
        let panel = rates_panel(
            STUDY,
            "norm of the weights",
            &[("trained weights", 5, &norm)],
        );
        Ok(vec![Drawing {
            file: "norm",
            caption: "The norm of all weight matrices together; biases do not decay.".into(),
            picture: picture("Decay shrinks the weights", 1, vec![panel]),
        }])
    }
}
