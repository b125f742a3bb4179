//! What the series of all panels are called, with a sample of each.

use super::letters::{LEADING, MIDDLE, widest, wrap};
use super::marker::{self, shape};
use super::svg::{Anchor, Pair, Svg};
use super::{Horizontal, Look, Picture, Series};

/// Width of a sample with a line, and of one without.
const LINE_SAMPLE: f64 = 34.0;
const POINT_SAMPLE: f64 = 12.0;
/// Space after a sample, and after an entry.
const AFTER_SAMPLE: f64 = 7.0;
const AFTER_ENTRY: f64 = 24.0;
const LINE: f64 = MIDDLE * LEADING;
const AFTER_ROW: f64 = 5.0;

struct Entry<'a> {
    series: &'a Series,
    is_line: bool,
    text: Vec<String>,
}

impl Entry<'_> {
    fn width(&self) -> f64 {
        let text = widest(self.text.iter().map(String::as_str), MIDDLE);
        sample_width(self.is_line) + AFTER_SAMPLE + text
    }

    fn draw(&self, svg: &mut Svg, (left, top): Pair) {
        let middle = top + LINE / 2.0;
        let end = left + sample_width(self.is_line);
        draw_sample(svg, self.series, self.is_line, (left, middle));
        for (row, line) in self.text.iter().enumerate() {
            let foot = middle + 0.36 * MIDDLE + LINE * row as f64;
            svg.text("legend", (end + AFTER_SAMPLE, foot), Anchor::Start, line);
        }
    }
}

fn sample_width(is_line: bool) -> f64 {
    if is_line { LINE_SAMPLE } else { POINT_SAMPLE }
}

/// A line where the series is one, and its marker, from a point to the right.
fn draw_sample(svg: &mut Svg, series: &Series, is_line: bool, (left, y): Pair) {
    let end = left + sample_width(is_line);
    if is_line {
        let class = marker::line(series.colour, series.dashed);
        svg.line(&class, (left, y), (end, y));
    }
    if series.look != Look::BareLine {
        let at = ((left + end) / 2.0, y);
        svg.path(&marker::filling(series), &shape(series, at, 1.0));
    }
}

/// The sample of a series as an element of the page.
pub(crate) fn sample(series: &Series, x: &Horizontal) -> String {
    let (is_line, height) = (series.is_line(x), LINE.floor());
    let mut svg = Svg::sample((sample_width(is_line), height));
    draw_sample(&mut svg, series, is_line, (0.0, height / 2.0));
    svg.finish()
}

/// The entries in rows.
pub(super) struct Legend<'a> {
    rows: Vec<Vec<Entry<'a>>>,
}

impl<'a> Legend<'a> {
    /// One entry for each label, colour and dash in the order of their first panel, in rows of a width.
    pub(super) fn new(picture: &'a Picture, room: f64) -> Self {
        let mut rows: Vec<Vec<Entry<'a>>> = Vec::new();
        let mut free = 0.0;
        for entry in entries(picture, room) {
            match rows.last_mut() {
                Some(row) if entry.width() <= free => {
                    free -= entry.width() + AFTER_ENTRY;
                    row.push(entry);
                }
                _ => {
                    free = room - entry.width() - AFTER_ENTRY;
                    rows.push(vec![entry]);
                }
            }
        }
        Self { rows }
    }

    /// Height of all rows; 0 without any.
    pub(super) fn height(&self) -> f64 {
        self.rows.iter().map(|row| row_height(row)).sum()
    }

    pub(super) fn draw(&self, svg: &mut Svg, (left, mut top): Pair) {
        for row in &self.rows {
            let mut x = left;
            for entry in row {
                entry.draw(svg, (x, top));
                x += entry.width() + AFTER_ENTRY;
            }
            top += row_height(row);
        }
    }
}

fn row_height(row: &[Entry<'_>]) -> f64 {
    let lines = row.iter().map(|entry| entry.text.len()).max().unwrap_or(0);
    lines as f64 * LINE + AFTER_ROW
}

fn entries(picture: &Picture, room: f64) -> Vec<Entry<'_>> {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    for panel in &picture.panels {
        for series in panel
            .series
            .iter()
            .filter(|series| !series.label.trim().is_empty())
        {
            let is_line = series.is_line(&panel.x);
            let same = |entry: &&mut Entry<'_>| {
                let other = entry.series;
                (&other.label, other.colour, other.dashed)
                    == (&series.label, series.colour, series.dashed)
            };
            match entries.iter_mut().find(same) {
                Some(entry) => entry.is_line |= is_line,
                None => entries.push(Entry {
                    series,
                    is_line,
                    text: wrap(&series.label, MIDDLE, room - LINE_SAMPLE - AFTER_SAMPLE),
                }),
            }
        }
    }
    entries
}
