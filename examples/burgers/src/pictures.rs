//! Fields at two moments, spectra, and figures over λ.

use decay_claim::drawing::{
    Horizontal, Mark, Panel, Series, figures_panel, panel, picture, series_along,
};
use decay_claim::{Drawing, Measurements, Result};

use crate::parts::ALL;
use crate::{BASIS, DENSE, HOW, KNOWING, SHOWN, SPARSE, SPECTRUM, TRUTH, moment_name};

/// Of the truth, and of too little decay, the best, too much.
const COLOURS: [usize; 4] = [0, 1, 2, 3];

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    Ok(vec![
        Drawing {
            file: "fields",
            caption: "One field before and after its front, from 200 noisy samples, with the least decay, the best by the truth, and the most.".into(),
            picture: picture("A front from few samples", 2, fields(measured)?),
        },
        Drawing {
            file: "rates",
            caption: "Error of the whole field, energy, total variation and overshoot over λ; a dotted line is the truth.".into(),
            picture: picture("What decay does to a surrogate", 2, over_rates(measured)?),
        },
        Drawing {
            file: "spectra",
            caption: "Mean square of every wave number, mean over replicates, with the least decay, the best by the truth, and the most.".into(),
            picture: picture("Spectra", 2, spectra(measured)?),
        },
        Drawing {
            file: "dense",
            caption: "Every point of the grid seen, with much noise: plain decay shrinks every wave by the same factor and smooths nothing.".into(),
            picture: picture("Every point of the grid seen", 2, dense(measured)?),
        },
    ])
}

/// Truth and the three decays of a series, whatever their figure is.
fn lines(measured: &Measurements, study: &str, series: &str, metric: &str) -> Result<Vec<Series>> {
    let decayed = HOW.map(|how| (how, format!("{series}, {how}")));
    let truth = [(TRUTH, TRUTH.to_owned())];
    let all = truth.into_iter().chain(decayed).zip(COLOURS);
    let line = |((label, name), colour): ((&str, String), usize)| {
        // One rate each.
        let rate = measured
            .rows
            .iter()
            .find(|row| row.study == study && row.series == name)
            .map_or(f64::NAN, |row| row.rate);
        let (places, values) = measured.along(study, &name, metric, rate)?;
        Ok(series_along(label, colour, &places, &values))
    };
    all.map(line).collect()
}

fn fields(measured: &Measurements) -> Result<Vec<Panel>> {
    let mut panels = Vec::new();
    for series in [BASIS[0].0, BASIS[1].0, KNOWING[0].0] {
        for place in 0..2 {
            let name = moment_name(place);
            let lines = lines(measured, SHOWN, series, &name)?;
            panels.push(panel(series, Horizontal::linear("x"), &name, lines));
        }
    }
    Ok(panels)
}

fn spectra(measured: &Measurements) -> Result<Vec<Panel>> {
    let one = |series| {
        let lines = lines(measured, SPECTRUM, series, "size")?;
        let x = Horizontal::linear("wave number k");
        Ok(panel(series, x, "mean |c_k|²", lines).logarithmic())
    };
    let all = BASIS.iter().chain(&KNOWING);
    all.map(|(series, _)| one(series)).collect()
}

fn over_rates(measured: &Measurements) -> Result<Vec<Panel>> {
    let series: Vec<(&str, usize, &str)> = ALL
        .iter()
        .enumerate()
        .map(|(colour, series)| (*series, colour, *series))
        .collect();
    let metrics = [
        ("error", "relative error"),
        ("energy", "∫u_x², truth = 1"),
        ("variation", "total variation, truth = 1"),
        ("overshoot", "overshoot, range = 1"),
    ];
    let one = |(metric, y)| {
        let panel = figures_panel(y, y, &series, |series| {
            measured.curve(SPARSE, series, metric)
        })?;
        let panel = panel.logarithmic();
        Ok(match metric {
            "energy" | "variation" => panel.marked(Mark::level(1.0, "")),
            _ => panel,
        })
    };
    metrics.into_iter().map(one).collect()
}

fn dense(measured: &Measurements) -> Result<Vec<Panel>> {
    let series = [(BASIS[0].0, 0, BASIS[0].0), (BASIS[1].0, 1, BASIS[1].0)];
    let metrics = [
        ("kept", "∫u_x²/∫u², share that is left"),
        ("error", "relative error"),
    ];
    let one = |(metric, y)| figures_panel(y, y, &series, |s| measured.curve(DENSE, s, metric));
    metrics.into_iter().map(one).collect()
}
