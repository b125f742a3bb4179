//! Claim: decay enlarges the margin, and with it the distance to the nearest adversarial example.

#![forbid(unsafe_code)]

mod experiment;
#[cfg(test)]
mod tests;

use decay_audit::compare::Better;
use decay_claim::drawing::{Panel, dashed, picture, rate_label, rates_panel, series};
use decay_claim::measuring::robustness::{
    ATTACKED, CERTIFIED, RADIUS, over_all_rows, radius_panels, standing_panel,
};
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
/// Radii at which the share of rows that stand is noted.
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
        let u = "linear: the distance to the boundary, 0 where misclassified, rises to an optimum";
        let all = over_all_rows(measured, LEARNED, LINEAR, "radius")?;
        let exact = u_shaped(u, &all, Better::Higher, OVERLAP)?;
        let mut parts = vec![exact.in_unit("pixel ranges")];
        for (metric, what) in [
            ("norm", "scale: the norm of the weights falls"),
            (
                "margin",
                "scale: margins, as differences of logits, fall with it",
            ),
            (
                "cosine",
                "geometry: the weights turn away from those without decay",
            ),
        ] {
            let curve = measured.curve(LINEAR, "", metric)?;
            parts.push(falls(format!("linear, {what}"), &curve)?);
        }
        parts.push(rises(
            "linear, geometry: while accuracy lasts, rows that are right lie ever farther from the boundary",
            &measured.accurate(ACCURATE, LINEAR, "radius")?,
        )?);
        for (study, said) in [(PERCEPTRON, "perceptron"), (CONVOLUTIONAL, "convolutional")] {
            if measured.studies().contains(&study) {
                parts.extend(of_network(measured, study, said)?);
            }
        }
        Ok(Judgement::of(parts))
    }

    fn draw(&self, measured: &Measurements) -> Result<Vec<Drawing>> {
        let (mut radii, mut accuracies) = (Vec::new(), Vec::new());
        for study in [PERCEPTRON, CONVOLUTIONAL] {
            if measured.studies().contains(&study) {
                let certified = over_all_rows(measured, LEARNED, study, CERTIFIED)?;
                let best = certified.rates[certified.highest()];
                let lines = [("no decay", 4, 0.0), (&rate_label(best), 5, best)];
                radii.extend(radius_panels(measured, LEARNED, study)?);
                accuracies.push(standing_panel(measured, study, &lines)?);
            }
        }
        let scale_and_geometry = "Scale and geometry of the margin, over the decay rate";
        Ok(vec![
            Drawing {
                file: "margin",
                caption:
                    "A linear model: norm and margin fall together, which is scale and changes \
                          no decision; the radius rises a little, because the weights turn."
                        .into(),
                picture: picture(scale_and_geometry, 2, linear_panels(measured)?),
            },
            Drawing {
                file: "radius",
                caption: "Networks: mean radius by attack and by certificate.".into(),
                picture: picture("Distance to the boundary, over the decay rate", 2, radii),
            },
            Drawing {
                file: "accuracy",
                caption: "Accuracy under perturbations of a size, attacked and certified.".into(),
                picture: picture("Accuracy under attack", accuracies.len(), accuracies),
            },
        ])
    }
}

/// What attacks find and certificates prove of a network.
fn of_network(measured: &Measurements, study: &str, said: &str) -> Result<Vec<Part>> {
    let gain = |radius| {
        let all = over_all_rows(measured, LEARNED, study, radius)?;
        let [undecayed, _] = all.ends();
        Ok(Comparison::above(
            format!("{said}: the best decay enlarges the {radius} radius, 0 where misclassified"),
            format!("{radius} radius above that without decay"),
            all.at_best_decay(Better::Higher),
            undecayed,
        ))
    };
    let gains: Result<Vec<_>> = [ATTACKED, CERTIFIED].into_iter().map(gain).collect();
    let mut parts = differences(&gains?, OVERLAP)?;
    let of = |metric| measured.accurate(ACCURATE, study, metric);
    let (attacked, certified) = (of(ATTACKED)?, of(CERTIFIED)?);
    let ratio = certified.with(&attacked, |certified, attacked| certified / attacked);
    let farther = "the nearest example found of rows that are right lies ever farther";
    let closer = "ever more of that distance is certified";
    for (figure, what) in [(&attacked, farther), (&ratio, closer)] {
        let statement = format!("{said}: while accuracy lasts, {what}");
        parts.push(rises(statement, figure)?);
    }
    Ok(parts)
}

/// Of the linear model: scale and direction, and what they do to the radius.
fn linear_panels(measured: &Measurements) -> Result<Vec<Panel>> {
    let of = |metric| measured.accurate(LEARNED, LINEAR, metric);
    let (radius, rescaled) = (of("radius")?, of("radius, rescaled only")?);
    let control = |curve: &Curve| dashed(series("radius, weights rescaled only", 6, curve));
    let ratios = [
        ("norm of the weights", 1, &of("norm")?.over_first()),
        ("margin in logits", 2, &of("margin")?.over_first()),
        ("cosine with the weights without decay", 3, &of("cosine")?),
        ("radius", 5, &radius.over_first()),
    ];
    let mut ratios = rates_panel("relative to no decay", "ratio; cosine", &ratios);
    ratios.series.push(control(&rescaled.over_first()));
    ratios.y.log = true;
    let all = over_all_rows(measured, LEARNED, LINEAR, "radius")?;
    let radii = [
        ("radius", 5, &radius),
        ("radius, 0 where misclassified", 0, &all),
    ];
    let mut radii = rates_panel("exact distance to the boundary", RADIUS, &radii);
    radii.series.push(control(&rescaled));
    Ok(vec![ratios, radii])
}
