//! Claim: decay limits logits far from the data, so that scores of uncertainty tell other data apart.

mod elsewhere;
mod experiment;
mod pictures;
mod scores;
#[cfg(test)]
mod tests;

use decay_audit::trend::Side;
use decay_claim::parts::{Comparison, differences, falls};
use decay_claim::{About, Claim, Curve, Drawing, Judgement, Lab, Measurements, Result, overlap};

use crate::scores::SCORES;

/// The claim.
pub struct Ood;

/// How the name of the study with handwriting starts; it goes on with whose handwriting it is.
const FAR: &str = "Fashion-MNIST";
const NEAR: &str = "digits against two unknown digits";
const RAY: &str = "confidence on rays";
/// The largest distance along rays, in units of the image's own distance from the mean.
const FARTHEST: f64 = 1000.0;
/// Share of the best accuracy that a rate keeps if it is one to use.
const ACCURATE: f64 = 0.95;
/// Share of the rows that a replicate does not train on.
const HELD_OUT: f64 = 0.2;

impl Claim for Ood {
    fn about(&self) -> About {
        About {
            name: env!("CARGO_PKG_NAME"),
            title: "Decay helps to tell other data apart",
            statement: "Decay limits logits far from the data, so that scores of uncertainty separate other data \
                        better: AUROC rises with the rate until too much decay loses it again.",
            source: "textbook claim; Hendrycks & Gimpel 2017, Lee et al. 2018, Liu et al. 2020 for the scores; \
                     Hein, Andriushchenko & Bitterwolf 2019 for the rays",
        }
    }

    fn measure(&self, lab: &Lab) -> Result<Measurements> {
        experiment::measure(lab)
    }

    fn judge(&self, measured: &Measurements) -> Result<Judgement> {
        let far = far(measured);
        let (mut gains, mut losses, mut confidences) = (Vec::new(), Vec::new(), Vec::new());
        for (study, said) in [
            (far, "clothes against handwriting"),
            (NEAR, "known against unknown digits"),
        ] {
            for (score, _) in SCORES {
                let [gain, loss] = rises_and_falls(measured, study, (said, score))?;
                gains.push(gain);
                losses.push(loss);
            }
            let confidence = measured.curve(study, "", "confidence outside")?;
            let statement = format!("{said}: confidence in rows from elsewhere falls");
            confidences.push(falls(statement, &confidence)?);
        }
        let mut parts = differences(&gains, overlap(HELD_OUT))?;
        parts.extend(differences(&losses, overlap(HELD_OUT))?);
        parts.extend(confidences);
        let ray = less_sure_far_away(measured, far)?;
        parts.extend(differences(&[ray], overlap(HELD_OUT))?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        pictures::draw(measured)
    }
}

/// AUROC at the best decay that keeps the accuracy: against none, and against the largest rate.
fn rises_and_falls(
    measured: &Measurements,
    study: &str,
    (said, score): (&str, &str),
) -> Result<[Comparison; 2]> {
    let figure = measured.curve(study, "", score)?;
    let decayed = while_accurate(measured, study, &figure)?.only(|rate| rate > 0.0);
    let loss = decayed.with(&decayed, |auroc, _| -auroc);
    let best = loss.chosen_by_others(&decayed);
    let at = |place: usize| figure.values[place].clone();
    Ok([
        Comparison {
            statement: format!("{said}: decay that keeps the accuracy separates better by {score}"),
            what: "AUROC gained over no decay".into(),
            a: best.clone(),
            b: at(0),
            claimed: Side::Above,
        },
        Comparison {
            statement: format!("{said}: too much decay loses it again by {score}"),
            what: "AUROC at the largest rate above the best".into(),
            a: at(figure.rates.len() - 1),
            b: best,
            claimed: Side::Below,
        },
    ])
}

fn while_accurate(measured: &Measurements, study: &str, curve: &Curve) -> Result<Curve> {
    Ok(curve.keeping(ACCURATE, &measured.curve(study, "", "accuracy")?))
}

/// At the best rate that keeps the accuracy, confidence far away against confidence in images as they are.
fn less_sure_far_away(measured: &Measurements, study: &str) -> Result<Comparison> {
    let best = best_by_first_score(measured, study)?;
    let at = |distance| -> Result<Vec<f64>> {
        let curve = measured.curve_at(study, "", RAY, distance)?;
        Ok(curve.only(|rate| rate == best).values.concat())
    };
    Ok(Comparison {
        statement:
            "the network that separates best is less sure a thousand times as far away than in its data"
                .into(),
        what: "confidence a thousand times as far away above that in the data".into(),
        a: at(FARTHEST)?,
        b: at(1.0)?,
        claimed: Side::Below,
    })
}

/// The rate that separates best by the most-used score, of those that keep the accuracy.
fn best_by_first_score(measured: &Measurements, study: &str) -> Result<f64> {
    let separation = measured.curve(study, "", SCORES[0].0)?;
    let accurate = while_accurate(measured, study, &separation)?;
    Ok(accurate.rates[accurate.highest()])
}

fn far(measured: &Measurements) -> &str {
    let studies = measured.studies();
    studies
        .into_iter()
        .find(|study| study.starts_with(FAR))
        .unwrap_or(FAR)
}
