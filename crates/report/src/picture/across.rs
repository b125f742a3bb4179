//! Where a point stands horizontally, the axis below, and half-lives above.

use super::crowding::uncrowded;
use super::letters::{LEADING, MIDDLE, wrap};
use super::names::Names;
use super::values::{extremes, points};
use super::{Horizontal, Mark, Panel};
use crate::figures::rate_axis::{HALF_LIFE, RateAxis};
use crate::svg::axis::placed;
use crate::svg::element::Anchor;
use crate::svg::ticks::Tick;
use crate::svg::{Domain, Frame, Scale, Svg};

/// Space between the frame and the first and last value.
const INSET: f64 = 14.0;
/// Width that series have at rate 0.
const ZERO_SLOT: f64 = 24.0;
/// Height of ordinary ticks with their labels.
const TICKS: f64 = 22.0;
/// Horizontal space that a label of a linear axis should have.
const LABEL_SPACE: f64 = 60.0;

enum Kind {
    Rates {
        axis: RateAxis,
        endless_zero: bool,
        any_positive: bool,
    },
    Scale {
        scale: Scale,
        ticks: Vec<(f64, Tick)>,
    },
    Names(Names),
    /// Nothing to show.
    Empty,
}

/// The horizontal axis of a panel whose frame has a given left and right.
pub(super) struct Across {
    kind: Kind,
    label: Vec<String>,
}

impl Across {
    pub(super) fn new(panel: &Panel, frame: &Frame) -> Self {
        let (kind, label) = match &panel.x {
            Horizontal::Rates { label, rates } => (rate_kind(rates, frame), label),
            Horizontal::Linear { label } => (scale_kind(panel, frame, false), label),
            Horizontal::Log { label } => (scale_kind(panel, frame, true), label),
            Horizontal::Names { label, names } => {
                let names = Names::new(names, frame.left, frame.right);
                (Kind::Names(names), label)
            }
        };
        let label = wrap(label, MIDDLE, frame.right - frame.left);
        Self { kind, label }
    }

    /// Position of a value; `None` where it has none.
    pub(super) fn at(&self, x: f64) -> Option<f64> {
        match &self.kind {
            Kind::Rates { axis, .. } => axis.at(x),
            Kind::Scale { scale, .. } => scale.at(x),
            Kind::Names(names) => names.at(x),
            Kind::Empty => None,
        }
    }

    /// Whether a line may not go on after this value.
    pub(super) fn breaks_after(&self, x: f64) -> bool {
        matches!(&self.kind, Kind::Rates { axis, .. } if axis.breaks_after(x))
    }

    /// Width that series share at one place, where there are such places.
    pub(super) fn slot(&self) -> Option<f64> {
        match &self.kind {
            Kind::Names(names) => Some(names.slot()),
            Kind::Rates { axis, .. } => axis.zero().map(|_| ZERO_SLOT),
            _ => None,
        }
    }

    /// Whether series stand beside each other at this value: over a name, and at rate 0, where no line
    /// tells them apart.
    pub(super) fn is_shared(&self, x: f64) -> bool {
        matches!(self.kind, Kind::Names(_)) || self.breaks_after(x)
    }

    /// Height of everything below the frame.
    pub(super) fn depth(&self) -> f64 {
        let ticks = match &self.kind {
            Kind::Names(names) => names.height(),
            _ => TICKS,
        };
        let lines = self.label.len() as f64;
        let label = if lines > 0.0 {
            6.0 + lines * MIDDLE * LEADING
        } else {
            0.0
        };
        ticks + label + 4.0
    }

    /// What lies behind the data.
    pub(super) fn draw_stripes(&self, svg: &mut Svg, frame: &Frame) {
        if let Kind::Names(names) = &self.kind {
            names.draw_stripes(svg, frame);
        }
    }

    /// The axes with their labels.
    pub(super) fn draw(&self, svg: &mut Svg, frame: &Frame) {
        let middle = (frame.left + frame.right) / 2.0;
        let mut foot = frame.bottom + TICKS;
        match &self.kind {
            Kind::Rates { .. } => self.draw_rates(svg, frame),
            Kind::Scale { ticks, .. } => frame.bottom_ticks(svg, ticks),
            Kind::Names(names) => {
                frame.bottom_ticks(svg, &[]);
                names.draw(svg, frame);
                foot = frame.bottom + names.height();
            }
            Kind::Empty => frame.bottom_ticks(svg, &[]),
        }
        for line in &self.label {
            foot += MIDDLE * LEADING;
            svg.text("label", (middle, foot), Anchor::Middle, line);
        }
    }

    fn draw_rates(&self, svg: &mut Svg, frame: &Frame) {
        let Kind::Rates {
            axis,
            endless_zero,
            any_positive,
        } = &self.kind
        else {
            return;
        };
        let mut below = axis.rate_ticks();
        // Without a positive rate the scale stands for nothing.
        below.retain(|(_, tick)| *any_positive || tick.value == 0.0);
        frame.bottom_ticks(svg, &uncrowded(below, true));
        if *any_positive {
            axis.draw_break(svg, frame);
        }
        let mut above = axis.half_life_ticks();
        if above.is_empty() {
            return;
        }
        if let Some(zero) = axis.zero().filter(|_| *endless_zero) {
            let label = Some("∞".to_owned());
            let value = f64::INFINITY;
            above.push((zero, Tick { value, label }));
        }
        frame.top_axis(svg, &uncrowded(above, true), HALF_LIFE);
    }
}

/// Whether the panel has an axis above.
pub(super) fn has_axis_above(panel: &Panel) -> bool {
    match &panel.x {
        Horizontal::Rates { rates, .. } => RateAxis::has_half_lives(rates.iter().copied()),
        _ => false,
    }
}

fn rate_kind(rates: &[(f64, Option<f64>)], frame: &Frame) -> Kind {
    let unbounded =
        |half_life: &Option<f64>| half_life.is_none_or(|epochs| epochs == f64::INFINITY);
    Kind::Rates {
        axis: RateAxis::new(rates, frame, false),
        any_positive: rates
            .iter()
            .any(|(rate, _)| *rate > 0.0 && rate.is_finite()),
        endless_zero: rates
            .iter()
            .any(|(rate, half_life)| *rate == 0.0 && unbounded(half_life)),
    }
}

fn scale_kind(panel: &Panel, frame: &Frame, log: bool) -> Kind {
    let marks = panel.marks.iter().filter_map(|mark| match mark {
        Mark::Upright { x, .. } => Some(*x),
        Mark::Level { .. } => None,
    });
    let shown = |x: &f64| x.is_finite() && (!log || *x > 0.0);
    let xs: Vec<f64> = points(panel)
        .map(|point| point.x)
        .chain(marks)
        .filter(shown)
        .collect();
    let Some((low, high)) = extremes(&xs) else {
        return Kind::Empty;
    };
    let (start, end) = (frame.left + INSET, frame.right - INSET);
    let mut target = ((end - start) / LABEL_SPACE).floor().clamp(2.0, 10.0);
    let domain = if log {
        Domain::log(low, high)
    } else {
        Domain::linear(low, high)
    };
    // Nothing lies between epochs or seeds, so nothing is labelled there.
    if !log && xs.iter().all(|x| x.fract() == 0.0) {
        target = target.min((domain.high - domain.low).floor().max(1.0));
    }
    let scale = Scale::new(domain, start, end);
    let ticks = uncrowded(placed(&scale, target as usize), log);
    Kind::Scale { scale, ticks }
}
