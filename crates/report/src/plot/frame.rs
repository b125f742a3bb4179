//! The rectangle that data are drawn in, with the ticks and grid of its axes.

use super::scale::Scale;
use super::svg::{Anchor, Svg};
use super::ticks::{Tick, apart};

/// How many labels the axis at the left aims at, as far as it is high enough, and height for each.
const LEFT_TICKS: f64 = 6.0;
const LEFT_SPACE: f64 = 20.0;
/// Height that a label of the axis at the left needs.
const LEFT_LABEL: f64 = 13.0;

/// A rectangle of the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl Frame {
    /// The middle of the lower edge, as far as it is horizontal.
    pub(crate) fn middle(&self) -> f64 {
        (self.left + self.right) / 2.0
    }

    /// The ticks of the axis at the left with horizontal grid lines.
    pub(crate) fn left_ticks(&self, svg: &mut Svg, scale: &Scale) {
        for (y, tick) in left_ticks(scale) {
            let Some(text) = &tick.label else {
                svg.line("axis", (self.left - 3.0, y), (self.left, y));
                continue;
            };
            svg.line("grid", (self.left, y), (self.right, y));
            svg.text("tick", (self.left - 7.0, y + 4.0), Anchor::End, text);
        }
    }

    /// The name of the axis at the left, centred at `x`.
    pub(crate) fn left_label(&self, svg: &mut Svg, x: f64, label: &str) {
        let middle = (self.top + self.bottom) / 2.0;
        svg.turned_text("label", (x, middle), 90.0, Anchor::Middle, label);
    }

    /// The axis below: base line and ticks.
    pub(crate) fn bottom_ticks(&self, svg: &mut Svg, ticks: &[(f64, Tick)]) {
        self.edge(svg, ticks, self.bottom, 1.0, 18.0);
    }

    /// The second axis above, with its name.
    pub(crate) fn top_axis(&self, svg: &mut Svg, ticks: &[(f64, Tick)], label: &str) {
        self.edge(svg, ticks, self.top, -1.0, -9.0);
        let at = (self.middle(), self.top - 29.0);
        svg.text("label", at, Anchor::Middle, label);
    }

    /// A horizontal edge with ticks in a direction, and labels that stand on a line beside it.
    fn edge(&self, svg: &mut Svg, ticks: &[(f64, Tick)], y: f64, outwards: f64, foot: f64) {
        svg.line("axis", (self.left, y), (self.right, y));
        for (x, tick) in ticks {
            let length = if tick.label.is_some() { 5.0 } else { 3.0 };
            svg.line("axis", (*x, y), (*x, y + outwards * length));
            if let Some(text) = &tick.label {
                svg.text("tick", (*x, y + foot), Anchor::Middle, text);
            }
        }
    }
}

/// The ticks of an axis at the left, whose labels keep apart however low the frame is.
pub(crate) fn left_ticks(scale: &Scale) -> Vec<(f64, Tick)> {
    let target = (scale.length() / LEFT_SPACE).floor().clamp(2.0, LEFT_TICKS);
    let ticks = scale.placed(target as usize);
    apart(ticks, scale.domain.log, |_| LEFT_LABEL)
}
