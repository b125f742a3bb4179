//! Upright lines at the chosen and at the lowest value, with labels that keep clear of the data.

use crate::svg::element::Anchor;
use crate::svg::{Frame, Svg};

/// A line through the data, as positions; `None` where a value is missing.
type Line = Vec<Option<(f64, f64)>>;

struct Label<'a> {
    x: f64,
    text: &'a str,
    /// Preferred side.
    right: bool,
    /// Whether there is no other label to keep clear of.
    alone: bool,
}

/// Space between a line and its label.
const GAP: f64 = 5.0;
/// Height that a label needs, with some air.
const LABEL_HEIGHT: f64 = 20.0;
/// Width of a letter, generously.
const LETTER: f64 = 7.5;

/// Draws the lines and their labels. `both` is the position of the chosen and of the lowest value; `same` says
/// that the chosen value is the lowest.
pub(super) fn draw(
    svg: &mut Svg,
    frame: &Frame,
    lines: &[Line],
    both: (Option<f64>, Option<f64>),
    same: bool,
) {
    let (chosen, best) = both;
    // The labels stand on the sides that face away from each other.
    let chosen_right = chosen.zip(best).is_none_or(|(chosen, best)| chosen >= best);
    let name = if same { "chosen, lowest" } else { "chosen" };
    let alone = chosen.zip(best).is_none();
    let marks = [
        ("best", best, "lowest", !chosen_right),
        ("chosen", chosen, name, chosen_right),
    ];
    for (class, position, text, right) in marks {
        if let Some(x) = position {
            svg.line(class, (x, frame.top), (x, frame.bottom));
            let label = Label {
                x,
                text,
                right,
                alone,
            };
            label.write(svg, frame, lines);
        }
    }
}

impl Label<'_> {
    fn width(&self) -> f64 {
        LETTER * self.text.chars().count() as f64 + GAP
    }

    /// Left and right end of the label on one side of its line.
    fn reach(&self, right: bool) -> (f64, f64) {
        if right {
            (self.x, self.x + self.width())
        } else {
            (self.x - self.width(), self.x)
        }
    }

    /// Writes the label on the preferred side, at the first height clear of the data; a label that stands
    /// alone may also change sides.
    fn write(&self, svg: &mut Svg, frame: &Frame, lines: &[Line]) {
        let fits = |right: bool| {
            let (from, to) = self.reach(right);
            from > frame.left && to < frame.right
        };
        let free = |&(right, foot): &(bool, f64)| {
            let (from, to) = self.reach(right);
            let middle = foot - LABEL_HEIGHT / 4.0;
            fits(right) && clearance(lines, from, to, middle) > LABEL_HEIGHT / 2.0
        };
        let heights = [
            frame.top + 14.0,
            frame.bottom - 7.0,
            (frame.top + frame.bottom) / 2.0,
        ];
        let sides = [Some(self.right), self.alone.then_some(!self.right)];
        let mut places = sides
            .into_iter()
            .flatten()
            .flat_map(|side| heights.map(|y| (side, y)));
        let inwards = if fits(self.right) {
            self.right
        } else {
            !self.right
        };
        let (right, y) = places.find(free).unwrap_or((inwards, heights[0]));
        let (offset, anchor) = if right {
            (GAP, Anchor::Start)
        } else {
            (-GAP, Anchor::End)
        };
        svg.text("mark", (self.x + offset, y), anchor, self.text);
    }
}

/// Vertical distance between a height and the nearest line within `[from, to]`, the lines taken as straight
/// between their points and held inside the frame by the caller's clip.
fn clearance(lines: &[Line], from: f64, to: f64, height: f64) -> f64 {
    let mut nearest = f64::INFINITY;
    for line in lines {
        for pair in line.windows(2) {
            let [Some((x0, y0)), Some((x1, y1))] = *pair else {
                continue;
            };
            if x1 < from || x0 > to || x1 <= x0 {
                continue;
            }
            let at = |x: f64| y0 + (y1 - y0) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0);
            let (a, b) = (at(from), at(to));
            let inside = (a.min(b)..=a.max(b)).contains(&height);
            let distance = if inside {
                0.0
            } else {
                (a - height).abs().min((b - height).abs())
            };
            nearest = nearest.min(distance);
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clearance_is_the_distance_to_the_nearest_line_between_two_positions() {
        let line = vec![
            Some((0.0, 100.0)),
            Some((100.0, 0.0)),
            None,
            Some((300.0, 50.0)),
        ];
        let lines = [line];
        assert_eq!(clearance(&lines, 40.0, 60.0, 50.0), 0.0);
        assert_eq!(clearance(&lines, 0.0, 20.0, 50.0), 30.0);
        assert_eq!(clearance(&lines, 150.0, 250.0, 50.0), f64::INFINITY);
    }
}
