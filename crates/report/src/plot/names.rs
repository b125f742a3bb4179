//! Names below an axis: beside each other, on several lines, slanted, or upright, whichever fits first.

use super::frame::Frame;
use super::letters::{LEADING, SMALL, widest, width, wrap};
use super::svg::{Anchor, Svg};

/// Space between neighbours that stand beside each other.
const SPACE: f64 = 8.0;
/// More lines than this are harder to read than slanted names.
const MOST_LINES: usize = 6;
/// Least distance of the base lines of slanted names.
const LINE: f64 = SMALL * LEADING;
/// Least distance of upright names.
const UPRIGHT_LINE: f64 = SMALL + 0.5;

/// How the names are written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Level,
    /// Degrees against the horizontal.
    Slanted(f64),
}

/// Names at equal distances.
pub(super) struct Names {
    lines: Vec<Vec<String>>,
    left: f64,
    slot: f64,
    way: Way,
    /// Every how many-th name is written; others would touch their neighbours.
    stride: usize,
}

impl Names {
    /// Names between two positions.
    pub(super) fn new(names: &[String], left: f64, right: f64) -> Self {
        let slot = (right - left) / names.len().max(1) as f64;
        let room = slot - SPACE;
        let whole = |name: &String| name.split_whitespace().all(|w| width(w, SMALL) <= room);
        let wrapped: Vec<_> = names.iter().map(|name| wrap(name, SMALL, room)).collect();
        let fits = names.iter().all(whole) && wrapped.iter().all(|l| l.len() <= MOST_LINES);
        let single = || names.iter().map(|name| vec![name.clone()]).collect();
        let (lines, way) = if fits {
            (wrapped, Way::Level)
        } else if slants(names, left, slot) {
            (single(), Way::Slanted(45.0))
        } else {
            (single(), Way::Slanted(90.0))
        };
        let stride = match way {
            Way::Level => 1,
            Way::Slanted(_) => (UPRIGHT_LINE / slot).ceil().max(1.0) as usize,
        };
        Self {
            lines,
            left,
            slot,
            way,
            stride,
        }
    }

    /// Position of a place in the list; `None` if there is no such place.
    pub(super) fn at(&self, place: f64) -> Option<f64> {
        let inside = place > -0.5 && place < self.lines.len() as f64 - 0.5;
        inside.then_some(self.left + (place + 0.5) * self.slot)
    }

    /// Width that a name has for its markers.
    pub(super) fn slot(&self) -> f64 {
        self.slot
    }

    /// Height of the names below the axis.
    pub(super) fn height(&self) -> f64 {
        match self.way {
            Way::Level => {
                let most = self.lines.iter().map(Vec::len).max().unwrap_or(0);
                8.0 + LINE * most as f64
            }
            Way::Slanted(degrees) => {
                let longest = widest(self.lines.iter().flatten().map(String::as_str), SMALL);
                let (sine, cosine) = degrees.to_radians().sin_cos();
                14.0 + longest * sine + 3.0 * cosine
            }
        }
    }

    /// Stripes that keep neighbours apart.
    pub(super) fn draw_stripes(&self, svg: &mut Svg, frame: &Frame) {
        for place in (1..self.lines.len()).step_by(2) {
            let corner = (self.left + self.slot * place as f64, frame.top);
            svg.rectangle("stripe", corner, (self.slot, frame.bottom - frame.top));
        }
    }

    /// The names.
    pub(super) fn draw(&self, svg: &mut Svg, frame: &Frame) {
        for (place, lines) in self.lines.iter().enumerate().step_by(self.stride) {
            let x = self.left + (place as f64 + 0.5) * self.slot;
            svg.line("axis", (x, frame.bottom), (x, frame.bottom + 4.0));
            for (row, line) in lines.iter().enumerate() {
                match self.way {
                    Way::Level => {
                        let y = frame.bottom + 18.0 + LINE * row as f64;
                        svg.text("tick", (x, y), Anchor::Middle, line);
                    }
                    Way::Slanted(degrees) => {
                        // Half a letter to the right, so that the middle of the end meets the tick.
                        let below = if degrees < 90.0 { 14.0 } else { 8.0 };
                        let at = (x + 4.0, frame.bottom + below);
                        svg.turned_text("tick", at, degrees, Anchor::End, line);
                    }
                }
            }
        }
    }
}

/// Whether slanted names keep apart and do not leave the picture at the left.
fn slants(names: &[String], left: f64, slot: f64) -> bool {
    let diagonal = std::f64::consts::FRAC_1_SQRT_2;
    let inside = |(place, name): (usize, &String)| {
        let end = left + (place as f64 + 0.5) * slot;
        end - (width(name, SMALL) + SMALL) * diagonal > 0.0
    };
    slot * diagonal >= LINE && names.iter().enumerate().all(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(names: &[&str], width: f64) -> (Way, usize) {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let names = Names::new(&names, 60.0, 60.0 + width);
        (
            names.way,
            names.lines.iter().map(Vec::len).max().unwrap_or(0),
        )
    }

    #[test]
    fn names_are_level_while_they_fit_then_wrapped_then_slanted_then_upright() {
        let names = ["gaussian noise", "motion blur", "contrast"];
        assert_eq!(way(&names, 400.0), (Way::Level, 1));
        assert_eq!(way(&names, 200.0), (Way::Level, 2));
        assert_eq!(way(&names, 120.0), (Way::Slanted(45.0), 1));
        let long = [
            "a name as long as this one leaves the picture, slanted",
            "b",
            "c",
        ];
        assert_eq!(way(&long, 120.0), (Way::Slanted(90.0), 1));
    }
}
