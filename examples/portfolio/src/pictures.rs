//! The measurements as pictures.

use decay_claim::drawing::{Mark, Panel, figures_panel, picture, rates_panel, spread};
use decay_claim::{Drawing, Measurements, Result};

use crate::{ALL_DAYS, EQUAL, FEATURES, IDENTITIES, LEDOIT_WOLF, MARKET, MEAN, MINIMUM, STOCKS};

/// Series and colour.
const LINES: [(&str, usize, &str); 3] = [
    (MINIMUM, 3, MINIMUM),
    (MEAN, 1, MEAN),
    (FEATURES, 4, FEATURES),
];

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    Ok(vec![
        Drawing {
            file: "shape",
            caption:
                "Concentration, leverage and turnover over the decay rate; dotted: equal weights."
                    .into(),
            picture: picture("What decay makes of portfolios", 2, shape(measured)?),
        },
        Drawing {
            file: "gains",
            caption: "Risk and Sharpe ratio after costs over the decay rate; dotted: baselines."
                .into(),
            picture: picture("What decay is worth", 2, gains(measured)?),
        },
    ])
}

fn lines(measured: &Measurements, study: &str, metric: &str, y: &str) -> Result<Panel> {
    let all = if study == STOCKS && metric != "Herfindahl" {
        3
    } else {
        2
    };
    figures_panel(study, y, &LINES[..all], |series| {
        measured.curve(study, series, metric)
    })
}

/// A level of a series without a rate.
fn level(
    measured: &Measurements,
    panel: Panel,
    [study, series, metric]: [&str; 3],
    label: &str,
) -> Result<Panel> {
    let values = measured.curve(study, series, metric)?.at(0.0);
    Ok(panel.marked(Mark::level(spread(&values).mean, label)))
}

fn shape(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (metric, y) in [
        ("positions", "effective number of positions"),
        ("leverage", "leverage Σ|w|"),
        ("turnover", "turnover of a year"),
    ] {
        for study in [MARKET, STOCKS] {
            let panel = lines(measured, study, metric, y)?;
            let panel = level(measured, panel, [study, EQUAL, metric], EQUAL)?;
            panels.push(if metric == "positions" {
                panel
            } else {
                panel.logarithmic()
            });
        }
    }
    Ok(panels)
}

fn gains(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (metric, y) in [
        ("true volatility", "true volatility of a year"),
        ("true Sharpe", "true Sharpe ratio after costs"),
    ] {
        let panel = lines(measured, MARKET, metric, y)?;
        let panel = level(measured, panel, [MARKET, EQUAL, metric], EQUAL)?;
        let minimum = LEDOIT_WOLF[0];
        panels.push(level(measured, panel, [MARKET, minimum, metric], minimum)?);
    }
    let all = LINES.iter().map(|&(label, colour, series)| {
        Ok((label, colour, measured.curve(ALL_DAYS, series, "Sharpe")?))
    });
    let all = all.collect::<Result<Vec<_>>>()?;
    let curves: Vec<_> = all
        .iter()
        .map(|(label, colour, curve)| (*label, *colour, curve))
        .collect();
    let mut panel = rates_panel("stocks, all days", "Sharpe ratio after costs", &curves);
    for (series, (_, _, name)) in panel.series.iter_mut().zip(LINES) {
        let [low, high] = ["low", "high"].map(|end| measured.curve(ALL_DAYS, name, end));
        let ends = low?.means().into_iter().zip(high?.means());
        for (point, (low, high)) in series.points.iter_mut().zip(ends) {
            (point.low, point.high) = (low, high);
        }
    }
    panels.push(level(measured, panel, [ALL_DAYS, EQUAL, "Sharpe"], EQUAL)?);
    let far = measured.curve(IDENTITIES.0, "", IDENTITIES.1[2])?;
    let title = "decay is not a larger risk aversion";
    let y = "relative distance of the weights from any";
    panels.push(rates_panel(title, y, &[(MEAN, 1, &far)]));
    Ok(panels)
}
