//! Lines with bands over a common axis, and a metric's interval as a drawing the size of a word.

use super::chart::{Canvas, Chart};
use super::colour::{ACCURACY, GAP, NEUTRAL, TRAIN, VALIDATION};
use super::hover::{Hover, HoverRow};
use crate::format;
use crate::plot::scale::{Domain, Scale};
use crate::plot::svg::{Anchor, Svg};
use crate::plot::ticks::nice_step;
use crate::plot::{Horizontal, Look, Panel, Point, Range, Series, Vertical};
use crate::records::{Line, Lines, MetricRow};

/// Colours of the lines, by the record's number.
pub(super) const COLOURS: [usize; 5] = [TRAIN, VALIDATION, GAP, ACCURACY, NEUTRAL];

/// Draws the lines; `None` where nothing can be drawn.
pub(crate) fn lines(record: &Lines) -> Option<Chart> {
    let known = |line: &Line| line.mean.iter().any(|mean| mean.is_finite());
    if record.xs.is_empty() || !record.lines.iter().any(known) {
        return None;
    }
    let panel = Panel::new(
        &record.title,
        Horizontal::linear(&record.x_label),
        Vertical::linear(&record.y_label, Range::of_share(record.share)),
        record
            .lines
            .iter()
            .map(|line| series(line, &record.xs))
            .collect(),
    );
    let mut canvas = Canvas::new(&record.id, &panel);
    canvas.draw_all();
    let title = |at: &f64| format!("{} = {}", record.x_label, format::significant(*at, 3));
    let rows = panel.series.iter().map(|one| HoverRow::of(&one.label, one));
    let hover = Hover {
        titles: record.xs.iter().map(title).collect(),
        states: vec![rows.collect()],
        ..Hover::default()
    };
    Some(canvas.finish(&record.xs, hover))
}

fn series(line: &Line, xs: &[f64]) -> Series {
    let lists = [line.mean.as_slice(), &line.low, &line.high];
    let point = |(k, &x): (usize, &f64)| Point::listed(x, k, lists);
    Series {
        label: line.label.clone(),
        colour: COLOURS[line.colour % COLOURS.len()],
        dashed: line.dashed,
        points: xs.iter().enumerate().map(point).collect(),
        look: Look::Line,
    }
}

/// The interval on an axis from 0 to the next round number, so that its width is seen against its size.
/// `None` if the estimate is not finite.
pub(crate) fn interval(row: &MetricRow) -> Option<String> {
    const WIDTH: f64 = 168.0;
    const HEIGHT: f64 = 30.0;
    if !row.mean.is_finite() {
        return None;
    }
    let known = |value: f64| if value.is_finite() { value } else { row.mean };
    let (low, high) = (known(row.low), known(row.high));
    let (start, end) = ends(low.min(row.mean), high.max(row.mean));
    let scale = Scale::new(Domain::linear(start, end), 12.0, WIDTH - 12.0);
    let mut svg = Svg::new((WIDTH, HEIGHT), &format!("interval of {}", row.label));
    let at = |value: f64| scale.at(value).unwrap_or_default();
    let y = 9.0;
    svg.line("axis", (at(start), y), (at(end), y));
    for value in [start, end] {
        svg.line("axis", (at(value), y - 3.0), (at(value), y + 3.0));
        let below = (at(value), y + 17.0);
        svg.text("tick", below, Anchor::Middle, &format::short(value));
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
