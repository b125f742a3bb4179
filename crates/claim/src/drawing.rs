//! From curves to what pictures are made of.

use decay_audit::Estimate;
use decay_audit::interval::mean_interval;
use decay_report::plot::{Picture, Point, Vertical};
use decay_report::text::short;

pub use decay_report::plot::{Horizontal, Look, Mark, Panel, Range, Raster, Series};

use crate::curve::Curve;
use crate::failure::Result;
use crate::measurements::Measurements;

/// Name of the axis of decay rates.
const RATE: &str = "decay rate λ";
/// Level of every interval that is drawn.
const LEVEL: f64 = 0.95;

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
    Panel::new(title, x, Vertical::linear(y, Range::Data), series)
}

/// A panel of curves over the decay rate: label, colour and curve of each.
pub fn rates_panel(title: &str, y: &str, curves: &[(&str, usize, &Curve)]) -> Panel {
    let x = match curves.first() {
        Some((_, _, curve)) => rate_axis(curve),
        None => Horizontal::log(RATE),
    };
    let all = curves.iter().copied();
    let all = all.map(|(label, colour, curve)| series(label, colour, curve));
    panel(title, x, y, all.collect())
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

/// A panel of every metric and study, with a curve over the decay rate for each series.
///
/// # Errors
/// If one was not measured.
pub fn grid_panels(
    measured: &Measurements,
    studies: &[&str],
    series: &[(&str, f64)],
    metrics: &[(&str, &str)],
) -> Result<Vec<Panel>> {
    let lines = series.iter().enumerate();
    let lines: Vec<_> = lines
        .map(|(colour, (name, _))| (*name, colour, *name))
        .collect();
    let mut panels = Vec::new();
    for (metric, y) in metrics {
        for study in studies {
            let curve = |series| measured.curve(study, series, metric);
            panels.push(figures_panel(study, y, &lines, curve)?);
        }
    }
    Ok(panels)
}

/// A panel of metrics of one series over the decay rate, each with its colour; their names are the labels.
///
/// # Errors
/// If one was not measured.
pub fn metrics_panel(
    measured: &Measurements,
    study: &str,
    series: &str,
    y: &str,
    metrics: &[(&str, usize)],
) -> Result<Panel> {
    let figures: Vec<_> = metrics
        .iter()
        .map(|&(metric, colour)| (metric, colour, metric))
        .collect();
    figures_panel(study, y, &figures, |metric| {
        measured.curve(study, series, metric)
    })
}

/// A panel of a metric by epoch at some rates: label, colour and rate of each.
///
/// # Errors
/// If it was not measured at one of the rates.
pub fn epochs_panel(
    measured: &Measurements,
    study: &str,
    series: &str,
    metric: &str,
    y: &str,
    lines: &[(&str, usize, f64)],
) -> Result<Panel> {
    let epochs = Horizontal::linear("epoch");
    let panel = places_panel(measured, study, series, metric, epochs, y, lines)?;
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
    study: &str,
    series: &str,
    metric: &str,
    x: Horizontal,
    y: &str,
    lines: &[(&str, usize, f64)],
) -> Result<Panel> {
    let line = |&(label, colour, rate): &(&str, usize, f64)| {
        let (places, values) = measured.along(study, series, metric, rate)?;
        Ok(series_along(label, colour, &places, &values))
    };
    let all = lines.iter().map(line).collect::<Result<_>>()?;
    Ok(panel(study, x, y, all))
}

/// A panel of series over names of things without an order (methods, data sets, mistakes): label, colour and what `figure`
/// finds each by, at the place of every name.
///
/// # Errors
/// Those of `figure`.
pub fn names_panel<K: Copy>(
    title: &str,
    axis: &str,
    names: &[&str],
    y: &str,
    series: &[(&str, usize, K)],
    figure: impl Fn(usize, K) -> Result<Estimate>,
) -> Result<Panel> {
    let x = Horizontal::Names {
        label: axis.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    let one = |&(label, colour, key): &(&str, usize, K)| {
        let point = |place: usize| Ok(point(place as f64, figure(place, key)?));
        Ok(Series {
            label: label.to_owned(),
            colour,
            points: (0..names.len()).map(point).collect::<Result<_>>()?,
            ..Series::default()
        })
    };
    let all = series.iter().map(one).collect::<Result<_>>()?;
    Ok(panel(title, x, y, all))
}

/// The axis of decay rates of a curve, with half-lives above.
fn rate_axis(curve: &Curve) -> Horizontal {
    let pairs = curve.rates.iter().zip(&curve.half_lives);
    let pairs = pairs.map(|(&rate, &epochs)| (rate, epochs.is_finite().then_some(epochs)));
    Horizontal::Rates {
        label: RATE.to_owned(),
        rates: pairs.collect(),
    }
}

/// The panel with a vertical axis from 0 to 1.
pub fn of_shares(mut panel: Panel) -> Panel {
    panel.y.range = Range::AtLeast(0.0, 1.0);
    panel
}

/// What a line at one rate is called.
pub fn rate_label(rate: f64) -> String {
    format!("λ = {}", short(rate))
}

/// The means of a curve with Student's 95 % intervals over replicates.
pub fn series(label: impl Into<String>, colour: usize, curve: &Curve) -> Series {
    series_along(label, colour, &curve.rates, &curve.values)
}

/// The same of replicates' values at places of a horizontal axis, as [`Measurements::along`](crate::Measurements::along) gives
/// them.
pub fn series_along(
    label: impl Into<String>,
    colour: usize,
    places: &[f64],
    values: &[Vec<f64>],
) -> Series {
    let points = places.iter().zip(values);
    Series {
        label: label.into(),
        colour,
        points: points
            .map(|(&at, values)| point(at, spread(values)))
            .collect(),
        look: Look::Line,
        ..Series::default()
    }
}

/// The same series with a dashed line.
pub fn dashed(series: Series) -> Series {
    Series {
        dashed: true,
        ..series
    }
}

fn point(x: f64, estimate: Estimate) -> Point {
    let Estimate {
        mean, low, high, ..
    } = estimate;
    Point { x, mean, low, high }
}

/// Mean and Student's 95 % interval of the replicates' values; NaN where there is none.
pub fn spread(values: &[f64]) -> Estimate {
    mean_interval(values, LEVEL).unwrap_or(Estimate {
        mean: f64::NAN,
        low: f64::NAN,
        high: f64::NAN,
        n: values.len(),
    })
}

/// An upright line at the rate where a curve is lowest.
pub fn at_lowest(curve: &Curve, label: &str) -> Mark {
    Mark::upright(curve.rates[curve.lowest()], label)
}

/// An upright line at the largest rate of a curve.
pub fn at_last(curve: &Curve, label: &str) -> Mark {
    Mark::upright(curve.rates.last().copied().unwrap_or(f64::NAN), label)
}

#[cfg(test)]
mod tests {
    use super::{Look, names_panel, spread};

    #[test]
    fn every_figure_stands_at_its_name() {
        let names = ["none", "decay"];
        let series = [("raw", 3, 0.0), ("tempered", 4, 10.0)];
        let figure = |place: usize, offset: f64| {
            let middle = offset + place as f64;
            Ok(spread(&[middle - 1.0, middle, middle + 1.0]))
        };
        let panel = names_panel("digits", "method", &names, "nats", &series, figure).unwrap();
        let found = panel.series.iter().flat_map(|series| &series.points);
        let found: Vec<_> = found.map(|point| (point.x, point.mean)).collect();
        assert_eq!(found, [(0.0, 0.0), (1.0, 1.0), (0.0, 10.0), (1.0, 11.0)]);
        // Student's quantile for two degrees of freedom is 4.303.
        let high = panel.series[0].points[0].high;
        assert!((high - 4.303 / 3f64.sqrt()).abs() < 1e-3, "{high}");
        assert!(panel.series[0].look == Look::Points && panel.series[1].colour == 4);
    }

    #[test]
    fn an_interval_needs_two_replicates_and_a_mean_one() {
        let one = spread(&[1.0]);
        assert_eq!([one.low, one.mean, one.high], [1.0; 3]);
        assert!(spread(&[]).mean.is_nan() && spread(&[1.0, f64::NAN]).low.is_nan());
    }
}
