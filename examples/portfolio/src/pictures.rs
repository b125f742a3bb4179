//! The measurements as pictures.

use decay_claim::drawing::{
    Mark, Panel, dashed, figures_panel, picture, rates_panel, series, spread,
};
use decay_claim::{Curve, Drawing, Measurements, Result};
use decay_report::plot::Range;

use crate::{
    ALL_DAYS, AVERSE, EQUAL, FEATURES, IDENTITIES, LEDOIT_WOLF, MARKET, MEAN, MINIMUM, STOCKS,
};

/// Series and colour.
const LINES: [(&str, usize); 3] = [(MINIMUM, 3), (MEAN, 1), (FEATURES, 4)];

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    Ok(vec![
        Drawing {
            file: "shape",
            caption: "Concentration, leverage and turnover over the decay rate, beside what a risk aversion of γ(1 + λ) does without decay; dotted: equal weights."
                .into(),
            picture: picture("What decay makes of portfolios", 2, shape(measured)?),
        },
        Drawing {
            file: "gains",
            caption: "Risk and Sharpe ratio after costs over the decay rate; dotted: equal weights, Ledoit and Wolf's minimum variance; of all days with intervals from blocks of days."
                .into(),
            picture: picture("What decay is worth", 2, gains(measured)?),
        },
    ])
}

/// A figure of every kind of portfolio that has it.
fn lines(measured: &Measurements, study: &str, metric: &str, y: &str) -> Result<Panel> {
    let own = LINES.into_iter().filter(|(series, _)| {
        let noted = measured.metrics(study, series);
        noted.contains(&metric)
    });
    let own: Vec<_> = own
        .map(|(series, colour)| (series, colour, series))
        .collect();
    let mut panel = figures_panel(study, y, &own, |series| {
        measured.curve(study, series, metric)
    })?;
    if measured.metrics(study, AVERSE).contains(&metric) {
        let alone = measured.curve(study, AVERSE, metric)?;
        panel.series.push(dashed(series(AVERSE, 0, &alone)));
    }
    let even = measured.curve(study, EQUAL, metric)?.at(0.0);
    // Where curves lie on the line its name would be hard to read.
    let named = ["Herfindahl", "positions", "true Sharpe"].contains(&metric);
    let name = if named { EQUAL } else { "" };
    Ok(panel.marked(Mark::level(spread(&even).mean, name)))
}

fn shape(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for (metric, y, log) in [
        ("Herfindahl", "Herfindahl's index Σw²", true),
        ("positions", "effective number of positions", false),
        ("leverage", "leverage Σ|w|", true),
        ("turnover", "turnover of a year", true),
    ] {
        for study in [MARKET, STOCKS] {
            let panel = lines(measured, study, metric, y)?;
            panels.push(if log { panel.logarithmic() } else { panel });
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
        let of = measured.curve(MARKET, LEDOIT_WOLF[0], metric)?.at(0.0);
        panels.push(panel.marked(Mark::level(spread(&of).mean, "Ledoit-Wolf")));
    }
    panels[0].y.log = true;
    panels[0].y.range = Range::AtLeast(0.06, 2.0);
    let ratio = all_days(
        measured,
        "Sharpe ratio after costs",
        ["Sharpe", "low", "high"],
    )?;
    let even = measured.curve(ALL_DAYS, EQUAL, "Sharpe")?.means()[0];
    panels.push(ratio.marked(Mark::level(even, EQUAL)));
    let gain = ["gain", "gain low", "gain high"];
    panels.push(all_days(
        measured,
        "Sharpe ratio less that without decay",
        gain,
    )?);
    panels.push(lines(
        measured,
        STOCKS,
        "drawdown",
        "largest drawdown of a stretch",
    )?);
    let far = measured.curve(IDENTITIES.0, "", IDENTITIES.1[2])?;
    let title = "stocks, first decisions";
    let y = "distance from every risk aversion";
    panels.push(rates_panel(title, y, &[(MEAN, 1, &far)]));
    Ok(panels)
}

/// A figure of all days with its own intervals.
fn all_days(measured: &Measurements, y: &str, metrics: [&str; 3]) -> Result<Panel> {
    let curves = |name| -> Result<Vec<Curve>> {
        let all = metrics
            .iter()
            .map(|metric| measured.curve(ALL_DAYS, name, metric));
        all.collect()
    };
    let mut all = Vec::new();
    for (name, colour) in LINES {
        let curves = curves(name)?;
        let mut line = series(name, colour, &curves[0]);
        let ends = curves[1].means().into_iter().zip(curves[2].means());
        for (point, (low, high)) in line.points.iter_mut().zip(ends) {
            (point.low, point.high) = (low, high);
        }
        all.push(line);
    }
    let mut panel = rates_panel(ALL_DAYS, y, &[("", 0, &curves(MINIMUM)?[0])]);
    panel.series = all;
    Ok(panel)
}
