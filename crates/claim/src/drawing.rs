//! From curves to what pictures are made of.

use decay_audit::Estimate;
use decay_report::picture::{Horizontal, Mark, Panel, Picture, Point, Series, Vertical};
use decay_report::text::short;

use crate::curve::Curve;
use crate::failure::Result;
use crate::measurements::Measurements;

mod names;

pub use names::{names_panel, spread};

/// Name of the axis of decay rates.
const RATE: &str = "decay rate λ";

/// A picture of panels beside each other.
pub fn picture(title: &str, columns: usize, panels: Vec<Panel>) -> Picture {
    Picture {
        title: title.to_owned(),
        columns,
        panels,
    }
}

/// A panel of some series; `y` names the vertical axis with its unit.
pub fn panel(title: &str, x: Horizontal, y: &str, series: Vec<Series>) -> Panel {
    Panel {
        title: title.to_owned(),
        x,
        y: Vertical {
            label: y.to_owned(),
            ..Vertical::default()
        },
        series,
        marks: Vec::new(),
    }
}

/// A panel of curves over the decay rate: label, colour and curve of each.
pub fn rates_panel(title: &str, y: &str, curves: &[(&str, usize, &Curve)]) -> Panel {
    let x = curves.first().map_or_else(
        || Horizontal::Log {
            label: RATE.to_owned(),
        },
        |(_, _, curve)| rate_axis(curve),
    );
    let all = curves
        .iter()
        .map(|&(label, colour, curve)| series(label, colour, curve));
    panel(title, x, y, all.collect())
}

/// A panel of metrics of one series over the decay rate, each with its colour; their names are the labels.
///
/// # Errors
/// If one was not measured.
pub fn metrics_panel(
    measured: &Measurements,
    (study, series): (&str, &str),
    y: &str,
    metrics: &[(&str, usize)],
) -> Result<Panel> {
    let curve = |&(metric, _): &(&str, usize)| measured.curve(study, series, metric);
    let curves = metrics.iter().map(curve).collect::<Result<Vec<_>>>()?;
    let named = metrics.iter().zip(&curves);
    let named: Vec<_> = named
        .map(|(&(name, colour), curve)| (name, colour, curve))
        .collect();
    Ok(rates_panel(study, y, &named))
}

/// A panel of a metric by epoch at some rates: label, colour and rate of each.
///
/// # Errors
/// If it was not measured at one of the rates.
pub fn epochs_panel(
    measured: &Measurements,
    (study, series, metric): (&str, &str, &str),
    y: &str,
    lines: &[(&str, usize, f64)],
) -> Result<Panel> {
    let axes = (linear_axis("epoch"), y);
    let panel = places_panel(measured, (study, series, metric), axes, lines)?;
    Ok(Panel {
        title: format!("{study}: {metric}"),
        ..panel
    })
}

/// A panel of a metric along its second axis at some rates: label, colour and rate of each.
///
/// # Errors
/// If it was not measured at one of the rates.
pub fn places_panel(
    measured: &Measurements,
    (study, series, metric): (&str, &str, &str),
    (x, y): (Horizontal, &str),
    lines: &[(&str, usize, f64)],
) -> Result<Panel> {
    let line = |&(label, colour, rate): &(&str, usize, f64)| {
        let along = measured.along(study, series, metric, rate)?;
        Ok(series_along(label, colour, &along))
    };
    let all = lines.iter().map(line).collect::<Result<_>>()?;
    Ok(panel(study, x, y, all))
}

/// A horizontal axis of numbers.
pub fn linear_axis(label: impl Into<String>) -> Horizontal {
    let label = label.into();
    Horizontal::Linear { label }
}

/// A horizontal axis of positive numbers in decades.
pub fn log_axis(label: impl Into<String>) -> Horizontal {
    let label = label.into();
    Horizontal::Log { label }
}

/// The panel with a vertical axis from 0 to 1.
pub fn of_shares(mut panel: Panel) -> Panel {
    panel.y.range = Some((0.0, 1.0));
    panel
}

/// What a line at one rate is called.
pub fn rate_label(rate: f64) -> String {
    format!("λ = {}", short(rate))
}

/// The means of a curve with Student's 95 % intervals over replicates.
pub fn series(label: impl Into<String>, colour: usize, curve: &Curve) -> Series {
    let points = curve.rates.iter().zip(&curve.values);
    Series {
        label: label.into(),
        colour,
        dashed: false,
        points: points.map(|(&rate, values)| point(rate, values)).collect(),
        joined: true,
    }
}

/// The same series with a dashed line.
pub fn dashed(series: Series) -> Series {
    Series {
        dashed: true,
        ..series
    }
}

/// Mean and Student's 95 % interval of the replicates' values at a place of the horizontal axis.
pub fn point(x: f64, values: &[f64]) -> Point {
    point_of(x, spread(values))
}

fn point_of(x: f64, estimate: Estimate) -> Point {
    let Estimate {
        mean, low, high, ..
    } = estimate;
    Point { x, mean, low, high }
}

/// A figure at one rate along a second axis, as [`Measurements::along`](crate::Measurements::along) gives it.
pub fn series_along(
    label: impl Into<String>,
    colour: usize,
    (places, values): &(Vec<f64>, Vec<Vec<f64>>),
) -> Series {
    let points = places.iter().zip(values);
    Series {
        label: label.into(),
        colour,
        points: points.map(|(&at, values)| point(at, values)).collect(),
        joined: true,
        ..Series::default()
    }
}

/// The axis of decay rates of a curve, with half-lives above.
pub fn rate_axis(curve: &Curve) -> Horizontal {
    let pairs = curve.rates.iter().zip(&curve.half_lives);
    Horizontal::Rates {
        label: RATE.to_owned(),
        rates: pairs
            .map(|(&rate, &epochs)| (rate, epochs.is_finite().then_some(epochs)))
            .collect(),
    }
}

/// An upright line at the rate where a curve is lowest.
pub fn at_lowest(curve: &Curve, label: impl Into<String>) -> Mark {
    Mark::Upright {
        x: curve.rates[curve.lowest()],
        label: label.into(),
    }
}

/// An upright line at the largest rate of a curve.
pub fn at_last(curve: &Curve, label: impl Into<String>) -> Mark {
    Mark::Upright {
        x: curve.rates.last().copied().unwrap_or(f64::NAN),
        label: label.into(),
    }
}

/// A panel of figures over the decay rate: label, colour and what `curve` finds each by.
///
/// # Errors
/// Those of `curve`.
pub fn figures_panel<K: Copy>(
    title: &str,
    y: &str,
    figures: &[(&str, usize, K)],
    curve: impl Fn(K) -> Result<Curve>,
) -> Result<Panel> {
    let curves = figures.iter().map(|&(_, _, key)| curve(key));
    let curves = curves.collect::<Result<Vec<_>>>()?;
    let labelled = figures.iter().zip(&curves);
    let labelled: Vec<_> = labelled
        .map(|(&(label, colour, _), curve)| (label, colour, curve))
        .collect();
    Ok(rates_panel(title, y, &labelled))
}

/// A level line across a panel.
pub fn at_level(y: f64, label: impl Into<String>) -> Mark {
    Mark::Level {
        y,
        label: label.into(),
    }
}
