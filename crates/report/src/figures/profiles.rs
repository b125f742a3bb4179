//! Sections through a sweep of two hyper-parameters: the loss along one of them, at each value of the other.

use super::chart::{Canvas, Chart, KeyEntry};
use super::colour::VALIDATION;
use super::hover::{Hover, HoverRow, Swept};
use super::window::wide;
use crate::format;
use crate::plot::rates::Rate;
use crate::plot::{Horizontal, Look, Panel, Point, Series};
use crate::records::{Surface, SurfaceAxis, SurfaceCell};

/// A section along `x` at the second slider's value, and one along `y` at the first one's.
pub(crate) fn profiles(surface: &Surface) -> [Option<Chart>; 2] {
    let rows = 0..surface.y.values.len();
    let columns = 0..surface.x.values.len();
    let along_x = rows
        .clone()
        .map(|row| line(surface, columns.clone().map(|column| (row, column))));
    let along_y = columns
        .clone()
        .map(|column| line(surface, rows.clone().map(|row| (row, column))));
    let (row, column) = surface.chosen;
    [
        Profile {
            id: "along-first",
            along: (&surface.x, Swept::First),
            at: (&surface.y, Swept::Second, row),
            lines: along_x.collect(),
        },
        Profile {
            id: "along-second",
            along: (&surface.y, Swept::Second),
            at: (&surface.x, Swept::First, column),
            lines: along_y.collect(),
        },
    ]
    .map(|profile| profile.chart(surface))
}

/// Cells in a line; a cell with diverged members has no value.
type Line<'a> = Vec<Option<&'a SurfaceCell>>;

fn line(surface: &Surface, places: impl Iterator<Item = (usize, usize)>) -> Line<'_> {
    let sound = |place| surface.cell(place).filter(|cell| cell.is_sound());
    places.map(sound).collect()
}

struct Profile<'a> {
    id: &'a str,
    along: (&'a SurfaceAxis, Swept),
    /// The other option, its slider, and the chosen one of its values.
    at: (&'a SurfaceAxis, Swept, usize),
    lines: Vec<Line<'a>>,
}

impl Profile<'_> {
    /// `None` without two values to join, or without any mean.
    fn chart(&self, surface: &Surface) -> Option<Chart> {
        let ((along, picks), (other, by, chosen)) = (self.along, self.at);
        let means = || {
            self.lines
                .iter()
                .flatten()
                .flatten()
                .map(|cell| cell.validation.mean)
        };
        if along.values.len() < 2 || means().next().is_none() {
            return None;
        }
        let metric = &surface.metric;
        let best = surface
            .cell(surface.best)
            .map_or(f64::NAN, |cell| cell.validation.mean);
        let series: Vec<Series> = self.lines.iter().map(|line| series(along, line)).collect();
        let title = format!("Validation {} along {}", metric.name, along.label);
        let x = Horizontal::Rates {
            label: along.label.clone(),
            rates: self.rates(chosen),
        };
        let panel = Panel::new(
            title,
            x,
            wide(means(), best).labelled(metric.label()),
            series,
        );
        let mut canvas = Canvas::new(self.id, &panel);
        // The chosen one is drawn last, so that it lies above the faint ones.
        let (front, back): (Vec<_>, Vec<_>) = (0..panel.series.len()).partition(|k| *k == chosen);
        for index in back.into_iter().chain(front) {
            canvas.open_state(index, Some(chosen));
            canvas.draw(&panel.series[index..=index]);
            canvas.close_state(Some(chosen));
        }
        let value = |value: &f64| format!("{} = {}", along.symbol, format::short(*value));
        let rows = self.lines.iter().zip(&panel.series);
        let hover = Hover {
            picks: Some(picks),
            by: Some(by),
            titles: along.values.iter().map(value).collect(),
            states: rows.map(|(line, one)| vec![row(line, one)]).collect(),
            ..Hover::default()
        };
        let mut chart = canvas.finish(&along.values, hover);
        if other.values.len() > 1 {
            chart
                .key
                .push(KeyEntry::styled("faint", format!("other {}", other.symbol)));
        }
        Some(chart)
    }

    /// The values with the half-lives of the chosen line.
    fn rates(&self, chosen: usize) -> Vec<Rate> {
        let line = self.lines.get(chosen);
        let half_life = |place: usize| line?.get(place)?.as_ref()?.half_life_epochs;
        let timed = self.along.1 == Swept::First;
        let values = self.along.0.values.iter().enumerate();
        values
            .map(|(place, &value)| (value, half_life(place).filter(|_| timed)))
            .collect()
    }
}

fn series(along: &SurfaceAxis, line: &Line<'_>) -> Series {
    let point = |(&x, cell): (&f64, &Option<&SurfaceCell>)| match cell {
        Some(cell) => Point {
            x,
            mean: cell.validation.mean,
            low: cell.validation.low(),
            high: cell.validation.high(),
        },
        None => Point::exact(x, f64::NAN),
    };
    Series {
        label: "validation".to_owned(),
        colour: VALIDATION,
        points: along.values.iter().zip(line).map(point).collect(),
        look: Look::BareLine,
        ..Series::default()
    }
}

fn row(line: &Line<'_>, series: &Series) -> HoverRow {
    let text = |cell: &Option<&SurfaceCell>| {
        cell.map_or_else(
            || format::MISSING.to_owned(),
            |cell| format::plus_minus(cell.validation.mean, cell.validation.se),
        )
    };
    HoverRow::described(series, line.iter().map(text))
}
