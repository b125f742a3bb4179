//! Claim: decay enlarges the margin, and with it the distance to the nearest adversarial example.

mod experiment;
mod hyperplanes;
mod pictures;
mod replicate;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::parts::{Comparison, differences, falls, rises, u_shaped};
use decay_claim::{About, Claim, Curve, Drawing, Judgement, Lab, Measurements, Part, Result};

/// The claim.
pub struct Robustness;

const LINEAR: &str = "digits, linear";
const PERCEPTRON: &str = "digits, perceptron";
/// Measured with `--full`.
const CONVOLUTIONAL: &str = "digits, convolutional";
/// Rows that a replicate trains on, and others that it is attacked on.
const TRAIN: usize = 600;
const TEST: usize = 150;
/// Test rows for each training row of the replicates, which are drawn from the same rows.
const OVERLAP: f64 = TEST as f64 / TRAIN as f64;
/// Mean radius of the rows that are classified correctly: what the strongest attack found, what is certified.
const ATTACKED: &str = "attacked";
const CERTIFIED: &str = "certified";
/// Share of all rows that stand at a radius: under attack, by certificate.
const STANDING: &str = "accuracy under attack";
const PROVEN: &str = "certified accuracy";
/// Radii at which those are noted.
const UNDER_ATTACK: [f64; 4] = [0.2, 0.4, 0.6, 0.8];
/// Share of the best accuracy that a rate keeps if rows that are classified correctly are to be compared.
const ACCURATE: f64 = 0.95;
/// Share of the best accuracy below which a network has learned too little to be judged.
const LEARNED: f64 = 0.5;

impl Claim for Robustness {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay enlarges the margin",
            statement: "The margin of a linear classifier is inverse to the norm of its weights, so decay enlarges it, \
                        and with it the distance to the nearest adversarial example.",
            source: "textbook claim; Cortes & Vapnik 1995 for the margin, Madry et al. 2018 and Croce & Hein 2020 for \
                     the attacks, Zhang et al. 2018 for the certificate",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let of = |metric| measured.curve(LINEAR, "", metric);
        let radius = of("radius")?;
        let mut parts = vec![
            u_shaped(
                "linear: the distance to the boundary, 0 where misclassified, rises to an optimum",
                &over_all_rows(measured, LINEAR, &radius)?,
                Better::Higher,
                OVERLAP,
            )?,
            falls("linear, scale: the norm of the weights falls", &of("norm")?)?,
            falls(
                "linear, scale: margins, as differences of logits, fall with it",
                &of("margin")?,
            )?,
            falls(
                "linear, geometry: the weights turn away from those without decay",
                &of("cosine")?,
            )?,
            rises(
                "linear, geometry: while accuracy lasts, rows that are right lie ever farther from the boundary",
                &keeping(ACCURATE, measured, LINEAR, &radius)?,
            )?,
        ];
        for (study, said) in [(PERCEPTRON, "perceptron"), (CONVOLUTIONAL, "convolutional")] {
            if measured.studies().contains(&study) {
                parts.extend(of_network(measured, study, said)?);
            }
        }
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        pictures::draw(measured)
    }
}

/// What attacks find and certificates prove of a network.
fn of_network(measured: &Measurements, study: &str, said: &str) -> Result<Vec<Part>> {
    let of = |metric| measured.curve(study, "", metric);
    let (attacked, certified) = (of(ATTACKED)?, of(CERTIFIED)?);
    let ratio = certified.with(&attacked, |certified, attacked| certified / attacked);
    let gains = [(&attacked, "attacked"), (&certified, "certified")];
    let gains = gains.map(|(radius, what)| {
        let all = over_all_rows(measured, study, radius)?;
        let decayed = all.only(|rate| rate > 0.0);
        Ok(Comparison {
            statement: format!(
                "{said}: the best decay enlarges the {what} radius, 0 where misclassified"
            ),
            what: format!("{what} radius above that without decay"),
            a: decayed.chosen_by_others(Better::Higher, &decayed),
            b: all.values[0].clone(),
            claimed: Side::Above,
        })
    });
    let gains: Vec<Comparison> = gains.into_iter().collect::<Result<_>>()?;
    let mut parts = differences(&gains, OVERLAP)?;
    for (figure, what) in [
        (
            &attacked,
            "the nearest example found of rows that are right lies ever farther",
        ),
        (&ratio, "ever more of that distance is certified"),
    ] {
        let statement = format!("{said}: while accuracy lasts, {what}");
        parts.push(rises(
            statement,
            &keeping(ACCURATE, measured, study, figure)?,
        )?);
    }
    Ok(parts)
}

/// A mean radius of correctly classified rows as one of all rows, in which misclassified ones count as 0.
///
/// Only of networks that have learned: one that names the same class everywhere is right by chance, and nothing moves it.
fn over_all_rows(measured: &Measurements, study: &str, radius: &Curve) -> Result<Curve> {
    let accuracy = measured.curve(study, "", "accuracy")?;
    let all = radius.with(&accuracy, |radius, accuracy| radius * accuracy);
    keeping(LEARNED, measured, study, &all)
}

/// The part of a curve at rates whose mean accuracy is at least this share of the best one.
fn keeping(share: f64, measured: &Measurements, study: &str, curve: &Curve) -> Result<Curve> {
    Ok(curve.keeping(share, &measured.curve(study, "", "accuracy")?))
}
