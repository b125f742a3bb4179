//! The pictures of the claim.

use decay_claim::drawing::{panel, picture, point, rates_panel, series};
use decay_claim::{Curve, Drawing, Measurements, Result};
use decay_report::picture::{Horizontal, Panel, Series};
use decay_report::text::short;

use crate::{
    ATTACKED, CERTIFIED, CONVOLUTIONAL, LEARNED, LINEAR, PERCEPTRON, PROVEN, STANDING,
    UNDER_ATTACK, keeping, over_all_rows,
};

const RADIUS: &str = "mean radius (range of a pixel)";

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    let networks = [PERCEPTRON, CONVOLUTIONAL];
    let networks = networks
        .into_iter()
        .filter(|study| measured.studies().contains(study));
    let (mut radii, mut accuracies) = (Vec::new(), Vec::new());
    for study in networks {
        radii.extend([correct_panel(measured, study)?, all_panel(measured, study)?]);
        accuracies.push(accuracy_panel(measured, study)?);
    }
    Ok(vec![
        Drawing {
            file: "margin",
            caption: "A linear model: norm and margin fall together, which is scale and changes no decision; the radius \
                      rises a little, because the weights turn."
                .into(),
            picture: picture("Scale and geometry of the margin, over the decay rate", 2, linear_panels(measured)?),
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

fn learned(measured: &Measurements, study: &str, metric: &str) -> Result<Curve> {
    keeping(
        LEARNED,
        measured,
        study,
        &measured.curve(study, "", metric)?,
    )
}

/// Of the linear model: scale and direction, and what they do to the radius.
fn linear_panels(measured: &Measurements) -> Result<Vec<Panel>> {
    let of = |metric| learned(measured, LINEAR, metric);
    let (norm, margin, radius) = (of("norm")?, of("margin")?, of("radius")?);
    let (rescaled, cosine) = (of("radius, rescaled only")?, of("cosine")?);
    let all = over_all_rows(measured, LINEAR, &measured.curve(LINEAR, "", "radius")?)?;
    let control = |curve: &Curve| Series {
        dashed: true,
        ..series("radius, weights rescaled only", 6, curve)
    };
    let mut ratios = rates_panel(
        "relative to no decay",
        "ratio; cosine",
        &[
            ("norm of the weights", 1, &relative(&norm)),
            ("margin in logits", 2, &relative(&margin)),
            ("cosine with the weights without decay", 3, &cosine),
            ("radius", 5, &relative(&radius)),
        ],
    );
    ratios.series.push(control(&relative(&rescaled)));
    ratios.y.log = true;
    let mut radii = rates_panel(
        "exact distance to the boundary",
        RADIUS,
        &[
            ("radius", 5, &radius),
            ("radius, 0 where misclassified", 0, &all),
        ],
    );
    radii.series.push(control(&rescaled));
    Ok(vec![ratios, radii])
}

/// Each replicate's values over its own without decay.
fn relative(curve: &Curve) -> Curve {
    let over = |values: &Vec<f64>| {
        let pairs = values.iter().zip(&curve.values[0]);
        pairs.map(|(value, first)| value / first).collect()
    };
    Curve {
        values: curve.values.iter().map(over).collect(),
        ..curve.clone()
    }
}

/// Radii of a network where it is right.
fn correct_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let of = |metric| learned(measured, study, metric);
    let (fgsm, pgd, apgd, certified) = (of("FGSM")?, of("PGD")?, of("APGD")?, of(CERTIFIED)?);
    Ok(rates_panel(
        &format!("{study}, where right"),
        RADIUS,
        &[
            ("FGSM", 1, &fgsm),
            ("PGD", 2, &pgd),
            ("APGD", 6, &apgd),
            ("certified", 3, &certified),
        ],
    ))
}

/// Radii of all rows.
fn all_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let all = |metric| over_all_rows(measured, study, &measured.curve(study, "", metric)?);
    let (attacked, certified) = (all(ATTACKED)?, all(CERTIFIED)?);
    Ok(rates_panel(
        &format!("{study}, 0 where misclassified"),
        RADIUS,
        &[
            ("strongest of the attacks", 5, &attacked),
            ("certified", 3, &certified),
        ],
    ))
}

/// Accuracy over the size of perturbations, without decay and where most is certified.
fn accuracy_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let accuracy = measured.curve(study, "", "accuracy")?;
    let certified = over_all_rows(measured, study, &measured.curve(study, "", CERTIFIED)?)?;
    let best = certified.highest();
    let named = [
        (0, 4, "no decay".to_owned()),
        (best, 5, format!("λ = {}", short(certified.rates[best]))),
    ];
    let mut all = Vec::new();
    for (place, colour, name) in named {
        for (metric, how, dashed) in [(STANDING, "attacked", false), (PROVEN, "certified", true)] {
            let mut points = vec![point(0.0, &accuracy.values[place])];
            for radius in UNDER_ATTACK {
                let curve = measured.curve_at(study, "", metric, radius)?;
                points.push(point(radius, &curve.values[place]));
            }
            all.push(Series {
                label: format!("{name}, {how}"),
                colour,
                dashed,
                points,
                joined: true,
            });
        }
    }
    let size = Horizontal::Linear {
        label: "size of the perturbation (Euclidean, range of a pixel)".into(),
    };
    let mut panel = panel(study, size, "share of rows that stay right", all);
    panel.y.range = Some((0.0, 1.0));
    Ok(panel)
}
