//! Which values the vertical axis shows.

use super::{Mark, Panel, Point};
use crate::svg::Domain;

/// Space beyond the extreme values, as a share of the axis.
const MARGIN: f64 = 0.05;
/// An error bar lengthens a logarithmic axis downwards by at most this factor: a mean less its error may
/// be almost 0 and would squeeze everything else.
const REACH_DOWN: f64 = 10.0;

/// The axis' domain: all finite values, levels and what must be shown; `None` where there is nothing.
pub(super) fn domain(panel: &Panel) -> Option<Domain> {
    let must = panel
        .y
        .range
        .into_iter()
        .flat_map(|(low, high)| [low, high]);
    let levels = panel.marks.iter().filter_map(|mark| match mark {
        Mark::Level { y, .. } => Some(*y),
        Mark::Upright { .. } => None,
    });
    let shown = points(panel).flat_map(|point| [point.mean, point.low, point.high]);
    if panel.y.log {
        let positive = |value: &f64| *value > 0.0 && value.is_finite();
        let means = points(panel).map(|point| point.mean).filter(positive);
        let floor = means.fold(f64::INFINITY, f64::min) / REACH_DOWN;
        let shown = shown.map(|value| {
            if floor.is_finite() {
                value.max(floor)
            } else {
                value
            }
        });
        let all: Vec<f64> = shown.chain(must).chain(levels).filter(positive).collect();
        let (low, high) = extremes(&all)?;
        Some(Domain::log(low, high).padded(MARGIN))
    } else {
        let all: Vec<f64> = shown
            .chain(must)
            .chain(levels)
            .filter(|v| v.is_finite())
            .collect();
        let (low, high) = extremes(&all)?;
        Some(Domain::linear(low, high).padded(MARGIN))
    }
}

/// Every point whose place and mean are finite.
pub(super) fn points(panel: &Panel) -> impl Iterator<Item = &Point> {
    let all = panel.series.iter().flat_map(|series| &series.points);
    all.filter(|point| point.x.is_finite() && point.mean.is_finite())
}

/// The smallest and the largest of finite values.
pub(super) fn extremes(values: &[f64]) -> Option<(f64, f64)> {
    let low = values.iter().copied().reduce(f64::min)?;
    let high = values.iter().copied().reduce(f64::max)?;
    Some((low, high))
}
