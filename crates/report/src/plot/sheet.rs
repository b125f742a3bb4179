//! The whole picture: title, legend, and panels whose frames line up.

use super::draw::Plot;
use super::frame::Frame;
use super::legend::Legend;
use super::letters::{HEADING, LEADING, TITLE, wrap};
use super::svg::{Anchor, Svg};
use super::{Panel, Picture, marker};

/// Width of every picture.
const WIDTH: f64 = 800.0;
/// Space around everything, and between panels.
const MARGIN: f64 = 10.0;
const GAP: f64 = 16.0;
/// Width right of a frame, for half of the last tick's label.
const RIGHT: f64 = 14.0;
/// More panels beside each other would be too small to read.
const MOST_COLUMNS: usize = 3;

/// The grid of panels.
struct Grid<'a> {
    columns: usize,
    plots: Vec<(&'a Panel, Plot<'a>)>,
    /// Left and right end of the frames of each column.
    sides: Vec<(f64, f64)>,
    /// Heights of each row: above its frames, and below.
    rows: Vec<(f64, f64)>,
    frame_height: f64,
}

impl<'a> Grid<'a> {
    fn new(picture: &'a Picture) -> Self {
        let columns = picture
            .columns
            .clamp(1, MOST_COLUMNS)
            .min(picture.panels.len().max(1));
        let frame_height = [295.0, 215.0, 175.0][columns - 1];
        let plot = |panel| (panel, Plot::new(panel, frame_height));
        let mut grid = Self {
            columns,
            plots: picture.panels.iter().map(plot).collect(),
            sides: Vec::new(),
            rows: Vec::new(),
            frame_height,
        };
        grid.sides = (0..columns).map(|column| grid.side(column)).collect();
        grid.rows = grid
            .plots
            .chunks(columns)
            .map(|row| grid.row(row))
            .collect();
        grid
    }

    fn column_width(&self) -> f64 {
        let gaps = GAP * (self.columns - 1) as f64;
        (WIDTH - 2.0 * MARGIN - gaps) / self.columns as f64
    }

    fn corner(&self, column: usize) -> f64 {
        MARGIN + (self.column_width() + GAP) * column as f64
    }

    fn side(&self, column: usize) -> (f64, f64) {
        let plots = self.plots.iter().skip(column).step_by(self.columns);
        let left = plots.map(|(_, plot)| plot.left()).fold(0.0, f64::max);
        let corner = self.corner(column);
        // However wide the ticks are, half of the room is for the data.
        let left = left.min(self.column_width() / 2.0);
        (corner + left, corner + self.column_width() - RIGHT)
    }

    fn frame(&self, column: usize, top: f64) -> Frame {
        let (left, right) = self.sides[column];
        Frame {
            left,
            right,
            top,
            bottom: top + self.frame_height,
        }
    }

    fn row(&self, plots: &[(&Panel, Plot<'_>)]) -> (f64, f64) {
        let (mut above, mut below) = (0f64, 0f64);
        for (column, (panel, plot)) in plots.iter().enumerate() {
            let frame = self.frame(column, 0.0);
            let heading = heading(panel, &frame).len() as f64 * HEADING * LEADING;
            above = above.max(heading + plot.above());
            below = below.max(plot.below(frame));
        }
        (above, below)
    }

    fn height(&self) -> f64 {
        let rows = self.rows.iter();
        let heights = rows.map(|(above, below)| above + self.frame_height + below + GAP);
        heights.sum::<f64>() - if self.rows.is_empty() { 0.0 } else { GAP }
    }

    fn draw(&self, svg: &mut Svg, mut top: f64) {
        for (plots, (above, below)) in self.plots.chunks(self.columns).zip(&self.rows) {
            for (column, (panel, plot)) in plots.iter().enumerate() {
                let frame = self.frame(column, top + above);
                for (row, line) in heading(panel, &frame).iter().enumerate() {
                    let foot = top + HEADING * (LEADING * row as f64 + 0.95);
                    svg.text("heading", (frame.left, foot), Anchor::Start, line);
                }
                let pen = plot.pen(frame);
                plot.draw_axes(svg, &pen);
                plot.draw_data(svg, &pen);
            }
            top += above + self.frame_height + below + GAP;
        }
    }
}

fn heading(panel: &Panel, frame: &Frame) -> Vec<String> {
    wrap(&panel.title, HEADING, frame.right - frame.left)
}

impl Picture {
    /// The picture as one SVG 1.1 file: no scripts, no references, the font DejaVu Sans or one like it.
    ///
    /// Equal records give equal text. Widths of text are those of DejaVu Sans, so that with this font no two
    /// texts touch.
    pub fn svg(&self) -> String {
        draw(self)
    }
}

fn draw(picture: &Picture) -> String {
    let room = WIDTH - 2.0 * MARGIN;
    let title = wrap(&picture.title, TITLE, room);
    let legend = Legend::new(picture, room);
    let grid = Grid::new(picture);
    let title_height = match title.len() {
        0 => 0.0,
        lines => lines as f64 * TITLE * LEADING + 8.0,
    };
    let legend_height = match legend.height() {
        0.0 => 0.0,
        height => height + 8.0,
    };
    let height = 2.0 * MARGIN + title_height + legend_height + grid.height();
    let all = picture.panels.iter().flat_map(|panel| &panel.series);
    let style = marker::style(all.map(|series| series.colour));
    let mut svg = Svg::standalone((WIDTH, height.ceil()), &picture.title, &style);
    svg.rectangle("paper", (0.0, 0.0), (WIDTH, height.ceil()));
    for (row, line) in title.iter().enumerate() {
        let foot = MARGIN + TITLE * (LEADING * row as f64 + 0.95);
        svg.text("title", (MARGIN, foot), Anchor::Start, line);
    }
    legend.draw(&mut svg, (MARGIN, MARGIN + title_height));
    grid.draw(&mut svg, MARGIN + title_height + legend_height);
    svg.finish()
}
