//! One metric's interval as a drawing the size of a word.

use crate::records::MetricRow;
use crate::svg::element::Anchor;
use crate::svg::ticks::nice_step;
use crate::svg::{Domain, Scale, Svg};

const WIDTH: f64 = 168.0;
const HEIGHT: f64 = 30.0;

/// The interval on an axis from 0 to the next round number, so that its width is seen against its size.
/// `None` if the estimate is not finite.
pub(crate) fn interval(row: &MetricRow) -> Option<String> {
    if !row.mean.is_finite() {
        return None;
    }
    let (low, high) = (or(row.low, row.mean), or(row.high, row.mean));
    let (start, end) = ends(low.min(row.mean), high.max(row.mean));
    let scale = Scale::new(Domain::linear(start, end), 12.0, WIDTH - 12.0);
    let mut svg = Svg::new(WIDTH, HEIGHT, &format!("interval of {}", row.label));
    let at = |value: f64| scale.at(value).unwrap_or_default();
    let y = 9.0;
    svg.line("axis", (at(start), y), (at(end), y));
    for (value, anchor) in [(start, Anchor::Middle), (end, Anchor::Middle)] {
        svg.line("axis", (at(value), y - 3.0), (at(value), y + 3.0));
        svg.text(
            "tick",
            (at(value), y + 17.0),
            anchor,
            &crate::format::short(value),
        );
    }
    svg.line("interval", (at(low), y), (at(high), y));
    svg.disc("dot interval", (at(row.mean), y), 3.6);
    Some(svg.finish())
}

/// Round numbers around the interval, one of them 0 unless it lies inside.
fn ends(low: f64, high: f64) -> (f64, f64) {
    let round = |magnitude: f64| {
        if magnitude > 0.0 {
            nice_step(magnitude, 1)
        } else {
            0.0
        }
    };
    match (-round(-low), round(high)) {
        (start, end) if start < end => (start, end),
        _ => (0.0, 1.0),
    }
}

fn or(value: f64, otherwise: f64) -> f64 {
    if value.is_finite() { value } else { otherwise }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_start_at_zero_and_end_at_one_two_or_five() {
        assert_eq!(ends(0.95, 0.98), (0.0, 1.0));
        assert_eq!(ends(0.012, 0.031), (0.0, 0.05));
        assert_eq!(ends(-0.3, 0.1), (-0.5, 0.1));
        assert_eq!(ends(0.0, 0.0), (0.0, 1.0));
    }
}
