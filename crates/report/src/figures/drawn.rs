//! Charts of a section: curves and clouds, and whichever of its kinds a record is.

use super::audit::COLOURS;
use super::chart::{Canvas, Chart};
use super::hover::{self, Hover, HoverRow};
use super::matrix::matrix;
use super::ranked::ranked;
use crate::format;
use crate::plot::svg::line_path;
use crate::plot::{Horizontal, Look, Panel, Point, Range, Series, Vertical};
use crate::records::{Curves, Drawn, Shape, XyCurve};

/// Draws the record; `None` where it has nothing to show.
pub(crate) fn drawn(record: &Drawn) -> Option<Chart> {
    match record {
        Drawn::Matrix(record) => matrix(record),
        Drawn::Curves(record) => curves(record),
        Drawn::Ranked(record) => ranked(record),
    }
}

fn curves(record: &Curves) -> Option<Chart> {
    let known = |curve: &XyCurve| curve.ys.iter().any(|y| y.is_finite());
    if !record.curves.iter().any(known) {
        return None;
    }
    let panel = Panel::new(
        &record.title,
        across(record),
        Vertical::linear(&record.y_label, Range::of_share(record.share)),
        record.curves.iter().map(series).collect(),
    );
    let mut canvas = Canvas::new(&record.id, &panel);
    for (curve, one) in record.curves.iter().zip(&panel.series) {
        if curve.shape == Shape::Dots {
            cloud(&mut canvas, one);
        } else {
            canvas.draw(std::slice::from_ref(one));
        }
    }
    let (xs, hover) = points(record, &panel.series, &canvas);
    Some(canvas.finish_at(xs, hover))
}

/// Points that are shown of a chart; of more some are left out, evenly along each curve.
const MOST_POINTS: usize = 500;

/// Every point with its own height, since curves here share no places: what it is of, its place and its value.
fn points(record: &Curves, series: &[Series], canvas: &Canvas<'_>) -> (Vec<f64>, Hover) {
    let all: usize = series.iter().map(|one| one.points.len()).sum();
    let step = all.div_ceil(MOST_POINTS).max(1);
    let (mut xs, mut places, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let mut hover = Hover::default();
    for one in series.iter().filter(|one| !one.dashed) {
        hover.titles.push(one.label.clone());
        for point in one.points.iter().step_by(step) {
            let place = (canvas.pen.across.at(point.x), canvas.pen.y.at(point.mean));
            let (Some(x), Some(y)) = place else { continue };
            xs.push(x);
            hover.ys.push(y);
            hover.of.push(hover.titles.len() - 1);
            places.push(placed(record, point.x));
            values.push(hover::value(point));
        }
    }
    let row = |name: &str, texts: Vec<String>| HoverRow::text(name, "", texts.into_iter());
    hover.states = vec![vec![
        row(&record.x_label, places),
        row(&record.y_label, values),
    ]];
    (xs, hover)
}

/// A place on the horizontal axis in words.
fn placed(record: &Curves, x: f64) -> String {
    let named = record.names.get(x as usize).filter(|_| x >= 0.0);
    named.map_or_else(|| format::significant(x, 3), String::clone)
}

fn across(record: &Curves) -> Horizontal {
    let label = record.x_label.clone();
    match (record.names.as_slice(), record.log) {
        ([], false) => Horizontal::Linear { label },
        ([], true) => Horizontal::Log { label },
        (names, _) => Horizontal::Names {
            label,
            names: names.to_vec(),
        },
    }
}

fn series(curve: &XyCurve) -> Series {
    let lists = [curve.ys.as_slice(), &curve.low, &curve.high];
    let point = |(k, &x): (usize, &f64)| Point::listed(x, k, lists);
    Series {
        label: curve.label.clone(),
        colour: COLOURS[curve.colour % COLOURS.len()],
        dashed: curve.dashed,
        points: curve.xs.iter().enumerate().map(point).collect(),
        look: match curve.shape {
            Shape::Line => Look::BareLine,
            Shape::Marked => Look::Line,
            Shape::Dots => Look::Points,
        },
    }
}

/// All dots as one path, since there may be thousands.
fn cloud(canvas: &mut Canvas<'_>, series: &Series) {
    let pen = &canvas.pen;
    let place = |point: &Point| Some((pen.across.at(point.x)?, pen.y.at(point.mean)?));
    let dots = series.points.iter().flat_map(|point| [place(point), None]);
    let path = line_path(dots);
    canvas
        .svg
        .path(&format!("dots stroke{}", series.colour), &path);
}
