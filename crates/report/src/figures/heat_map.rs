//! The validation loss over two hyper-parameters as colours, with the way of the optimum from row to row.

use super::hover::Hover;
use super::palette::colour;
use super::panel::{KeyEntry, Panel};
use crate::format;
use crate::records::{Surface, SurfaceAxis, SurfaceCell};
use crate::svg::axis::placed;
use crate::svg::element::Anchor;
use crate::svg::line::line_path;
use crate::svg::ticks::Tick;
use crate::svg::{Domain, Frame, Scale, Svg};

/// Wider than an ordinary panel: sixteen columns with their labels.
const WIDTH: f64 = 760.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = WIDTH - 14.0;
/// Rows share this height as long as each keeps between the least and the most.
const ROWS_HEIGHT: f64 = 300.0;
const ROW_HEIGHTS: (f64, f64) = (4.0, 46.0);
/// Space above the rows for the legend of the colours, and for a second axis.
const LEGEND: f64 = 54.0;
const AXIS_ABOVE: f64 = 46.0;
/// Width of the legend's bar.
const BAR: f64 = 230.0;
/// Room that a label needs beside the next one.
const LABEL: (f64, f64) = (46.0, 15.0);
/// Tiles reach a little below their neighbours, or the page would shine through where an edge is no whole pixel.
const OVERLAP: f64 = 0.5;
/// Positive means spanning more than this are coloured by their logarithm.
const LOG_FROM: f64 = 10.0;
/// The colours end at so many times the distance from the lowest mean to the median: a collapsed corner would take them all.
const REACH: f64 = 2.5;

/// The heat map; `None` without a cell.
pub(crate) fn heat_map(surface: &Surface) -> Option<Panel> {
    if surface.x.values.is_empty() || surface.y.values.is_empty() {
        return None;
    }
    let map = Map::new(surface);
    let title = format!(
        "Validation {} by {} and {}",
        surface.metric.name, surface.x.label, surface.y.label
    );
    let mut svg = Svg::new(WIDTH, map.frame.bottom + 46.0, &title);
    map.draw_legend(&mut svg);
    map.draw_axes(&mut svg);
    map.draw_cells(&mut svg);
    map.draw_optima(&mut svg);
    map.draw_chosen(&mut svg);
    Some(Panel {
        id: "surface".to_owned(),
        key: map.key(),
        svg: svg.finish(),
        // Every cell has a title of its own.
        hover: Hover {
            frame: map.frame,
            picks: false,
            xs: Vec::new(),
            titles: Vec::new(),
            states: Vec::new(),
        },
        title,
    })
}

/// The largest mean that has a colour of its own, if there are larger ones.
pub(crate) fn colours_end(surface: &Surface) -> Option<f64> {
    let (domain, capped) = colours(surface);
    capped.then_some(domain.high)
}

/// The range of the colours, and whether means lie above it.
fn colours(surface: &Surface) -> (Domain, bool) {
    let cells = surface.cells.iter().flatten();
    let sound = cells.filter(|cell| cell.is_sound());
    let mut means: Vec<f64> = sound.map(|cell| cell.validation.mean).collect();
    means.sort_by(f64::total_cmp);
    let (Some(&low), Some(&most)) = (means.first(), means.last()) else {
        return (Domain::linear(0.0, 1.0), false);
    };
    let fence = low + REACH * (means[means.len() / 2] - low);
    let capped = fence > low && fence < most;
    let high = if capped { fence } else { most };
    let domain = match low > 0.0 && high / low > LOG_FROM {
        true => Domain::log(low, high),
        false => Domain::linear(low, high),
    };
    (domain, capped)
}

struct Map<'a> {
    surface: &'a Surface,
    frame: Frame,
    /// Width and height of a cell.
    cell: (f64, f64),
    colours: Domain,
    capped: bool,
}

impl<'a> Map<'a> {
    fn new(surface: &'a Surface) -> Self {
        let (columns, rows) = (surface.x.values.len() as f64, surface.y.values.len() as f64);
        let (least, most) = ROW_HEIGHTS;
        let height = (ROWS_HEIGHT / rows).clamp(least, most);
        let above = if half_lives(surface).is_some() {
            AXIS_ABOVE
        } else {
            0.0
        };
        let top = LEGEND + above;
        let (domain, capped) = colours(surface);
        Self {
            surface,
            frame: Frame {
                left: LEFT,
                right: RIGHT,
                top,
                bottom: top + rows * height,
            },
            cell: ((RIGHT - LEFT) / columns, height),
            colours: domain,
            capped,
        }
    }

