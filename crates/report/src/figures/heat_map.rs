//! The validation loss over two hyper-parameters as colours, with the way of the optimum from row to row.
//!
//! Its cells lie at equal distances in both directions, whatever their values, and hold colours that need a scale of their
//! own; of the plotting layer it takes the frame, the axes, the ticks and the elements.

use super::chart::{Chart, KeyEntry};
use super::hover::Hover;
use crate::format;
use crate::plot::frame::Frame;
use crate::plot::marker::sequential;
use crate::plot::rates::HALF_LIFE;
use crate::plot::scale::{Domain, Scale};
use crate::plot::svg::{Anchor, Pair, Svg, line_path};
use crate::plot::ticks::{Tick, apart, uncrowded};
use crate::records::{Surface, SurfaceAxis, SurfaceCell};

/// Wider than an ordinary chart: sixteen columns with their labels.
const WIDTH: f64 = 760.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = WIDTH - 14.0;
/// Rows share this height as long as each keeps between the least and the most.
const ROWS_HEIGHT: f64 = 300.0;
const ROW_HEIGHTS: (f64, f64) = (4.0, 46.0);
/// Space above the rows for the legend of the colours, and for a second axis.
const LEGEND: f64 = 54.0;
const AXIS_ABOVE: f64 = 46.0;
/// Width of the legend's bar, and the steps of its colours.
const BAR: f64 = 230.0;
const STEPS: u32 = 46;
/// Height that the label of a row needs.
const LABEL_HEIGHT: f64 = 8.0;
/// Tiles reach a little below their neighbours, or the page would shine through where an edge is no whole pixel.
const OVERLAP: f64 = 0.5;
/// Positive means spanning more than this are coloured by their logarithm.
const LOG_FROM: f64 = 10.0;
/// The colours end at so many times the distance from the lowest mean to the median: a collapsed corner would take them all.
const REACH: f64 = 2.5;
/// Colour of a cell without a mean that counts.
const DIVERGED: &str = "#8c959f";

/// The heat map; `None` without a cell.
pub(crate) fn heat_map(surface: &Surface) -> Option<Chart> {
    let (x, y) = (&surface.x, &surface.y);
    if x.values.is_empty() || y.values.is_empty() {
        return None;
    }
    let map = Map::new(surface);
    let metric = &surface.metric.name;
    let title = format!("Validation {metric} by {} and {}", x.label, y.label);
    let mut svg = Svg::new((WIDTH, map.frame.bottom + 46.0), &title);
    map.draw_legend(&mut svg);
    map.draw_axes(&mut svg);
    map.draw_cells(&mut svg);
    map.draw_optima(&mut svg);
    map.draw_chosen(&mut svg);
    Some(Chart {
        id: "surface".to_owned(),
        key: map.key(),
        svg: svg.finish(),
        // Every cell has a title of its own, which the script reads.
        hover: Hover::default(),
        title,
    })
}

/// The worst mean that has a colour of its own, if there are worse ones.
pub(crate) fn colours_end(surface: &Surface) -> Option<f64> {
    let (domain, capped) = colours(surface);
    let worst = if surface.metric.higher_is_better {
        domain.low
    } else {
        domain.high
    };
    capped.then_some(worst)
}

/// The range of the colours, and whether means lie beyond it.
fn colours(surface: &Surface) -> (Domain, bool) {
    let cells = surface.cells.iter().flatten();
    let sound = cells.filter(|cell| cell.is_sound());
    let metric = &surface.metric;
    let mut losses: Vec<f64> = sound
        .map(|cell| metric.loss(cell.validation.mean))
        .collect();
    losses.sort_by(f64::total_cmp);
    let (Some(&best), Some(&most)) = (losses.first(), losses.last()) else {
        return (Domain::linear(0.0, 1.0), false);
    };
    let fence = best + REACH * (losses[losses.len() / 2] - best);
    let capped = fence > best && fence < most;
    let end = metric.loss(if capped { fence } else { most });
    let best = metric.loss(best);
    let (low, high) = (best.min(end), best.max(end));
    let log = low > 0.0 && high / low > LOG_FROM;
    (Domain::new(low, high, log), capped)
}

