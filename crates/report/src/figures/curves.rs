//! Learning curves: of every rate of a sweep, one of them in colour; or of several models at one setting.

use super::domain::wide;
use super::hover::{Hover, HoverSeries, HoverValues};
use super::panel::{KeyEntry, Panel};
use super::rate_panel::setting;
use crate::records::{Curve, Run, Split, Sweep, Training};
use crate::svg::axis::{HEIGHT, WIDTH, placed};
use crate::svg::line::{band_path, line_path, thinned};
use crate::svg::{Domain, Frame, Scale, Svg};

/// Positions per curve: about one per user unit, more would not be seen.
const MOST_POINTS: usize = 400;

/// Everything that both kinds of panel share: scales, axes and the epochs drawn.
struct Canvas {
    svg: Svg,
    frame: Frame,
    x: Scale,
    y: Scale,
    /// Index of the epochs drawn, from 0.
    epochs: Vec<usize>,
}

impl Canvas {
    fn new(id: &str, label: &str, y_label: &str, curves: &[&Curve], anchor: f64) -> Self {
        let n = curves
            .iter()
            .map(|curve| curve.mean.len())
            .max()
            .unwrap_or(0);
        let frame = Frame::panel(false);
        let domain = Domain::linear(1.0, n.max(2) as f64);
        let x = Scale::new(domain, frame.left + 6.0, frame.right - 6.0);
        let values = curves.iter().flat_map(|curve| curve.mean.iter().copied());
        let y = Scale::new(wide(values, anchor), frame.bottom, frame.top);
        let mut svg = Svg::new(WIDTH, HEIGHT, label);
        frame.left_axis(&mut svg, &y, y_label);
        frame.bottom_axis(&mut svg, &whole_epochs(&x), "epoch");
        let (corner, opposite) = ((frame.left, frame.top), (frame.right, frame.bottom));
        svg.open_clip(&format!("clip-{id}"), corner, opposite);
        Self {
            svg,
            frame,
            x,
            y,
            epochs: thinned(n, MOST_POINTS),
        }
    }

    fn draw(&mut self, curve: &Curve) {
        let class = curve.split.word();
        let band = self.epochs.iter().map(|&e| {
            let x = self.x.at(e as f64 + 1.0)?;
            Some((
                x,
                self.y.at(*curve.low.get(e)?)?,
                self.y.at(*curve.high.get(e)?)?,
            ))
        });
        let band = band_path(band);
        self.svg.path(&format!("band {class}"), &band);
        let line = self
            .epochs
            .iter()
            .map(|&e| Some((self.x.at(e as f64 + 1.0)?, self.y.at(*curve.mean.get(e)?)?)));
        let line = line_path(line);
        self.svg.path(&format!("line {class}"), &line);
    }

    fn finish(mut self, states: Vec<Vec<HoverSeries>>) -> (String, Hover) {
        self.svg.close_group();
        let position = |&e: &usize| self.x.at(e as f64 + 1.0).unwrap_or_default();
        let hover = Hover {
            frame: self.frame,
            picks: false,
            xs: self.epochs.iter().map(position).collect(),
            titles: self
                .epochs
                .iter()
                .map(|e| format!("epoch {}", e + 1))
                .collect(),
            states,
        };
        (self.svg.finish(), hover)
    }
}

/// Ticks at whole epochs only.
fn whole_epochs(x: &Scale) -> Vec<(f64, crate::svg::ticks::Tick)> {
    let mut ticks = placed(x, 8);
    ticks.retain(|(_, tick)| tick.value.fract() == 0.0);
    for (_, tick) in &mut ticks {
        tick.label = Some(format!("{}", tick.value));
    }
    ticks
}

fn key() -> Vec<KeyEntry> {
    vec![
        KeyEntry::new(Split::Train.word(), "train"),
        KeyEntry::new(Split::Validation.word(), "validation"),
    ]
}

/// Lowest value of the validation curves, or of all where there are none.
fn anchor(curves: &[&Curve]) -> f64 {
    let lowest = |all: bool| {
        let chosen = curves
            .iter()
            .filter(|c| all || c.split == Split::Validation);
        let values = chosen
            .flat_map(|curve| &curve.mean)
            .filter(|v| v.is_finite());
        values.fold(f64::NAN, |a, b| a.min(*b))
    };
    if lowest(false).is_nan() {
        lowest(true)
    } else {
        lowest(false)
    }
}

