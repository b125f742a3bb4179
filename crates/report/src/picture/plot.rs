//! One panel: how much room its axes and titles need, and what is drawn in which order.

use super::Panel;
use super::across::{Across, has_axis_above};
use super::letters::{HEADING, LEADING, MIDDLE, SMALL, widest, wrap};
use super::notes::Notes;
use super::strokes::{Pen, shifts};
use super::values;
use crate::svg::axis::LEFT_TICKS;
use crate::svg::element::Anchor;
use crate::svg::{Domain, Frame, Scale, Svg};

/// Height of the axis above with its label, and the space above a frame without one.
const AXIS_ABOVE: f64 = 46.0;
const AIR_ABOVE: f64 = 9.0;
/// Width of a line of upright text.
const UPRIGHT: f64 = MIDDLE * LEADING;
/// Space between a tick's label and the frame, and between it and the axis' label.
const TICK_GAP: f64 = 7.0;
const LABEL_GAP: f64 = 8.0;

/// A panel whose values are known.
pub(super) struct Plot<'a> {
    panel: &'a Panel,
    /// `None` where there is nothing to show.
    domain: Option<Domain>,
    /// The label of the axis at the left, in lines as long as the frame is high.
    label: Vec<String>,
}

impl<'a> Plot<'a> {
    pub(super) fn new(panel: &'a Panel, frame_height: f64) -> Self {
        Self {
            panel,
            domain: values::domain(panel),
            label: wrap(&panel.y.label, MIDDLE, frame_height),
        }
    }

    /// Width left of the frame.
    pub(super) fn left(&self) -> f64 {
        let ticks = match self.domain {
            Some(domain) => Scale::new(domain, 0.0, 1.0).ticks(LEFT_TICKS),
            None => Vec::new(),
        };
        let ticks = widest(ticks.iter().filter_map(|tick| tick.label.as_deref()), SMALL);
        let label = match self.label.len() {
            0 => 0.0,
            lines => lines as f64 * UPRIGHT + LABEL_GAP,
        };
        label + ticks + TICK_GAP
    }

    /// Height above a frame.
    pub(super) fn above(&self, frame: &Frame) -> f64 {
        let heading = self.heading(frame).len() as f64 * HEADING * LEADING;
        heading
            + if has_axis_above(self.panel) {
                AXIS_ABOVE
            } else {
                AIR_ABOVE
            }
    }

    /// Height below a frame.
    pub(super) fn below(&self, frame: &Frame) -> f64 {
        Across::new(self.panel, frame).depth()
    }

    fn heading(&self, frame: &Frame) -> Vec<String> {
        wrap(&self.panel.title, HEADING, frame.right - frame.left)
    }

    /// Draws all of it; `top` is where the room that the panel has begins.
    pub(super) fn draw(&self, svg: &mut Svg, frame: &Frame, top: f64) {
        for (row, line) in self.heading(frame).iter().enumerate() {
            let foot = top + HEADING * (LEADING * row as f64 + 0.95);
            svg.text("heading", (frame.left, foot), Anchor::Start, line);
        }
        let across = Across::new(self.panel, frame);
        across.draw_stripes(svg, frame);
        let domain = self.domain.unwrap_or(Domain::linear(0.0, 1.0));
        let y = Scale::new(domain, frame.bottom, frame.top);
        if self.domain.is_some() {
            frame.left_ticks(svg, &y);
        }
        svg.line("axis", (frame.left, frame.top), (frame.left, frame.bottom));
        for (row, line) in self.label.iter().enumerate() {
            let x = frame.left - self.left() + MIDDLE + UPRIGHT * row as f64;
            svg.upright_text("label", (x, (frame.top + frame.bottom) / 2.0), line);
        }
        across.draw(svg, frame);
        self.draw_data(
            svg,
            &Pen {
                frame,
                across: &across,
                y: &y,
            },
        );
    }

    fn draw_data(&self, svg: &mut Svg, pen: &Pen<'_>) {
        let series = &self.panel.series;
        let shifts = shifts(pen.across.slot(), series.len());
        let mut notes = Notes::new(&self.panel.marks, pen);
        let mut drawn = 0;
        for (series, shift) in series.iter().zip(&shifts) {
            let runs = pen.runs(series, *shift);
            drawn += runs.len();
            notes.keep_clear_of(series, series.is_line(&self.panel.x), &runs);
        }
        notes.draw_lines(svg);
        for (series, shift) in series.iter().zip(&shifts) {
            if series.is_line(&self.panel.x) {
                pen.draw_line(svg, series, *shift);
            } else {
                pen.draw_points(svg, series, *shift);
            }
        }
        if drawn == 0 {
            let Frame {
                left,
                right,
                top,
                bottom,
            } = *pen.frame;
            let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
            svg.text("absent", middle, Anchor::Middle, "no finite values");
        } else {
            notes.draw_labels(svg);
        }
    }
}
