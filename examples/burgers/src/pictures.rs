//! Fields at two moments, spectra, and figures over λ.

use decay_claim::drawing::{
    Horizontal, Look, Mark, Panel, Range, Series, figures_panel, panel, picture, series_along,
};
use decay_claim::{Drawing, Measurements, Result};

use crate::{
    BASIS, DENSE, HOW, KNOWING, MANY, NETWORK, SHOWN, SPARSE, SPECTRUM, TRUTH, moment_name,
};

/// Of the truth, and of too little decay, the best, too much.
const COLOURS: [usize; 4] = [0, 1, 2, 3];
const MANY_PLAIN: &str = "Σ|c|², 1000 samples";
const MANY_SLOPE: &str = "Σk²|c|², 1000 samples";

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    Ok(vec![
        Drawing {
            file: "fields",
            caption: "One field before and after its front, from 200 noisy samples, with the least decay, the best by the truth, and the most; what is beyond 1.5 is cut off.".into(),
            picture: picture("A front from few samples", 2, fields(measured)?),
        },
        Drawing {
            file: "rates",
            caption: "Error of the whole field, energy, total variation and overshoot of surrogates in waves over λ; a dotted line is the truth.".into(),
            picture: picture("What decay does to surrogates in waves", 2, over_rates(measured, &in_waves())?),
        },
        Drawing {
            file: "perceptron",
            caption: "The same of the perceptrons over the rate of AdamW, none at the left.".into(),
            picture: picture("What decay does to a perceptron", 2, over_rates(measured, &[(NETWORK, 4, (SPARSE, NETWORK))])?),
        },
        Drawing {
            file: "spectra",
            caption: "Mean square of every wave number, geometric mean over replicates, with the least decay, the best by the truth, and the most.".into(),
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
            let bare = lines.into_iter().map(|line| Series {
                look: Look::BareLine,
                ..line
            });
            let mut panel = panel(series, Horizontal::linear("x"), &name, bare.collect());
            panel.y.range = Range::Exactly(-1.5, 1.5);
            panels.push(panel);
        }
    }
    Ok(panels)
}

fn spectra(measured: &Measurements) -> Result<Vec<Panel>> {
    let one = |series| {
        let lines = lines(measured, SPECTRUM, series, "decades")?;
        let x = Horizontal::linear("wave number k");
        Ok(panel(series, x, "log10 of mean |c_k|²", lines))
    };
    let all = BASIS.iter().chain(&KNOWING);
    all.map(|(series, _)| one(series)).collect()
}

/// Label, colour, study and series.
type Line<'a> = (&'a str, usize, (&'a str, &'a str));

fn in_waves() -> Vec<Line<'static>> {
    let few = [BASIS[0], BASIS[1], KNOWING[0], KNOWING[1]].into_iter();
    let few = few.enumerate();
    few.map(|(colour, (series, _))| (series, colour, (SPARSE, series)))
        .chain([
            (MANY_PLAIN, 5, (MANY, BASIS[0].0)),
            (MANY_SLOPE, 6, (MANY, BASIS[1].0)),
        ])
        .collect()
}

fn over_rates(measured: &Measurements, lines: &[Line<'_>]) -> Result<Vec<Panel>> {
    let metrics = [
        ("error", "error of the whole field", "relative to the truth"),
        ("energy", "energy ∫u_x²", "truth = 1"),
        ("variation", "total variation after the front", "truth = 1"),
        (
            "overshoot",
            "overshoot after the front",
            "range of the truth = 1",
        ),
    ];
    let one = |(metric, title, y)| {
        let curve = |(study, series): (&str, &str)| measured.curve(study, series, metric);
        let panel = figures_panel(title, y, lines, curve)?.logarithmic();
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
        ("kept", "roughness", "∫u_x²/∫u², share that is left"),
        ("error", "error of the whole field", "relative to the truth"),
    ];
    let one =
        |(metric, title, y)| figures_panel(title, y, &series, |s| measured.curve(DENSE, s, metric));
    metrics.into_iter().map(one).collect()
}