/// Curves of every rate; those at the slider in colour with their bands. `None` without curves.
pub(crate) fn sweep_curves(sweep: &Sweep) -> Option<Panel> {
    let all: Vec<&Curve> = sweep
        .points
        .iter()
        .flat_map(|point| &point.curves)
        .collect();
    if all.iter().all(|curve| curve.mean.is_empty()) {
        return None;
    }
    let title = "Learning curves".to_owned();
    let mut canvas = Canvas::new("curves", &title, &sweep.metric.label(), &all, anchor(&all));
    draw_states(&mut canvas, sweep);
    let states = sweep
        .points
        .iter()
        .map(|p| numbers(&p.curves, &canvas.epochs))
        .collect();
    let (svg, hover) = canvas.finish(states);
    let mut key = key();
    if sweep.points.len() > 1 {
        key.push(KeyEntry::new("faint", format!("other {}", sweep.symbol)));
    }
    Some(Panel {
        id: "curves".into(),
        title,
        key,
        svg,
        hover,
    })
}

/// One group per rate; the coloured one is drawn last, so that it lies above the faint ones.
fn draw_states(canvas: &mut Canvas, sweep: &Sweep) {
    let order = (0..sweep.points.len())
        .filter(|i| *i != sweep.chosen)
        .chain([sweep.chosen]);
    for index in order {
        let Some(point) = sweep.points.get(index) else {
            continue;
        };
        canvas.svg.open_state(index, index == sweep.chosen);
        for curve in &point.curves {
            canvas.draw(curve);
        }
        canvas.svg.close_group();
    }
}

fn numbers(curves: &[Curve], epochs: &[usize]) -> Vec<HoverSeries> {
    let at = |values: &[f64]| -> Vec<f64> {
        if values.is_empty() {
            return Vec::new();
        }
        epochs
            .iter()
            .map(|&e| values.get(e).copied().unwrap_or(f64::NAN))
            .collect()
    };
    let series = |curve: &Curve| HoverSeries {
        name: curve.split.word().to_owned(),
        class: curve.split.word(),
        values: HoverValues::Numbers {
            mean: at(&curve.mean),
            low: at(&curve.low),
            high: at(&curve.high),
        },
    };
    curves.iter().map(series).collect()
}

/// Curves of several models at one setting, all in colour. `None` without curves.
pub(crate) fn training_curves(training: &Training) -> Option<Panel> {
    let all: Vec<&Curve> = training.runs.iter().flat_map(|run| &run.curves).collect();
    if all.iter().all(|curve| curve.mean.is_empty()) {
        return None;
    }
    let title = "Learning curves".to_owned();
    let mut canvas = Canvas::new(
        "training",
        &title,
        &training.metric.label(),
        &all,
        anchor(&all),
    );
    for curve in &all {
        canvas.draw(curve);
    }
    let epochs = canvas.epochs.clone();
    let states = vec![
        training
            .runs
            .iter()
            .flat_map(|run| labelled(run, &epochs))
            .collect(),
    ];
    let (svg, hover) = canvas.finish(states);
    let has = |split: Split| all.iter().any(|curve| curve.split == split);
    let key = key();
    let shown = [has(Split::Train), has(Split::Validation)];
    let key = key
        .into_iter()
        .zip(shown)
        .filter_map(|(entry, shown)| shown.then_some(entry));
    Some(Panel {
        id: "training".into(),
        title,
        key: key.collect(),
        svg,
        hover,
    })
}

fn labelled(run: &Run, epochs: &[usize]) -> Vec<HoverSeries> {
    let mut series = numbers(&run.curves, epochs);
    for one in &mut series {
        one.name = format!("{}, {}", run.label, one.name);
    }
    series
}

/// The setting of every rate, as the slider announces it.
pub(crate) fn settings(sweep: &Sweep) -> Vec<String> {
    let points = sweep.points.iter();
    points
        .map(|point| setting(sweep, point.rate, point.half_life_epochs))
        .collect()
}
