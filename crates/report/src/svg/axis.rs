//! The plot rectangle with its axes, grid and labels.

use super::element::{Anchor, Svg};
use super::scale::Scale;
use super::ticks::Tick;

/// Size of every panel in user units; text of 12 units stays readable at 400 px.
pub(crate) const WIDTH: f64 = 460.0;
/// Height of a panel in user units.
pub(crate) const HEIGHT: f64 = 330.0;

/// How many labels the axis at the left aims at.
pub(crate) const LEFT_TICKS: usize = 6;

/// The rectangle that data are drawn in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

impl Frame {
    /// The rectangle of an ordinary panel; one with a second axis above leaves room for it.
    pub(crate) fn panel(axis_above: bool) -> Self {
        Self {
            left: 58.0,
            right: WIDTH - 14.0,
            top: if axis_above { 46.0 } else { 12.0 },
            bottom: HEIGHT - 46.0,
        }
    }

    /// The axis at the left with horizontal grid lines and an upright label.
    pub(crate) fn left_axis(&self, svg: &mut Svg, scale: &Scale, label: &str) {
        self.left_ticks(svg, scale);
        let middle = (self.top + self.bottom) / 2.0;
        svg.upright_text("label", (13.0, middle), label);
    }

    /// The axis at the left without its label.
    pub(crate) fn left_ticks(&self, svg: &mut Svg, scale: &Scale) {
        for tick in scale.ticks(LEFT_TICKS) {
            let Some(y) = scale.at(tick.value) else {
                continue;
            };
            let Some(text) = &tick.label else {
                svg.line("axis", (self.left - 3.0, y), (self.left, y));
                continue;
            };
            svg.line("grid", (self.left, y), (self.right, y));
            svg.text("tick", (self.left - 7.0, y + 4.0), Anchor::End, text);
        }
    }

    /// The axis below: base line, ticks and label.
    pub(crate) fn bottom_axis(&self, svg: &mut Svg, ticks: &[(f64, Tick)], label: &str) {
        self.bottom_ticks(svg, ticks);
        let middle = (self.left + self.right) / 2.0;
        svg.text("label", (middle, self.bottom + 38.0), Anchor::Middle, label);
    }

    /// The axis below without its label.
    pub(crate) fn bottom_ticks(&self, svg: &mut Svg, ticks: &[(f64, Tick)]) {
        svg.line("axis", (self.left, self.bottom), (self.right, self.bottom));
        for (x, tick) in ticks {
            let length = if tick.label.is_some() { 5.0 } else { 3.0 };
            svg.line("axis", (*x, self.bottom), (*x, self.bottom + length));
            if let Some(text) = &tick.label {
                svg.text("tick", (*x, self.bottom + 18.0), Anchor::Middle, text);
            }
        }
    }

    /// The second axis above.
    pub(crate) fn top_axis(&self, svg: &mut Svg, ticks: &[(f64, Tick)], label: &str) {
        svg.line("axis", (self.left, self.top), (self.right, self.top));
        for (x, tick) in ticks {
            let length = if tick.label.is_some() { 5.0 } else { 3.0 };
            svg.line("axis", (*x, self.top), (*x, self.top - length));
            if let Some(text) = &tick.label {
                svg.text("tick", (*x, self.top - 9.0), Anchor::Middle, text);
            }
        }
        let middle = (self.left + self.right) / 2.0;
        svg.text("label", (middle, self.top - 29.0), Anchor::Middle, label);
    }
}

/// The ticks of a scale with their positions.
pub(crate) fn placed(scale: &Scale, target: usize) -> Vec<(f64, Tick)> {
    let ticks = scale.ticks(target);
    ticks
        .into_iter()
        .filter_map(|tick| Some((scale.at(tick.value)?, tick)))
        .collect()
}
