//! Which values the vertical axis shows.

use super::scale::Domain;
use super::{Panel, Point, Range, Reference};

/// Space beyond the extreme values, as a share of the axis.
const MARGIN: f64 = 0.05;
/// An error bar lengthens a logarithmic axis downwards by at most this factor: a mean less its error may
/// be almost 0 and would squeeze everything else.
const REACH_DOWN: f64 = 10.0;

/// The axis' domain; `None` where there is nothing to show.
pub(super) fn domain(panel: &Panel) -> Option<Domain> {
    let log = panel.y.log;
    let must = match panel.y.range {
        Range::Exactly(low, high) => return Some(Domain::new(low, high, log)),
        Range::AtLeast(low, high) => vec![low, high],
        Range::Data => Vec::new(),
    };
    let sound = |value: &f64| value.is_finite() && !(log && *value <= 0.0);
    let means = points(panel).map(|point| point.mean).filter(sound);
    let floor = match means.reduce(f64::min) {
        Some(lowest) if log => lowest / REACH_DOWN,
        _ => f64::NEG_INFINITY,
    };
    let ends = points(panel).flat_map(|point| [point.mean, point.low, point.high]);
    let levels = panel.marks.iter().filter_map(|mark| match mark.at {
        Reference::Level(y) => Some(y),
        Reference::Upright(_) => None,
    });
    let shown = ends
        .filter(|value| value.is_finite())
        .map(|value| value.max(floor));
    let all: Vec<f64> = shown.chain(must).chain(levels).filter(sound).collect();
    let (low, high) = extremes(&all)?;
    Some(Domain::new(low, high, log).padded(MARGIN))
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
