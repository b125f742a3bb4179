//! The pictures of the claim.

use decay_claim::drawing::{at_highest, panel, picture, point, rates_panel, series};
use decay_claim::{Curve, Drawing, Measurements, Result};
use decay_report::picture::{Horizontal, Panel, Point, Series};
use decay_report::text::short;

use crate::{
    ATTACKED, CERTIFIED, LINEAR, PERCEPTRON, PROVEN, STANDING, UNDER_ATTACK, keeping, over_all_rows,
};

/// Share of the best accuracy below which a network has learned too little to be drawn.
const LEARNED: f64 = 0.5;
const RADIUS: &str = "mean radius (range of a pixel)";

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    let panels = vec![
        scale_panel(measured)?,
        linear_panel(measured)?,
        correct_panel(measured)?,
        all_panel(measured)?,
    ];
    Ok(vec![
        Drawing {
            file: "radius",
            caption: "Above: of a linear model the norm and the margin fall together, which is scale; the radius rises a \
                      little, because the weights turn. Below: radii of a perceptron by attack and certificate."
                .into(),
            picture: picture("Scale and geometry of the margin, over the decay rate", 2, panels),
        },
        Drawing {
            file: "accuracy",
            caption: "Accuracy of the perceptron under perturbations of a size, attacked and certified.".into(),
            picture: picture("Accuracy under attack", 1, vec![accuracy_panel(measured)?]),
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

/// Norm, margin and radius of the linear model over those without decay.
fn scale_panel(measured: &Measurements) -> Result<Panel> {
    let of = |metric| learned(measured, LINEAR, metric).map(|curve| relative(&curve));
    let (norm, margin, radius) = (of("norm")?, of("margin")?, of("radius")?);
    let rescaled = of("radius, rescaled only")?;
    let mut panel = rates_panel(
        "linear: relative to no decay",
        "ratio",
        &[
            ("norm", 1, &norm),
            ("margin", 2, &margin),
            ("exact radius", 0, &radius),
        ],
    );
    panel.series.push(Series {
        dashed: true,
        ..series("exact radius, weights rescaled only", 6, &rescaled)
    });
    panel.y.log = true;
    Ok(panel)
}

/// Each replicate's values over its own without decay.
fn relative(curve: &Curve) -> Curve {
    let over = |values: &Vec<f64>| {
        values
            .iter()
            .zip(&curve.values[0])
            .map(|(value, first)| value / first)
            .collect()
    };
    Curve {
        values: curve.values.iter().map(over).collect(),
        ..curve.clone()
    }
}

fn linear_panel(measured: &Measurements) -> Result<Panel> {
    let (radius, cosine) = (
        learned(measured, LINEAR, "radius")?,
        learned(measured, LINEAR, "cosine")?,
    );
    let accuracy = learned(measured, LINEAR, "accuracy")?;
    Ok(rates_panel(
        "linear: geometry",
        "radius (range of a pixel), cosine, accuracy",
        &[
            ("exact radius", 0, &radius),
            ("cosine with no decay", 3, &cosine),
            ("accuracy", 4, &accuracy),
        ],
    ))
}

/// Radii of the perceptron where it is right.
fn correct_panel(measured: &Measurements) -> Result<Panel> {
    let of = |metric| learned(measured, PERCEPTRON, metric);
    let (fgsm, pgd, apgd, certified) = (of("FGSM")?, of("PGD")?, of("APGD")?, of(CERTIFIED)?);
    Ok(rates_panel(
        "perceptron: rows that are right",
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
fn all_panel(measured: &Measurements) -> Result<Panel> {
    let of = |study, metric| over_all_rows(measured, study, &measured.curve(study, "", metric)?);
    let all = |study, metric| keeping(LEARNED, measured, study, &of(study, metric)?);
    let (exact, attacked, certified) = (
        all(LINEAR, "radius")?,
        all(PERCEPTRON, ATTACKED)?,
        all(PERCEPTRON, CERTIFIED)?,
    );
    let mut panel = rates_panel(
        "all rows, 0 where misclassified",
        RADIUS,
        &[
            ("exact radius", 0, &exact),
            ("strongest attack", 5, &attacked),
            ("certified", 3, &certified),
        ],
    );
    panel.marks.push(at_highest(&exact, "linear"));
    Ok(panel)
}

/// Accuracy over the size of perturbations, without decay and where most is certified.
fn accuracy_panel(measured: &Measurements) -> Result<Panel> {
    let accuracy = measured.curve(PERCEPTRON, "", "accuracy")?;
    let certified = over_all_rows(
        measured,
        PERCEPTRON,
        &measured.curve(PERCEPTRON, "", CERTIFIED)?,
    )?;
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
                let curve = measured.curve_at(PERCEPTRON, "", metric, radius)?;
                points.push(point(radius, &curve.values[place]));
            }
            all.push(line(format!("{name}, {how}"), colour, dashed, points));
        }
    }
    let size = Horizontal::Linear {
        label: "size of the perturbation (Euclidean, range of a pixel)".into(),
    };
    let mut panel = panel("perceptron", size, "share of rows that stay right", all);
    panel.y.range = Some((0.0, 1.0));
    Ok(panel)
}

fn line(label: String, colour: usize, dashed: bool, points: Vec<Point>) -> Series {
    Series {
        label,
        colour,
        dashed,
        points,
        joined: true,
    }
}
