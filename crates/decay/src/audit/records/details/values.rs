//! Predicted against true, and residuals.

use decay_report::text::number;
use decay_report::{Curves, Drawn, Figure, Section, Shape, XyCurve};

use crate::audit::HeldOutFigures;
use crate::audit::details::OfTarget;

/// Dots of a cloud, evenly spread over the rows.
const DOTS: usize = 1500;
/// Targets that are drawn.
const TARGETS: usize = 4;

pub(super) fn section(targets: &[OfTarget], held_out: &HeldOutFigures) -> Option<Section> {
    if targets.is_empty() {
        return None;
    }
    let figures = targets.iter().take(TARGETS).enumerate();
    let figures = figures.map(|(place, own)| figure(place, own, r2(held_out, own)));
    let left = targets.len().saturating_sub(TARGETS);
    Some(Section {
        heading: "Predictions and truth".into(),
        note: match left {
            0 => String::new(),
            left => format!("Of the other {left} targets there are no figures here."),
        },
        figures: figures.collect(),
        ..Section::default()
    })
}

fn r2(held_out: &HeldOutFigures, own: &OfTarget) -> Option<f64> {
    let mut each = held_out.targets.iter();
    let figures = each.find(|(name, _)| *name == own.name);
    let figures = figures.map_or(&held_out.figures, |(_, figures)| figures);
    figures.metrics.get("r2").map(|r2| r2.mean)
}

fn figure(place: usize, own: &OfTarget, r2: Option<f64>) -> Figure {
    let step = own.truth.len().div_ceil(DOTS).max(1);
    let some = |values: &[f64]| values.iter().step_by(step).copied().collect::<Vec<f64>>();
    let (predicted, truth) = (some(&own.predicted), some(&own.truth));
    let residuals = truth.iter().zip(&predicted).map(|(y, f)| y - f).collect();
    let r2 = r2.map_or_else(String::new, |r2| format!(", R² {}", number(r2)));
    let name = &own.name;
    let against = Curves {
        id: format!("against-{place}"),
        title: format!("{name}: predicted against true{r2}"),
        x_label: format!("true {name}"),
        y_label: format!("predicted {name}"),
        curves: vec![
            line("as predicted", ends(&truth), ends(&truth)),
            cloud(truth, predicted.clone()),
        ],
        ..Curves::default()
    };
    let residuals = Curves {
        id: format!("residuals-{place}"),
        title: format!("{name}: residuals"),
        x_label: format!("predicted {name}"),
        y_label: "residual: true less predicted".into(),
        curves: vec![
            line("no error", ends(&predicted), [0.0, 0.0]),
            cloud(predicted, residuals),
        ],
        ..Curves::default()
    };
    Figure {
        charts: vec![Drawn::Curves(against), Drawn::Curves(residuals)],
        caption: caption(own, step),
        ..Figure::default()
    }
}

fn caption(own: &OfTarget, step: usize) -> String {
    let rows = own.truth.len();
    let shown = match step {
        1 => format!("all {rows} held-out rows"),
        step => format!("every {step}th of {rows} held-out rows"),
    };
    format!(
        "What all networks together predict of {} for {shown}. Errors that grow or bend along the prediction are something that the \
         model has not learned.",
        own.name
    )
}

fn ends(values: &[f64]) -> [f64; 2] {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    [
        low,
        values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    ]
}

fn line(label: &str, xs: [f64; 2], ys: [f64; 2]) -> XyCurve {
    XyCurve {
        label: label.into(),
        dashed: true,
        colour: 4,
        xs: xs.to_vec(),
        ys: ys.to_vec(),
        ..XyCurve::default()
    }
}

fn cloud(xs: Vec<f64>, ys: Vec<f64>) -> XyCurve {
    XyCurve {
        label: "a row".into(),
        shape: Shape::Dots,
        xs,
        ys,
        ..XyCurve::default()
    }
}
