//! Lines with bands over a linear axis.

use super::hover::{Hover, HoverSeries, HoverValues};
use super::panel::{KeyEntry, Panel};
use crate::format;
use crate::records::{Line, Lines};
use crate::svg::axis::{HEIGHT, WIDTH, placed};
use crate::svg::line::{band_path, line_path};
use crate::svg::{Domain, Frame, Scale, Svg};

/// Classes of the colours, in order; dashed lines have the class after it.
const COLOURS: [(&str, &str); 5] = [
    ("train", "train dashed"),
    ("validation", "validation dashed"),
    ("gap", "gap dashed"),
    ("accuracy", "accuracy dashed"),
    ("count", "count dashed"),
];

/// Draws the lines; `None` where nothing can be drawn.
pub(crate) fn lines(record: &Lines) -> Option<Panel> {
    let values = || {
        let all = record.lines.iter();
        all.flat_map(|line| line.mean.iter().chain(&line.low).chain(&line.high))
    };
    let finite = || values().copied().filter(|value| value.is_finite());
    let (first, last) = (*record.xs.first()?, *record.xs.last()?);
    finite().next()?;
    let domain = match record.share {
        true => Domain::linear(0.0, 1.0),
        false => {
            let low = finite().fold(f64::INFINITY, f64::min);
            let high = finite().fold(f64::NEG_INFINITY, f64::max);
            Domain::linear(low, high).padded(0.06)
        }
    };
    let frame = Frame::panel(false);
    let x = Scale::new(
        Domain::linear(first, last.max(first + f64::EPSILON)),
        frame.left + 6.0,
        frame.right - 6.0,
    );
    let y = Scale::new(domain, frame.bottom, frame.top);
    let label = format!("{} against {}", record.title, record.x_label);
    let mut svg = Svg::new(WIDTH, HEIGHT, &label);
    frame.left_axis(&mut svg, &y, &record.y_label);
    frame.bottom_axis(&mut svg, &placed(&x, 6), &record.x_label);
    for line in &record.lines {
        draw(&mut svg, line, &record.xs, (&x, &y));
    }
    Some(Panel {
        id: record.id.clone(),
        title: record.title.clone(),
        key: record.lines.iter().map(key_entry).collect(),
        svg: svg.finish(),
        hover: hover(record, frame, &x),
    })
}

fn class(line: &Line) -> &'static str {
    let (solid, dashed) = COLOURS[line.colour % COLOURS.len()];
    if line.dashed { dashed } else { solid }
}

fn key_entry(line: &Line) -> KeyEntry {
    KeyEntry::new(class(line), line.label.clone())
}

fn draw(svg: &mut Svg, line: &Line, xs: &[f64], (x, y): (&Scale, &Scale)) {
    let class = class(line);
    let band = xs.iter().enumerate().map(|(k, &at)| {
        let (low, high) = (*line.low.get(k)?, *line.high.get(k)?);
        Some((x.at(at)?, y.at(low)?, y.at(high)?))
    });
    svg.path(&format!("band {class}"), &band_path(band));
    let points: Vec<_> = xs
        .iter()
        .zip(&line.mean)
        .map(|(&at, &value)| Some((x.at(at)?, y.at(value)?)))
        .collect();
    svg.path(&format!("line {class}"), &line_path(points.iter().copied()));
    // More would be a line of dots.
    if points.len() <= 24 {
        for point in points.into_iter().flatten() {
            svg.disc(&format!("dot {class}"), point, 2.6);
        }
    }
}

fn hover(record: &Lines, frame: Frame, x: &Scale) -> Hover {
    let series = |line: &Line| {
        let text = (0..record.xs.len()).map(|k| {
            let Some(mean) = line.mean.get(k).filter(|mean| mean.is_finite()) else {
                return format::MISSING.to_owned();
            };
            let mean = format::significant(*mean, 3);
            match (line.low.get(k), line.high.get(k)) {
                (Some(low), Some(high)) => format!(
                    "{mean} ({} to {})",
                    format::significant(*low, 3),
                    format::significant(*high, 3)
                ),
                _ => mean,
            }
        });
        HoverSeries {
            name: line.label.clone(),
            class: class(line),
            values: HoverValues::Text(text.collect()),
        }
    };
    let title = |at: &f64| format!("{} = {}", record.x_label, format::significant(*at, 3));
    Hover {
        frame,
        picks: false,
        xs: record
            .xs
            .iter()
            .map(|&at| x.at(at).unwrap_or(-1e3))
            .collect(),
        titles: record.xs.iter().map(title).collect(),
        states: vec![record.lines.iter().map(series).collect()],
    }
}
