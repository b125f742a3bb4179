//! Where a point stands horizontally, the axis below, and half-lives above.

use super::frame::Frame;
use super::letters::{LEADING, MIDDLE, wrap};
use super::names::Names;
use super::rates::{HALF_LIFE, Rate, RateScale, has_half_lives};
use super::scale::{Domain, Scale, extremes};
use super::svg::{Anchor, Svg};
use super::ticks::{Tick, uncrowded};
use super::{Horizontal, Look, Panel, Reference};

/// Space between the frame and the first and last value.
const INSET: f64 = 14.0;
/// Width that series have at rate 0.
const ZERO_SLOT: f64 = 24.0;
/// Height of ordinary ticks with their labels.
const TICKS: f64 = 22.0;
/// Horizontal space that a label of a linear axis should have.
const LABEL_SPACE: f64 = 60.0;

enum Kind {
    Rates(RateScale),
    Numbers(Scale),
    Names(Names),
    /// Nothing to show.
    Empty,
    /// No axis.
    None,
}

/// The horizontal axis of a panel whose frame has a given left and right.
pub(crate) struct Across {
    kind: Kind,
    below: Vec<(f64, Tick)>,
    above: Vec<(f64, Tick)>,
    label: Vec<String>,
}

impl Across {
    pub(crate) fn new(panel: &Panel, frame: &Frame) -> Self {
        let axis = match &panel.x {
            _ if panel.raster.is_some() => Self::of(Kind::None, Vec::new()),
            Horizontal::Rates { rates, .. } => Self::rates(rates, frame),
            Horizontal::Linear { .. } => Self::numbers(panel, frame, false),
            Horizontal::Log { .. } => Self::numbers(panel, frame, true),
            Horizontal::Names { names, .. } => {
                let names = Names::new(names, frame.left, frame.right);
                Self::of(Kind::Names(names), Vec::new())
            }
        };
        Self {
            label: wrap(panel.x.label(), MIDDLE, frame.right - frame.left),
            ..axis
        }
    }

    fn of(kind: Kind, below: Vec<(f64, Tick)>) -> Self {
        Self {
            kind,
            below,
            above: Vec::new(),
            label: Vec::new(),
        }
    }

    fn rates(rates: &[Rate], frame: &Frame) -> Self {
        let scale = RateScale::new(rates, frame);
        let above = uncrowded(scale.half_life_ticks(rates), true);
        let below = uncrowded(scale.ticks(rates), true);
        Self {
            above,
            ..Self::of(Kind::Rates(scale), below)
        }
    }

    fn numbers(panel: &Panel, frame: &Frame, log: bool) -> Self {
        let xs = shown(panel, log);
        let Some((low, high)) = extremes(&xs) else {
            return Self::of(Kind::Empty, Vec::new());
        };
        let (start, end) = (frame.left + INSET, frame.right - INSET);
        let mut target = ((end - start) / LABEL_SPACE).floor().clamp(2.0, 10.0);
        let domain = Domain::new(low, high, log);
        // Nothing lies between epochs or seeds, so nothing is labelled there.
        if !log && xs.iter().all(|x| x.fract() == 0.0) {
            target = target.min((domain.high - domain.low).floor().max(1.0));
        }
        let scale = Scale::new(domain, start, end);
        let ticks = uncrowded(scale.placed(target as usize), log);
        Self::of(Kind::Numbers(scale), ticks)
    }

    /// Position of a value; `None` where it has none.
    pub(crate) fn at(&self, x: f64) -> Option<f64> {
        match &self.kind {
            Kind::Rates(scale) => scale.at(x),
            Kind::Numbers(scale) => scale.at(x),
            Kind::Names(names) => names.at(x),
            Kind::Empty | Kind::None => None,
        }
    }

    /// Whether a line may not go on after this value.
    pub(super) fn breaks_after(&self, x: f64) -> bool {
        matches!(&self.kind, Kind::Rates(scale) if x == 0.0 && scale.zero().is_some())
    }

    /// Width that series share at one place, where there are such places.
    pub(super) fn slot(&self) -> Option<f64> {
        match &self.kind {
            Kind::Names(names) => Some(names.slot()),
            Kind::Rates(scale) => scale.zero().map(|_| ZERO_SLOT),
            _ => None,
        }
    }

    /// Whether series stand beside each other at this value: over a name, and at rate 0, where no line
    /// tells them apart.
    pub(super) fn is_shared(&self, x: f64) -> bool {
        matches!(self.kind, Kind::Names(_)) || self.breaks_after(x)
    }

    fn ticks_height(&self) -> f64 {
        match &self.kind {
            Kind::Names(names) => names.height(),
            Kind::None => 0.0,
            _ => TICKS,
        }
    }

    /// Height of everything below the frame.
    pub(super) fn depth(&self) -> f64 {
        let lines = self.label.len() as f64;
        let label = if lines > 0.0 {
            6.0 + lines * MIDDLE * LEADING
        } else {
            0.0
        };
        self.ticks_height() + label + 4.0
    }

    /// What lies behind the data.
    pub(super) fn draw_stripes(&self, svg: &mut Svg, frame: &Frame) {
        if let Kind::Names(names) = &self.kind {
            names.draw_stripes(svg, frame);
        }
    }

    /// The axes with their labels.
    pub(super) fn draw(&self, svg: &mut Svg, frame: &Frame) {
        frame.bottom_ticks(svg, &self.below);
        match &self.kind {
            // Without a positive rate nothing follows the break.
            Kind::Rates(scale) if self.below.iter().any(|(_, tick)| tick.value > 0.0) => {
                scale.draw_break(svg, frame);
            }
            Kind::Names(names) => names.draw(svg, frame),
            _ => {}
        }
        if !self.above.is_empty() {
            frame.top_axis(svg, &self.above, HALF_LIFE);
        }
        self.draw_label(svg, frame);
    }

    /// The name of the axis, below its ticks.
    pub(super) fn draw_label(&self, svg: &mut Svg, frame: &Frame) {
        let mut foot = frame.bottom + self.ticks_height();
        for line in &self.label {
            foot += MIDDLE * LEADING;
            svg.text("label", (frame.middle(), foot), Anchor::Middle, line);
        }
    }
}

/// Whether the panel has an axis above.
pub(super) fn has_axis_above(panel: &Panel) -> bool {
    matches!(&panel.x, Horizontal::Rates { rates, .. } if has_half_lives(rates))
}

/// The places that a linear or logarithmic axis must show.
fn shown(panel: &Panel, log: bool) -> Vec<f64> {
    let marks = panel.marks.iter().filter_map(|mark| match mark.at {
        Reference::Upright(x) => Some(x),
        Reference::Level(_) => None,
    });
    let bars = panel.series.iter().filter_map(|series| match &series.look {
        Look::Bars(ends) => Some(ends.iter().flat_map(|&(left, right)| [left, right])),
        _ => None,
    });
    let all = panel.points().map(|point| point.x).chain(marks);
    all.chain(bars.flatten())
        .filter(|x| x.is_finite() && (!log || *x > 0.0))
        .collect()
}
