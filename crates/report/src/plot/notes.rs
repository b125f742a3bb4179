//! Labelled lines across a panel; the labels look for the place where they hide least.

use super::frame::{Frame, left_ticks};
use super::letters::{LEADING, SMALL, widest, wrap};
use super::strokes::{Pen, Placed};
use super::svg::{Anchor, Pair, Svg};
use super::{Mark, Reference};

/// Space between a line and its label.
const GAP: f64 = 5.0;
/// A label is at most this wide, and at most half as wide as its frame.
const WIDEST: f64 = 230.0;
/// What a place costs: beyond the frame, on another label, on another mark's line, on data, on a band, on a
/// line of the grid.
const BEYOND: f64 = 1e7;
const ON_LABEL: f64 = 1e5;
const ON_LINE: f64 = 40.0;
const ON_DATA: f64 = 10.0;
const ON_BAND: f64 = 0.5;
const ON_GRID: f64 = 0.3;
/// Distance of the positions that stand for a line or a band.
const GRAIN: f64 = 3.0;

#[derive(Clone, Copy)]
struct Area {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl Area {
    fn contains(&self, (x, y): Pair) -> bool {
        let air = 4.0;
        (self.left - air..=self.right + air).contains(&x)
            && (self.top - air..=self.bottom + air).contains(&y)
    }

    fn meets(&self, other: &Area) -> bool {
        let air = 3.0;
        self.left < other.right + air
            && other.left < self.right + air
            && self.top < other.bottom + air
            && other.top < self.bottom + air
    }

    fn is_inside(&self, frame: &Frame) -> bool {
        self.left >= frame.left + 1.0
            && self.right <= frame.right
            && self.top >= frame.top
            && self.bottom <= frame.bottom
    }

    /// Whether a line through the panel, given by its position, runs through.
    fn is_crossed(&self, line: Reference) -> bool {
        match line {
            Reference::Upright(x) => self.left - 2.0 < x && x < self.right + 2.0,
            Reference::Level(y) => self.top - 1.0 < y && y < self.bottom + 1.0,
        }
    }

    /// Whether an upright line runs between this area and the upright line that it belongs to, or would be taken for that.
    fn is_parted(&self, own: Reference, line: Reference) -> bool {
        let (Reference::Upright(own), Reference::Upright(x)) = (own, line) else {
            return false;
        };
        (self.left > own && own < x && x < self.right)
            || (self.right < own && self.left < x && x < own)
    }
}

/// The marks of one panel, their lines as positions, and what their labels must keep clear of.
pub(super) struct Notes<'a> {
    frame: Frame,
    lines: Vec<(Reference, &'a Mark)>,
    /// Heights of the grid's lines.
    grid: Vec<Reference>,
    /// Positions of data with what hiding them costs.
    data: Vec<(Pair, f64)>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(marks: &'a [Mark], pen: &Pen<'a>) -> Self {
        let frame = pen.frame;
        let across = |x: &f64| (frame.left..=frame.right).contains(x);
        let upright = |y: &f64| (frame.top..=frame.bottom).contains(y);
        let line = |mark: &'a Mark| {
            let at = match mark.at {
                Reference::Upright(x) => Reference::Upright(pen.across.at(x).filter(across)?),
                Reference::Level(y) => Reference::Level(pen.y.at(y).filter(upright)?),
            };
            Some((at, mark))
        };
        let ticks = left_ticks(&pen.y).into_iter();
        let grid = ticks.filter(|(_, tick)| tick.label.is_some());
        Self {
            frame,
            grid: grid.map(|(y, _)| Reference::Level(y)).collect(),
            lines: marks.iter().filter_map(line).collect(),
            data: Vec::new(),
        }
    }