struct Map<'a> {
    surface: &'a Surface,
    frame: Frame,
    /// Width and height of a cell.
    cell: Pair,
    colours: Domain,
    capped: bool,
    half_lives: Option<Vec<Option<f64>>>,
}

impl<'a> Map<'a> {
    fn new(surface: &'a Surface) -> Self {
        let (columns, rows) = (surface.x.values.len() as f64, surface.y.values.len() as f64);
        let (least, most) = ROW_HEIGHTS;
        let height = (ROWS_HEIGHT / rows).clamp(least, most);
        let half_lives = half_lives(surface);
        let above = if half_lives.is_some() {
            AXIS_ABOVE
        } else {
            0.0
        };
        let top = LEGEND + above;
        let (colours, capped) = colours(surface);
        Self {
            surface,
            frame: Frame {
                left: LEFT,
                right: RIGHT,
                top,
                bottom: top + rows * height,
            },
            cell: ((RIGHT - LEFT) / columns, height),
            colours,
            capped,
            half_lives,
        }
    }

    /// Upper left corner of a cell; the first row lies at the bottom.
    fn corner(&self, (row, column): (usize, usize)) -> Pair {
        let x = self.frame.left + column as f64 * self.cell.0;
        (x, self.frame.bottom - (row + 1) as f64 * self.cell.1)
    }

    fn middle(&self, place: (usize, usize)) -> Pair {
        let (x, y) = self.corner(place);
        (x + self.cell.0 / 2.0, y + self.cell.1 / 2.0)
    }

    fn draw_legend(&self, svg: &mut Svg) {
        let start = self.frame.right - BAR;
        let name = format!("validation {}", self.surface.metric.label());
        svg.text("label", (start - 12.0, 20.0), Anchor::End, &name);
        let width = BAR / f64::from(STEPS);
        for step in 0..STEPS {
            let at = (start + f64::from(step) * width, 10.0);
            let share = (f64::from(step) + 0.5) / f64::from(STEPS);
            let light = if self.surface.metric.higher_is_better {
                share
            } else {
                1.0 - share
            };
            let fill = sequential(light);
            svg.tile(at, (width + OVERLAP, 12.0), &fill, "");
        }
        let scale = Scale::new(self.colours, start, self.frame.right);
        for (x, tick) in scale.placed(4) {
            if let Some(text) = &tick.label {
                svg.line("axis", (x, 22.0), (x, 26.0));
                svg.text("tick", (x, 38.0), Anchor::Middle, text);
            }
        }
        if self.capped {
            svg.text("tick", (self.frame.right + 1.0, 19.5), Anchor::Start, "+");
        }
    }

    fn draw_axes(&self, svg: &mut Svg) {
        let Surface { x, y, .. } = self.surface;
        let frame = &self.frame;
        frame.bottom_ticks(svg, &self.columns(|column| format::short(x.values[column])));
        let below = (frame.middle(), frame.bottom + 38.0);
        svg.text("label", below, Anchor::Middle, &x.label);
        if let Some(epochs) = &self.half_lives {
            let label = |column: usize| format::half_life(x.values[column], epochs[column]);
            frame.top_axis(svg, &self.columns(label), HALF_LIFE);
        }
        let tick = |(row, &value): (usize, &f64)| {
            let label = format::short(value);
            (self.middle((row, 0)).1, Tick::labelled(value, label))
        };
        let rows = y.values.iter().enumerate().map(tick).collect();
        for (middle, tick) in apart(rows, false, |_| LABEL_HEIGHT) {
            let at = (frame.left - 7.0, middle + 4.0);
            svg.text("tick", at, Anchor::End, &tick.label.unwrap_or_default());
        }
        frame.left_label(svg, 13.0, &y.label);
    }

    /// Labels in the middle of the columns, as far as they keep apart.
    fn columns(&self, label: impl Fn(usize) -> String) -> Vec<(f64, Tick)> {
        let tick = |(column, &value): (usize, &f64)| {
            let middle = self.middle((0, column)).0;
            (middle, Tick::labelled(value, label(column)))
        };
        let values = self.surface.x.values.iter().enumerate();
        uncrowded(values.map(tick).collect(), false)
    }

