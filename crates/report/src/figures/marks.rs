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
    if let Some(x) = best {
        svg.line("best", (x, frame.top), (x, frame.bottom));
        let right = !chosen_right;
        label(
            svg,
            frame,
            lines,
            Label {
                x,
                text: "lowest",
                right,
                alone: false,
            },
        );
    }
    if let Some(x) = chosen {
        svg.line("chosen", (x, frame.top), (x, frame.bottom));
        let text = if same { "chosen, lowest" } else { "chosen" };
        let alone = best.is_none();
        label(
            svg,
            frame,
            lines,
            Label {
                x,
                text,
                right: chosen_right,
                alone,
            },
        );
    }
}

/// Writes a label beside the line at `x`: on the preferred side, at the first height clear of the data; a label
/// that stands alone may also change sides.
fn label(svg: &mut Svg, frame: &Frame, lines: &[Line], label: Label<'_>) {
    let width = LETTER * label.text.chars().count() as f64 + GAP;
    let fits = |right: bool| {
        if right {
            label.x + width < frame.right
        } else {
            label.x - width > frame.left
        }
    };
    let heights = [
        frame.top + 14.0,
        frame.bottom - 7.0,
        (frame.top + frame.bottom) / 2.0,
    ];
    let other = label.alone.then_some(!label.right);
    let sides = [Some(label.right), other];
    let places = sides
        .into_iter()
        .flatten()
        .flat_map(|side| heights.map(|y| (side, y)));
    let free = |&(right, foot): &(bool, f64)| {
        let (from, to) = if right {
            (label.x, label.x + width)
        } else {
            (label.x - width, label.x)
        };
        fits(right) && clearance(lines, from, to, foot - LABEL_HEIGHT / 4.0) > LABEL_HEIGHT / 2.0
    };
    let inwards = if fits(label.right) {
        label.right
    } else {
        !label.right
    };
    let (right, y) = places
        .into_iter()
        .find(free)
        .unwrap_or((inwards, heights[0]));
    let (offset, anchor) = if right {
        (GAP, Anchor::Start)
    } else {
        (-GAP, Anchor::End)
    };
    svg.text("mark", (label.x + offset, y), anchor, label.text);
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
