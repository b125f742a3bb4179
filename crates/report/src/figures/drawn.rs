//! Charts of a section: curves and clouds, and whichever of its kinds a record is.

use super::audit::COLOURS;
use super::chart::{Canvas, Chart, Hover};
use super::matrix::matrix;
use super::ranked::ranked;
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
    Some(canvas.finish(&[], Hover::default()))
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