    /// A good mean is light.
    fn lightness(&self) -> Scale {
        if self.surface.metric.higher_is_better {
            Scale::new(self.colours, 0.0, 1.0)
        } else {
            Scale::new(self.colours, 1.0, 0.0)
        }
    }

    fn draw_cells(&self, svg: &mut Svg) {
        let size = (self.cell.0 + OVERLAP, self.cell.1 + OVERLAP);
        let reach = 3.5f64.min(0.3 * self.cell.0.min(self.cell.1));
        let lightness = self.lightness();
        for (row, cells) in self.surface.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (corner, title) = (self.corner((row, column)), self.title((row, column), cell));
                if cell.is_sound() {
                    let share = lightness.at(cell.validation.mean);
                    svg.tile(corner, size, &sequential(share.unwrap_or_default()), &title);
                } else {
                    svg.tile(corner, size, DIVERGED, &title);
                    svg.cross("cross", self.middle((row, column)), reach);
                }
            }
        }
    }

    /// Dots at the best mean of each row, joined.
    fn draw_optima(&self, svg: &mut Svg) {
        let rows = 0..self.surface.y.values.len();
        let place = |row| Some(self.middle((row, self.surface.optimum(row)?)));
        let places: Vec<_> = rows.map(place).collect();
        let path = line_path(places.iter().copied());
        svg.path("ridge halo", &path);
        svg.path("ridge", &path);
        let radius = 4.2f64.min(0.4 * self.cell.0.min(self.cell.1)).max(1.5);
        for place in places.into_iter().flatten() {
            svg.disc("ridge", place, (10.0 * radius).round() / 10.0);
        }
    }

    fn draw_chosen(&self, svg: &mut Svg) {
        if self.surface.cell(self.surface.chosen).is_some() {
            let (x, y) = self.corner(self.surface.chosen);
            let (right, bottom) = (x + self.cell.0, y + self.cell.1);
            let outline = format!("M{x:.1} {y:.1}H{right:.1}V{bottom:.1}H{x:.1}Z");
            svg.path("pick halo", &outline);
            svg.path("pick", &outline);
        }
    }

    /// `λ = 0.0215 · half-life 4.1 epochs · dropout = 0.1: NLL 0.0953 ± 0.0021`
    fn title(&self, (row, column): (usize, usize), cell: &SurfaceCell) -> String {
        let Surface { x, y, metric, .. } = self.surface;
        let value = |axis: &SurfaceAxis, place: usize| {
            let value = axis.values.get(place).copied().unwrap_or(f64::NAN);
            format!("{} = {}", axis.symbol, format::short(value))
        };
        let half_life = cell.half_life_epochs.map_or_else(String::new, |epochs| {
            format!(" · half-life {} epochs", format::significant(epochs, 3))
        });
        let loss = format::plus_minus(cell.validation.mean, cell.validation.se);
        let diverged = match cell.diverged {
            0 => String::new(),
            count => format!(", {count} members diverged"),
        };
        let (x, y, metric) = (value(x, column), value(y, row), &metric.name);
        format!("{x}{half_life} · {y}: {metric} {loss}{diverged}")
    }

    fn key(&self) -> Vec<KeyEntry> {
        let (metric, rows) = (&self.surface.metric, &self.surface.y.symbol);
        let best = format!("{} for each {rows}", metric.best());
        let mut key = vec![
            KeyEntry::styled("ridge", best),
            KeyEntry::styled("pick", "chosen"),
        ];
        let mut cells = self.surface.cells.iter().flatten();
        if cells.any(|cell| !cell.is_sound()) {
            key.push(KeyEntry::styled("diverged", "members diverged"));
        }
        key
    }
}

/// The half-life of each column where it is the same in every row.
fn half_lives(surface: &Surface) -> Option<Vec<Option<f64>>> {
    let mut rows = surface.cells.iter().map(|row| {
        let epochs = row.iter().map(|cell| cell.half_life_epochs);
        epochs.collect::<Vec<_>>()
    });
    let first = rows.next()?;
    let same = rows.all(|row| row == first);
    (same && first.iter().any(Option::is_some)).then_some(first)
}
