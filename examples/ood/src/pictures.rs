//! The pictures of the claim.

use decay_claim::drawing::{panel, picture, rates_panel, series_along};
use decay_claim::{Drawing, Measurements, Result};
use decay_report::picture::{Horizontal, Mark, Panel};
use decay_report::text::short;

use crate::scores::SCORES;
use crate::{NEAR, RAY, best_by_first_score, far, while_accurate};

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
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
        let accurate = while_accurate(measured, study, &curves[0])?.rates;
        panel.marks.extend(accurate.last().map(|&x| Mark::Upright {
            x,
            label: "accurate up to here".into(),
        }));
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

/// Confidence over distance at some rates.
fn rays_panel(measured: &Measurements, study: &str) -> Result<Panel> {
    let best = best_by_first_score(measured, study)?;
    let rates = measured.curve(study, "", "accuracy")?.rates;
    let place = rates.iter().position(|rate| *rate == best).unwrap_or(0);
    let last = rates.len() - 1;
    let named = |place: usize| format!("λ = {}", short(rates[place]));
    let chosen = [
        (0, "no decay".to_owned()),
        (
            place,
            format!("{}, separates best while accurate", named(place)),
        ),
        (
            (place + last).div_ceil(2),
            named((place + last).div_ceil(2)),
        ),
        (last, named(last)),
    ];
    let line = |(colour, (place, label)): (usize, (usize, String))| {
        let noted = measured.along((study, "", RAY), rates[place])?;
        Ok(series_along(label, colour, &noted))
    };
    let lines = [4, 3, 2, 5].into_iter().zip(chosen).map(line);
    let distance = Horizontal::Log {
        label: "distance from the mean image, in units of the image's own".into(),
    };
    let mut panel = panel(
        study,
        distance,
        "mean confidence",
        lines.collect::<Result<_>>()?,
    );
    panel.y.range = Some((0.0, 1.0));
    Ok(panel)
}
