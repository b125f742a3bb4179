//! A panel as the page shows it: a drawing with its key, and what the script shows at the pointer.

use super::hover::Hover;
use crate::plot::draw::Plot;
use crate::plot::frame::Frame;
use crate::plot::strokes::Pen;
use crate::plot::svg::{Pair, Svg};
use crate::plot::{Horizontal, Panel, Series, legend};

/// Size of every chart in user units; text of 12 units stays readable at 400 px.
const SIZE: Pair = (460.0, 330.0);

/// One drawing of a figure with its title and the key of its colours.
pub(crate) struct Chart {
    /// Unique on the page; the script finds the drawing by it.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) key: Vec<KeyEntry>,
    pub(crate) svg: String,
    pub(crate) hover: Hover,
}

/// A sample of a mark, as markup, and what it stands for.
pub(crate) struct KeyEntry {
    pub(crate) sample: String,
    pub(crate) text: String,
}

impl KeyEntry {
    /// A sample that the style sheet draws.
    pub(crate) fn styled(class: &str, text: impl Into<String>) -> Self {
        Self {
            sample: format!("<i class=\"sample {class}\"></i>"),
            text: text.into(),
        }
    }

    /// Every label of the series once, with a sample of its first series.
    fn of(series: &[Series], x: &Horizontal) -> Vec<Self> {
        let mut key: Vec<Self> = Vec::new();
        for one in series.iter().filter(|one| !one.label.is_empty()) {
            if key.iter().all(|entry| entry.text != one.label) {
                key.push(Self {
                    sample: legend::sample(one, x),
                    text: one.label.clone(),
                });
            }
        }
        key
    }
}

/// A chart being drawn.
pub(super) struct Canvas<'a> {
    pub(super) svg: Svg,
    pub(super) pen: Pen<'a>,
    plot: Plot<'a>,
    panel: &'a Panel,
    id: &'a str,
}

impl<'a> Canvas<'a> {
    /// A chart with its axes. `id` is unique on the page.
    pub(super) fn new(id: &'a str, panel: &'a Panel) -> Self {
        let mut canvas = Self::empty(id, panel, 0.0);
        canvas.pen = canvas.pen.of_page(&mut canvas.svg, format!("clip-{id}"));
        canvas.plot.draw_axes(&mut canvas.svg, &canvas.pen);
        canvas
    }

    /// The upper part of a chart, `height` above its lower end, with an axis at the left alone.
    pub(super) fn new_above(id: &'a str, panel: &'a Panel, height: f64) -> Self {
        let mut canvas = Self::empty(id, panel, height);
        canvas.plot.draw_left_axis(&mut canvas.svg, &canvas.pen);
        canvas.pen.frame.bottom_ticks(&mut canvas.svg, &[]);
        canvas
    }

    /// A drawing that says what it will show, with the frame that all charts share unless labels need more room.
    fn empty(id: &'a str, panel: &'a Panel, below: f64) -> Self {
        let (width, height) = SIZE;
        let plot = Plot::new(panel, height - 92.0 - below);
        let frame = Frame {
            left: plot.left().max(58.0),
            right: width - 14.0,
            top: plot.above() + 3.0,
            bottom: height - 46.0 - below,
        };
        let label = format!("{} against {}", panel.title, panel.x.label());
        Self {
            svg: Svg::new(SIZE, &label),
            pen: plot.pen(frame),
            plot,
            panel,
            id,
        }
    }

    /// Everything that the panel holds.
    pub(super) fn draw_all(&mut self) {
        self.plot.draw_data(&mut self.svg, &self.pen);
    }

    /// Some of the panel's series.
    pub(super) fn draw(&mut self, series: &[Series]) {
        self.plot.draw_series(&mut self.svg, &self.pen, series);
    }

    /// Starts what belongs to one position of the slider; nothing where the slider has no say.
    pub(super) fn open_state(&mut self, index: usize, shown: Option<usize>) {
        if shown.is_some() {
            self.svg.open_state(index, Some(index) == shown);
        }
    }

    /// Ends what [`Canvas::open_state`] started.
    pub(super) fn close_state(&mut self, shown: Option<usize>) {
        if shown.is_some() {
            self.svg.close_group();
        }
    }

    /// The chart, with what the pointer shows at these places.
    pub(super) fn finish(self, places: &[f64], hover: Hover) -> Chart {
        let at = |x: &f64| self.pen.across.at(*x).unwrap_or(-1e3);
        let xs = places.iter().map(at).collect();
        self.finish_at(xs, hover)
    }

    /// The same with places in user units.
    pub(super) fn finish_at(self, xs: Vec<f64>, hover: Hover) -> Chart {
        Chart {
            id: self.id.to_owned(),
            title: self.panel.title.clone(),
            key: KeyEntry::of(&self.panel.series, &self.panel.x),
            hover: Hover {
                span: (self.pen.frame.top, self.pen.frame.bottom),
                xs,
                ..hover
            },
            svg: self.svg.finish(),
        }
    }
}
