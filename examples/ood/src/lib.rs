//! Claim: decay limits logits far from the data, so that scores of uncertainty tell other data apart.

#![forbid(unsafe_code)]

mod experiment;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_audit::ood::Detector;
use decay_claim::drawing::{
    Horizontal, Panel, at_last, metrics_panel, of_shares, picture, places_panel, rate_label,
    rates_panel,
};
use decay_claim::parts::{Comparison, differences, falls};
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result, overlap};

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

/// The scores that are compared, as pictures name them.
const SCORES: [(&str, Detector); 3] = [
    ("MSP", Detector::Msp),
    ("energy", Detector::Energy),
    ("Mahalanobis", Detector::Mahalanobis),
];

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
        let far = measured.study_like(FAR)?;
        let (mut gains, mut losses, mut confidences) = (Vec::new(), Vec::new(), Vec::new());
        for (study, said) in [
            (far, "clothes against handwriting"),
            (NEAR, "known against unknown digits"),
        ] {
            for (score, _) in SCORES {
                let say = |what: &str| format!("{said}: {what} by {score}");
                let [undecayed, largest] = measured.curve(study, "", score)?.ends();
                let best = measured
                    .accurate(ACCURATE, study, score)?
                    .at_best_decay(Better::Higher);
                gains.push(Comparison::above(
                    say("decay that keeps the accuracy separates better"),
                    "AUROC gained over no decay",
                    best.clone(),
                    undecayed,
                ));
                losses.push(Comparison::below(
                    say("too much decay loses it again"),
                    "AUROC at the largest rate above the best",
                    largest,
                    best,
                ));
            }
            let statement = format!("{said}: confidence in rows from elsewhere falls");
            let outside = measured.curve(study, "", "confidence outside")?;
            confidences.push(falls(statement, &outside)?);
        }
        let mut parts = differences(&gains, overlap(HELD_OUT))?;
        parts.extend(differences(&losses, overlap(HELD_OUT))?);
        parts.extend(confidences);
        let best = best_by_first_score(measured, far)?;
        let sure = |distance| measured.curve_at(far, "", RAY, distance);
        let ray = Comparison::below(
            "the network that separates best is less sure a thousand times as far away than in its data",
            "confidence a thousand times as far away above that in the data",
            sure(FARTHEST)?.at(best),
            sure(1.0)?.at(best),
        );
        parts.extend(differences(&[ray], overlap(HELD_OUT))?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let far = measured.study_like(FAR)?;
        let (mut separations, mut confidences) = (Vec::new(), Vec::new());
        for study in [far, NEAR] {
            let scores = [("MSP", 5), ("energy", 1), ("Mahalanobis", 3)];
            let mut panel = metrics_panel(measured, study, "", "AUROC", &scores)?;
            let kept = measured.accurate(ACCURATE, study, "accuracy")?;
            panel.marks.push(at_last(&kept, "accurate up to here"));
            separations.push(panel);
            let of = |metric| measured.curve(study, "", metric);
            let curves = [
                ("confidence, own data", 6, &of("confidence inside")?),
                ("confidence, other data", 4, &of("confidence outside")?),
                ("accuracy", 0, &of("accuracy")?),
            ];
            confidences.push(rates_panel(study, "mean confidence, accuracy", &curves));
        }
        separations.extend(confidences);
        Ok(vec![
            Drawing {
                file: "auroc",
                caption: "Above: how well three scores tell other data from held-out rows. Below: confidence in both."
                    .into(),
                picture: picture("Telling other data apart, over the decay rate", 2, separations),
            },
            Drawing {
                file: "rays",
                caption: "Confidence along straight lines that leave the data.".into(),
                picture: picture("Confidence far from the data", 1, vec![rays_panel(measured, far)?]),
            },
        ])
    }
}

/// The rate that separates best by the most-used score, of those that keep the accuracy.
fn best_by_first_score(measured: &Measurements, study: &str) -> Result<f64> {
    let separation = measured.accurate(ACCURATE, study, SCORES[0].0)?;
    Ok(separation.rates[separation.highest()])
}

/// Confidence over distance at some rates.
fn rays_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let best = best_by_first_score(measured, study)?;
    let rates = measured.curve(study, "", "accuracy")?.rates;
    let (place, last) = (rates.partition_point(|&rate| rate < best), rates.len() - 1);
    let (between, largest) = (rates[(place + last).div_ceil(2)], rates[last]);
    let separating = format!("{}, separates best while accurate", rate_label(best));
    let lines = [
        ("no decay", 4, 0.0),
        (&separating, 3, best),
        (&rate_label(between), 2, between),
        (&rate_label(largest), 5, largest),
    ];
    let distance = Horizontal::log("distance from the mean image, in units of the image's own");
    let panel = places_panel(
        measured,
        study,
        "",
        RAY,
        distance,
        "mean confidence",
        &lines,
    )?;
    Ok(of_shares(panel))
}
