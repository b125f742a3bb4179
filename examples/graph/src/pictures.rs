//! Errors over rate, strength, labels and depth, and what becomes of embeddings.

use decay_claim::drawing::{
    Horizontal, Panel, Series, dashed, figures_panel, panel, picture, rate_label, series,
    series_along,
};
use decay_claim::{Curve, Drawing, Measurements, Result};

use crate::parts::embeddings::{ENERGY, QUOTIENT, SIZE};
use crate::parts::{gains, measured_nets, measured_sets};
use crate::{
    DEEP_RATES, FEW, FEWER, LABELS, LAYERS, NETS, STRENGTHS, depth_of, fewer_of, study_of,
};

/// A colour for every strength, rate or network of a panel.
const COLOURS: [usize; 4] = [1, 4, 5, 6];
/// Mean error above which a network has collapsed, and its rates are not shown.
const COLLAPSED: f64 = 0.7;

const GRID: &str = "Error on test nodes of every network over the decay rate, a line for each strength of the Laplacian; rates \
                    under which networks collapse (errors above 0.7) are left out.";
const EMBEDDINGS: &str = "Mean squared norm, Dirichlet energy and Rayleigh quotient of embeddings, as shares of those without either: \
                          over the decay rate (solid) and over the strength of the Laplacian (dashed).";
const BY_LABELS: &str =
    "Error on test nodes by labelled nodes of each class, settings chosen on validation nodes.";
const DEPTH: &str = "Graph convolutional networks by number of layers: error, mean cosine distance between nodes' embeddings, and their \
                     Rayleigh quotient.";

pub(crate) fn draw(measured: &Measurements) -> Result<Vec<Drawing>> {
    let (mut grid, mut labels) = (Vec::new(), Vec::new());
    let (mut embeddings, mut depth) = (Vec::new(), Vec::new());
    for set in measured_sets(measured) {
        // Of a linear network there are numbers alone.
        for net in measured_nets(measured, set).into_iter().skip(1) {
            grid.push(by_rate(measured, &study_of(set, net))?);
        }
        for net in FEW {
            labels.push(by_labels(measured, set, net)?);
        }
        embeddings.extend(of_embeddings(measured, set)?);
        depth.extend(by_layers(measured, set)?);
    }
    Ok(vec![
        drawing("grid", "Decay and the Laplacian", GRID, 3, grid),
        drawing(
            "embeddings",
            "What either does to embeddings",
            EMBEDDINGS,
            3,
            embeddings,
        ),
        drawing("labels", "Either alone, by labels", BY_LABELS, 2, labels),
        drawing("depth", "Depth with decay and without", DEPTH, 3, depth),
    ])
}

fn drawing(
    file: &'static str,
    title: &str,
    caption: &str,
    columns: usize,
    panels: Vec<Panel>,
) -> Drawing {
    Drawing {
        file,
        caption: caption.to_owned(),
        picture: picture(title, columns, panels),
    }
}

fn by_rate(measured: &Measurements, study: &str) -> Result<Panel> {
    let lines = STRENGTHS.iter().zip(COLOURS);
    let lines: Vec<_> = lines
        .map(|((name, _), colour)| (*name, colour, *name))
        .collect();
    figures_panel(study, "test error", &lines, |name| {
        let curve = measured.curve(study, name, "test error")?;
        Ok(curve.until(&curve, COLLAPSED))
    })
}

fn by_labels(measured: &Measurements, set: &str, net: &str) -> Result<Panel> {
    let studies = measured.studies();
    let there = |labels: &usize| studies.contains(&fewer_of(set, net, *labels).as_str());
    let fewer = FEWER.into_iter().filter(there);
    let places: Vec<usize> = fewer.chain([LABELS]).collect();
    let all = places
        .iter()
        .map(|&labels| gains::errors_alone(measured, set, net, labels))
        .collect::<Result<Vec<_>>>()?;
    let at: Vec<f64> = places.iter().map(|&labels| labels as f64).collect();
    let lines = ["neither", "decay", "Laplacian"].into_iter().enumerate();
    let lines = lines.map(|(way, label)| {
        let values: Vec<Vec<f64>> = all.iter().map(|ways| ways[way].clone()).collect();
        series_along(label, COLOURS[way], &at, &values)
    });
    let x = Horizontal::log("labelled nodes of each class");
    Ok(panel(&study_of(set, net), x, "test error", lines.collect()))
}

/// A panel for each figure: every network over the decay rate and over the strength, as shares of the figure without either.
fn of_embeddings(measured: &Measurements, set: &str) -> Result<Vec<Panel>> {
    let one = |metric: &str| -> Result<Panel> {
        let (mut lines, mut rates): (Vec<Series>, Vec<f64>) = (Vec::new(), Vec::new());
        for (&net, colour) in NETS[1..].iter().zip(COLOURS) {
            let [decay, laplacian] = gains::alone(measured, set, net, LABELS, metric)?;
            for (curve, what) in [(decay, "λ"), (laplacian, "μ")] {
                let shares: Curve = curve.over_first();
                rates.extend(&shares.rates);
                let line = series(format!("{net}, {what}"), colour, &shares);
                lines.push(if what == "λ" { line } else { dashed(line) });
            }
        }
        let x = Horizontal::Rates {
            label: "decay rate λ or strength μ".to_owned(),
            rates: rates.into_iter().map(|rate| (rate, None)).collect(),
        };
        let mut panel = panel(
            &format!("{set}: {metric}"),
            x,
            "share of that without",
            lines,
        );
        panel.y.log = true;
        Ok(panel)
    };
    [SIZE, ENERGY, QUOTIENT].into_iter().map(one).collect()
}

fn by_layers(measured: &Measurements, set: &str) -> Result<Vec<Panel>> {
    let study = depth_of(set);
    let at = LAYERS.map(|layers| layers as f64);
    let one = |(metric, y): (&str, &str)| -> Result<Panel> {
        let line = |(rate, colour): (f64, usize)| -> Result<Series> {
            let values = at
                .iter()
                .map(|&layers| Ok(measured.curve_at(&study, "", metric, layers)?.at(rate)));
            let values = values.collect::<Result<Vec<_>>>()?;
            Ok(series_along(rate_label(rate), colour, &at, &values))
        };
        let lines = DEEP_RATES.into_iter().zip(COLOURS).map(line);
        let x = Horizontal::linear("layers");
        Ok(panel(&study, x, y, lines.collect::<Result<_>>()?))
    };
    [
        ("test error", "test error"),
        ("distance", "mean cosine distance"),
        (QUOTIENT, QUOTIENT),
    ]
    .into_iter()
    .map(one)
    .collect()
}
