//! Claim: decay limits logits far from the data, so that scores of uncertainty tell other data apart.

mod elsewhere;
mod experiment;
mod scores;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_audit::trend::Side;
use decay_claim::drawing::{at_highest, panel, picture, point, rates_panel};
use decay_claim::parts::{Comparison, differences, falls, u_shaped};
use decay_claim::{About, Claim, Drawing, Judgement, Lab, Measurements, Result};
use decay_report::picture::{Horizontal, Panel, Series};
use decay_report::text::short;

use crate::scores::SCORES;

/// The claim.
pub struct Ood;

/// How the name of the study with handwriting starts; it goes on with whose handwriting it is.
const FAR: &str = "Fashion-MNIST";
const NEAR: &str = "digits against two unknown digits";
const RAY: &str = "confidence on rays";
/// The largest distance along rays, in units of the image's own distance from the mean.
const FARTHEST: f64 = 1000.0;
/// Share of the rows that a replicate does not train on.
const HELD_OUT: f64 = 0.2;
/// Test rows for each training row of the replicates, which are splits of the same rows.
const OVERLAP: f64 = HELD_OUT / (1.0 - HELD_OUT);

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
        let mut parts = Vec::new();
        for (study, said) in [
            (far, "clothes against handwriting"),
            (NEAR, "known against unknown digits"),
        ] {
            for (score, _) in SCORES {
                let figure = measured.curve(study, "", score)?;
                let statement =
                    format!("{said}: AUROC by {score} rises with decay until too much loses it");
                parts.push(u_shaped(statement, &figure, Better::Higher, OVERLAP)?);
            }
            let confidence = measured.curve(study, "", "confidence outside")?;
            parts.push(falls(
                format!("{said}: confidence in rows from elsewhere falls"),
                &confidence,
            )?);
        }
        parts.extend(differences(&[less_sure_far_away(measured, far)?], OVERLAP)?);
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (mut panels, far) = (Vec::new(), far(measured));
        for study in [far, NEAR] {
            let of = |metric| measured.curve(study, "", metric);
            let curves = SCORES
                .map(|(name, _)| of(name))
                .into_iter()
                .collect::<Result<Vec<_>>>()?;
            let named = SCORES.iter().zip([5, 1, 3]).zip(&curves);
            let named: Vec<_> = named
                .map(|(((name, _), colour), curve)| (*name, colour, curve))
                .collect();
            let mut panel = rates_panel(study, "AUROC", &named);
            panel
                .marks
                .push(at_highest(&of("accuracy")?, "most accurate"));
            panels.push(panel);
        }
        for study in [far, NEAR] {
            let of = |metric| measured.curve(study, "", metric);
            let (inside, outside, accuracy) = (
                of("confidence inside")?,
                of("confidence outside")?,
                of("accuracy")?,
            );
            panels.push(rates_panel(
                study,
                "mean confidence, accuracy",
                &[
                    ("confidence, own data", 6, &inside),
                    ("confidence, other data", 4, &outside),
                    ("accuracy", 0, &accuracy),
                ],
            ));
        }
        Ok(vec![
            Drawing {
                file: "auroc",
                caption: "Above: how well three scores tell other data from held-out rows. Below: confidence in both.".into(),
                picture: picture("Telling other data apart, over the decay rate", 2, panels),
            },
            Drawing {
                file: "rays",
                caption: "Confidence along straight lines that leave the data.".into(),
                picture: picture("Confidence far from the data", 1, vec![rays_panel(measured, far)?]),
            },
        ])
    }
}

/// Where the most-used score separates best, confidence far away against confidence in images as they are.
fn less_sure_far_away(measured: &Measurements, study: &str) -> Result<Comparison> {
    let best = measured.curve(study, "", SCORES[0].0)?.highest();
    let at = |distance| {
        measured
            .curve_at(study, "", RAY, distance)
            .map(|curve| curve.values[best].clone())
    };
    Ok(Comparison {
        statement: "the network that separates best is less sure a thousand times as far away than in its data".into(),
        what: "confidence a thousand times as far away, above that in the data,".into(),
        a: at(FARTHEST)?,
        b: at(1.0)?,
        claimed: Side::Below,
    })
}

fn far(measured: &Measurements) -> &str {
    let studies = measured.studies();
    studies
        .into_iter()
        .find(|study| study.starts_with(FAR))
        .unwrap_or(FAR)
}

/// Confidence over distance at some rates.
fn rays_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let separation = measured.curve(study, "", SCORES[0].0)?;
    let (rates, best, last) = (
        &separation.rates,
        separation.highest(),
        separation.rates.len() - 1,
    );
    let names = [
        "no decay".into(),
        format!("λ = {}, separates best", short(rates[best])),
    ];
    let too_much =
        [(best + last) / 2, last].map(|place| (place, format!("λ = {}", short(rates[place]))));
    let chosen = [0, best].into_iter().zip(names).chain(too_much);
    let mut all = Vec::new();
    for (colour, (place, label)) in [4, 3, 2, 5].into_iter().zip(chosen) {
        let mut points = Vec::new();
        for distance in measured.places(study, "", RAY) {
            let curve = measured.curve_at(study, "", RAY, distance)?;
            let here = curve.rates.iter().position(|rate| *rate == rates[place]);
            points.extend(here.map(|here| point(distance, &curve.values[here])));
        }
        all.push(Series {
            label,
            colour,
            points,
            joined: true,
            ..Series::default()
        });
    }
    let distance = Horizontal::Log {
        label: "distance from the mean image, in units of the image's own".into(),
    };
    let mut panel = panel(study, distance, "mean confidence", all);
    panel.y.range = Some((0.0, 1.0));
    Ok(panel)
}
