//! One panel: which values it shows, how much room its axes need, and what is drawn in which order.

use super::across::has_axis_above;
use super::frame::{Frame, left_ticks};
use super::letters::{LEADING, MIDDLE, SMALL, widest, wrap};
use super::notes::Notes;
use super::raster;
use super::scale::{Domain, Scale, extremes};
use super::strokes::{Pen, shifts};
use super::svg::{Anchor, Svg};
use super::{Panel, Range, Reference, Series};

/// Height of the axis above with its label, and the space above a frame without one.
const AXIS_ABOVE: f64 = 46.0;
const AIR_ABOVE: f64 = 9.0;
/// Width of a line of upright text.
const UPRIGHT: f64 = MIDDLE * LEADING;
/// Space between a tick's label and the frame, and between it and the axis' label.
const TICK_GAP: f64 = 7.0;
const LABEL_GAP: f64 = 8.0;

/// Space beyond the extreme values, as a share of the axis.
const MARGIN: f64 = 0.05;
/// An error bar lengthens a logarithmic axis downwards by at most this factor: a mean less its error may
/// be almost 0 and would squeeze everything else.
const REACH_DOWN: f64 = 10.0;

/// A panel whose values are known.
pub(crate) struct Plot<'a> {
    panel: &'a Panel,
    /// `None` where there is nothing to show.
    domain: Option<Domain>,
    /// The label of the axis at the left, in lines as long as the frame is high.
    label: Vec<String>,
}

impl<'a> Plot<'a> {
    pub(crate) fn new(panel: &'a Panel, frame_height: f64) -> Self {
        Self {
            panel,
            domain: domain(panel),
            label: wrap(&panel.y.label, MIDDLE, frame_height),
        }
    }

    fn scale(&self, bottom: f64, top: f64) -> Scale {
        let domain = self.domain.unwrap_or(Domain::linear(0.0, 1.0));
        Scale::new(domain, bottom, top)
    }

    /// Width left of the frame.
    pub(crate) fn left(&self) -> f64 {
        // Labels of ticks keep apart in every frame that is high enough for a picture.
        let ticks = left_ticks(&self.scale(0.0, 1e3));
        let ticks = ticks.iter().filter(|_| self.domain.is_some());
        let ticks = widest(ticks.filter_map(|(_, tick)| tick.label.as_deref()), SMALL);
        let label = match self.label.len() {
            0 => 0.0,
            lines => lines as f64 * UPRIGHT + LABEL_GAP,
        };
        label + ticks + TICK_GAP
    }

    /// Height above the frame.
    pub(crate) fn above(&self) -> f64 {
        if has_axis_above(self.panel) {
            AXIS_ABOVE
        } else {
            AIR_ABOVE
        }
    }

    /// Height below a frame.
    pub(super) fn below(&self, frame: Frame) -> f64 {
        self.pen(frame).across.depth()
    }

    /// What draws in a frame.
    pub(crate) fn pen(&self, frame: Frame) -> Pen<'a> {
        Pen::new(self.panel, frame, self.scale(frame.bottom, frame.top))
    }

    /// The axes with what lies behind the data.
    pub(crate) fn draw_axes(&self, svg: &mut Svg, pen: &Pen<'_>) {
        if let Some(picture) = &self.panel.raster {
            raster::draw(svg, &pen.frame, picture);
            return pen.across.draw_label(svg, &pen.frame);
        }
        pen.across.draw_stripes(svg, &pen.frame);
        self.draw_left_axis(svg, pen);
        pen.across.draw(svg, &pen.frame);
    }

    /// The axis at the left.
    pub(crate) fn draw_left_axis(&self, svg: &mut Svg, pen: &Pen<'_>) {
        let frame = pen.frame;
        if self.domain.is_some() {
            frame.left_ticks(svg, &pen.y);
        }
        svg.line("axis", (frame.left, frame.top), (frame.left, frame.bottom));
        for (row, line) in self.label.iter().enumerate() {
            let x = frame.left - self.left() + MIDDLE + UPRIGHT * row as f64;
            frame.left_label(svg, x, line);
        }
    }

    /// Some of the panel's series.
    pub(crate) fn draw_series(&self, svg: &mut Svg, pen: &Pen<'_>, series: &[Series]) {
        let shifts = shifts(pen.across.slot(), series.len());
        for (series, shift) in series.iter().zip(shifts) {
            pen.draw(svg, series, shift);
        }
    }

    /// All series between the lines and the labels of the marks.
    pub(crate) fn draw_data(&self, svg: &mut Svg, pen: &Pen<'_>) {
        if self.panel.raster.is_some() {
            return;
        }
        let series = &self.panel.series;
        let shifts = shifts(pen.across.slot(), series.len());
        let mut notes = Notes::new(&self.panel.marks, pen);
        let mut drawn = 0;
        for (series, shift) in series.iter().zip(shifts) {
            let runs = pen.runs(series, shift);
            drawn += runs.len();
            notes.keep_clear_of(series.is_line(&self.panel.x), &runs);
        }
        notes.draw_lines(svg);
        self.draw_series(svg, pen, series);
        if drawn > 0 {
            notes.draw_labels(svg);
        } else {
            let frame = pen.frame;
            let middle = (frame.middle(), (frame.top + frame.bottom) / 2.0);
            svg.text("absent", middle, Anchor::Middle, "no finite values");
        }
    }
}

/// The domain of the vertical axis; `None` where there is nothing to show.
fn domain(panel: &Panel) -> Option<Domain> {
    let log = panel.y.log;
    let must = match panel.y.range {
        Range::Exactly(low, high) => return Some(Domain::new(low, high, log)),
        Range::AtLeast(low, high) => vec![low, high],
        Range::Data => Vec::new(),
    };
    let sound = |value: &f64| value.is_finite() && !(log && *value <= 0.0);
    let means = panel.points().map(|point| point.mean).filter(sound);
    let floor = match means.reduce(f64::min) {
        Some(lowest) if log => lowest / REACH_DOWN,
        _ => f64::NEG_INFINITY,
    };
    let ends = panel
        .points()
        .flat_map(|point| [point.mean, point.low, point.high]);
    let levels = panel.marks.iter().filter_map(|mark| match mark.at {
        Reference::Level(y) => Some(y),
        Reference::Upright(_) => None,
    });
    let shown = ends
        .filter(|value| value.is_finite())
        .map(|value| value.max(floor));
    let all: Vec<f64> = shown.chain(must).chain(levels).filter(sound).collect();
    let (low, high) = extremes(&all)?;
    Some(Domain::new(low, high, log).padded(MARGIN))
}