    /// Remembers where a series is drawn.
    pub(super) fn keep_clear_of(&mut self, is_line: bool, runs: &[Vec<Placed>]) {
        for run in runs {
            for point in run {
                self.data.push(((point.x, point.y), 3.0 * ON_DATA));
                let bar = point.bar.filter(|_| !is_line || run.len() == 1);
                if let Some((low, high)) = bar {
                    self.remember((point.x, low), (point.x, high), ON_DATA);
                }
            }
            for pair in run.windows(2).filter(|_| is_line) {
                let (a, b) = (pair[0], pair[1]);
                self.remember((a.x, a.y), (b.x, b.y), ON_DATA);
                let (Some(first), Some(last)) = (a.bar, b.bar) else {
                    continue;
                };
                for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
                    let height = |(low, high): Pair| low + share * (high - low);
                    self.remember((a.x, height(first)), (b.x, height(last)), ON_BAND);
                }
            }
        }
    }

    fn remember(&mut self, from: Pair, to: Pair, cost: f64) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let steps = (dx.hypot(dy) / GRAIN).ceil().clamp(1.0, 500.0) as usize;
        let at = |step: usize| {
            let share = step as f64 / steps as f64;
            ((from.0 + share * dx, from.1 + share * dy), cost)
        };
        self.data.extend((0..=steps).map(at));
    }

    /// The lines, to lie behind the data.
    pub(super) fn draw_lines(&self, svg: &mut Svg) {
        let frame = &self.frame;
        for (line, mark) in &self.lines {
            let class = if mark.solid { "edge solid" } else { "edge" };
            match *line {
                Reference::Upright(x) => svg.line(class, (x, frame.top), (x, frame.bottom)),
                Reference::Level(y) => svg.line(class, (frame.left, y), (frame.right, y)),
            }
        }
    }

    /// The labels, to lie over the data.
    pub(super) fn draw_labels(&self, svg: &mut Svg) {
        let room = WIDEST.min(0.5 * (self.frame.right - self.frame.left));
        let mut taken: Vec<Area> = Vec::new();
        for (line, mark) in &self.lines {
            let text = wrap(&mark.label, SMALL, room);
            let size = (
                widest(text.iter().map(String::as_str), SMALL),
                text.len() as f64 * SMALL * LEADING,
            );
            let priced = candidates(*line, &self.frame, size)
                .into_iter()
                .map(|area| (self.cost(&area, *line, &taken), area));
            let cheapest = priced.reduce(|best, next| if next.0 < best.0 { next } else { best });
            if let Some((_, area)) = cheapest.filter(|_| !text.is_empty()) {
                write(svg, &area, *line, &text);
                taken.push(area);
            }
        }
    }

    fn cost(&self, area: &Area, own: Reference, taken: &[Area]) -> f64 {
        let outside = f64::from(u8::from(!area.is_inside(&self.frame)));
        let labels = taken.iter().filter(|other| area.meets(other)).count() as f64;
        let others = self.lines.iter().filter(|(line, _)| *line != own);
        let crossed =
            others.filter(|(line, _)| area.is_crossed(*line) || area.is_parted(own, *line));
        let data = self.data.iter().filter(|(at, _)| area.contains(*at));
        let grid = self.grid.iter().filter(|line| area.is_crossed(**line));
        BEYOND * outside
            + ON_GRID * grid.count() as f64
            + ON_LABEL * labels
            + ON_LINE * crossed.count() as f64
            + data.map(|(_, cost)| cost).sum::<f64>()
    }
}

/// Where a label of some size may stand, the best liked first.
fn candidates(line: Reference, frame: &Frame, (width, height): Pair) -> Vec<Area> {
    let area = |left: f64, top: f64| Area {
        left,
        right: left + width,
        top,
        bottom: top + height,
    };
    match line {
        Reference::Upright(x) => {
            let tops = places(frame.top + 3.0, frame.bottom - height - 3.0, 9.0);
            tops.flat_map(|top| [area(x + GAP, top), area(x - GAP - width, top)])
                .collect()
        }
        Reference::Level(y) => {
            let lefts = places(frame.right - width - 4.0, frame.left + 5.0, -16.0);
            lefts
                .flat_map(|left| [area(left, y - 3.0 - height), area(left, y + 3.0)])
                .collect()
        }
    }
}

/// Two ends, then places between them about a step, with its sign, apart.
fn places(first: f64, last: f64, step: f64) -> impl Iterator<Item = f64> {
    let steps = ((last - first) / step).floor().max(1.0) as usize;
    let between = (1..steps).map(move |k| first + (last - first) * k as f64 / steps as f64);
    [first, last].into_iter().chain(between)
}

fn write(svg: &mut Svg, area: &Area, line: Reference, text: &[String]) {
    let (x, anchor) = match line {
        Reference::Upright(x) if area.right <= x => (area.right, Anchor::End),
        _ => (area.left, Anchor::Start),
    };
    for (row, line) in text.iter().enumerate() {
        let foot = area.top + SMALL * (LEADING * row as f64 + 0.98);
        svg.text("mark", (x, foot), anchor, line);
    }
}
