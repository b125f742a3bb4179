//! Named things with an interval each, one below the other over a common axis.

use super::chart::Chart;
use super::hover::Hover;
use crate::format;
use crate::plot::frame::Frame;
use crate::plot::letters::{clipped, widest};
use crate::plot::scale::{Domain, Scale, extremes};
use crate::plot::svg::{Anchor, Svg};
use crate::records::{Ranked, RankedRow};

const WIDTH: f64 = 460.0;
const FONT: f64 = 12.0;
/// The most that names take.
const MOST_NAME: f64 = 170.0;
/// Height of a row, and room below for the axis.
const ROW: f64 = 21.0;
const BELOW: f64 = 44.0;

/// The chart; `None` without a finite value.
pub(super) fn ranked(record: &Ranked) -> Option<Chart> {
    let ends = record
        .rows
        .iter()
        .flat_map(|row| [row.mean, row.low, row.high]);
    let finite: Vec<f64> = ends
        .filter(|value| value.is_finite())
        .chain([0.0])
        .collect();
    if finite.len() == 1 {
        return None;
    }
    let (low, high) = extremes(&finite)?;
    let names = record.rows.iter().map(|row| row.name.as_str());
    let frame = Frame {
        left: 12.0 + widest(names, FONT).min(MOST_NAME),
        right: WIDTH - 14.0,
        top: 4.0,
        bottom: 8.0 + ROW * record.rows.len() as f64,
    };
    let scale = Scale::new(
        Domain::linear(low, high).padded(0.04),
        frame.left,
        frame.right,
    );
    let mut svg = Svg::new((WIDTH, frame.bottom + BELOW), &record.title);
    draw_axis(&mut svg, &scale, frame, &record.label);
    for (place, row) in record.rows.iter().enumerate() {
        draw_row(&mut svg, &scale, frame, place, row);
    }
    Some(Chart {
        id: record.id.clone(),
        title: record.title.clone(),
        key: Vec::new(),
        svg: svg.finish(),
        hover: Hover::default(),
    })
}

fn draw_axis(svg: &mut Svg, scale: &Scale, frame: Frame, label: &str) {
    let ticks = scale.placed(5);
    for (x, _) in ticks.iter().filter(|(_, tick)| tick.label.is_some()) {
        svg.line("grid", (*x, frame.top), (*x, frame.bottom));
    }
    if let Some(zero) = scale.at(0.0) {
        svg.line("axis", (zero, frame.top), (zero, frame.bottom));
    }
    frame.bottom_ticks(svg, &ticks);
    let below = (frame.middle(), frame.bottom + 38.0);
    svg.text("label", below, Anchor::Middle, label);
}

fn draw_row(svg: &mut Svg, scale: &Scale, frame: Frame, place: usize, row: &RankedRow) {
    let y = frame.top + ROW * (place as f64 + 0.5) + 2.0;
    let name = clipped(&row.name, FONT, MOST_NAME);
    svg.text("tick", (frame.left - 7.0, y + 4.0), Anchor::End, &name);
    let Some(x) = scale.at(row.mean) else {
        return;
    };
    if let (Some(low), Some(high)) = (scale.at(row.low), scale.at(row.high)) {
        svg.line("whisker stroke5", (low, y), (high, y));
    }
    let title = format!(
        "{}: {} ({} – {})",
        row.name,
        format::significant(row.mean, 3),
        format::significant(row.low, 3),
        format::significant(row.high, 3)
    );
    svg.titled_disc("fill5", (x, y), 4.0, &title);
}