    /// Upper left corner of a cell; the first row lies at the bottom.
    fn corner(&self, (row, column): (usize, usize)) -> (f64, f64) {
        let x = self.frame.left + column as f64 * self.cell.0;
        (x, self.frame.bottom - (row + 1) as f64 * self.cell.1)
    }

    fn middle(&self, place: (usize, usize)) -> (f64, f64) {
        let (x, y) = self.corner(place);
        (x + self.cell.0 / 2.0, y + self.cell.1 / 2.0)
    }

    /// A low loss is light.
    fn colour(&self, mean: f64) -> String {
        let scale = Scale::new(self.colours, 1.0, 0.0);
        colour(scale.at(mean).unwrap_or_default())
    }

    fn draw_legend(&self, svg: &mut Svg) {
        let metric = &self.surface.metric;
        let start = self.frame.right - BAR;
        let name = format!("validation {}", metric.label());
        svg.text("label", (start - 12.0, 20.0), Anchor::End, &name);
        let steps: u32 = 46;
        let width = BAR / f64::from(steps);
        for step in 0..steps {
            let x = start + f64::from(step) * width;
            let fill = colour(1.0 - (f64::from(step) + 0.5) / f64::from(steps));
            svg.tile((x, 10.0), (width + OVERLAP, 12.0), &fill, "");
        }
        let scale = Scale::new(self.colours, start, self.frame.right);
        for (x, tick) in placed(&scale, 4) {
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
        let columns = |label: &dyn Fn(usize) -> String| -> Vec<(f64, Tick)> {
            let stride = (LABEL.0 / self.cell.0).ceil() as usize;
            let place = |column: usize| {
                let label = column.is_multiple_of(stride).then(|| label(column));
                let value = x.values[column];
                (self.middle((0, column)).0, Tick { value, label })
            };
            (0..x.values.len()).map(place).collect()
        };
        let below = columns(&|column| format::short(x.values[column]));
        self.frame.bottom_axis(svg, &below, &x.label);
        if let Some(epochs) = half_lives(self.surface) {
            let above = columns(&|column| format::half_life(x.values[column], epochs[column]));
            self.frame.top_axis(svg, &above, "half-life (epochs)");
        }
        let stride = (LABEL.1 / self.cell.1).ceil() as usize;
        for (row, value) in y.values.iter().enumerate().step_by(stride) {
            let at = (self.frame.left - 7.0, self.middle((row, 0)).1 + 4.0);
            svg.text("tick", at, Anchor::End, &format::short(*value));
        }
        let middle = (self.frame.top + self.frame.bottom) / 2.0;
        svg.upright_text("label", (13.0, middle), &y.label);
    }

    fn draw_cells(&self, svg: &mut Svg) {
        let size = (self.cell.0 + OVERLAP, self.cell.1 + OVERLAP);
        for (row, cells) in self.surface.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let (corner, title) = (self.corner((row, column)), self.title((row, column), cell));
                if cell.is_sound() {
                    let fill = self.colour(cell.validation.mean);
                    svg.tile(corner, size, &fill, &title);
                } else {
                    svg.tile(corner, size, "#8c959f", &title);
                    self.draw_cross(svg, self.middle((row, column)));
                }
            }
        }
    }

    fn draw_cross(&self, svg: &mut Svg, (x, y): (f64, f64)) {
        let reach = 3.5f64.min(0.3 * self.cell.0.min(self.cell.1));
        for side in [-reach, reach] {
            svg.line("cross", (x - reach, y - side), (x + reach, y + side));
        }
    }

    /// Dots at the lowest mean of each row, joined.
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
        format!(
            "{}{half_life} · {}: {} {loss}{diverged}",
            value(x, column),
            value(y, row),
            metric.name
        )
    }

    fn key(&self) -> Vec<KeyEntry> {
        let lowest = format!("lowest for each {}", self.surface.y.symbol);
        let mut key = vec![
            KeyEntry::new("ridge", lowest),
            KeyEntry::new("pick", "chosen"),
        ];
        if self
            .surface
            .cells
            .iter()
            .flatten()
            .any(|cell| !cell.is_sound())
        {
            key.push(KeyEntry::new("diverged", "members diverged"));
        }
        key
    }
}

/// The half-life of each column where it is the same in every row.
fn half_lives(surface: &Surface) -> Option<Vec<Option<f64>>> {
    let of_row = |row: &Vec<SurfaceCell>| -> Vec<Option<f64>> {
        row.iter().map(|cell| cell.half_life_epochs).collect()
    };
    let first = of_row(surface.cells.first()?);
    let same = surface.cells.iter().all(|row| of_row(row) == first);
    (same && first.iter().any(Option::is_some)).then_some(first)
}
