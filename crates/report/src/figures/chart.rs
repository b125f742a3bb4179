//! A panel as the page shows it: a drawing with its key, and what the script shows at the pointer.

use serde_json::{Value, json};

use crate::plot::draw::Plot;
use crate::plot::frame::Frame;
use crate::plot::strokes::Pen;
use crate::plot::svg::{Pair, Svg};
use crate::plot::{Horizontal, Panel, Series, legend, marker};

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
        Chart {
            id: self.id.to_owned(),
            title: self.panel.title.clone(),
            key: KeyEntry::of(&self.panel.series, &self.panel.x),
            hover: Hover {
                span: (self.pen.frame.top, self.pen.frame.bottom),
                xs: places.iter().map(at).collect(),
                ..hover
            },
            svg: self.svg.finish(),
        }
    }
}

/// The values below the pointer, by position of the slider.
#[derive(Default)]
pub(crate) struct Hover {
    /// Top and bottom of the guide line.
    pub(super) span: Pair,
    /// Whether the positions are the values of the sweep, so that a click moves the slider there.
    pub(super) picks: bool,
    /// Positions that the pointer snaps to, in user units.
    pub(super) xs: Vec<f64>,
    /// One title per position.
    pub(super) titles: Vec<String>,
    /// One list of rows per position of the slider, or a single one if the slider has no say.
    pub(super) states: Vec<Vec<HoverRow>>,
}

/// One line of the tooltip: a name and its values by position.
pub(crate) struct HoverRow {
    name: String,
    /// Classes of the colour sample.
    class: String,
    values: HoverValues,
}

/// Values per position: ready text, or numbers that the script formats where texts would be large.
enum HoverValues {
    Text(Vec<String>),
    Numbers {
        mean: Vec<f64>,
        low: Vec<f64>,
        high: Vec<f64>,
    },
}

impl HoverRow {
    /// Ready texts with the sample of a class.
    pub(super) fn text(name: &str, class: &str, texts: impl Iterator<Item = String>) -> Self {
        Self {
            name: name.to_owned(),
            class: class.to_owned(),
            values: HoverValues::Text(texts.collect()),
        }
    }

    /// Ready texts for a series.
    pub(super) fn described(series: &Series, texts: impl Iterator<Item = String>) -> Self {
        Self::text(
            &series.label,
            &marker::line(series.colour, series.dashed),
            texts,
        )
    }

    /// The means of a series with their intervals.
    pub(super) fn of(name: impl Into<String>, series: &Series) -> Self {
        let all = series.points.iter();
        let values = HoverValues::Numbers {
            mean: all.clone().map(|point| point.mean).collect(),
            low: all.clone().map(|point| point.low).collect(),
            high: all.map(|point| point.high).collect(),
        };
        Self {
            name: name.into(),
            class: marker::line(series.colour, series.dashed),
            values,
        }
    }

    fn to_json(&self) -> Value {
        let (name, class) = (&self.name, &self.class);
        match &self.values {
            HoverValues::Text(text) => json!({"name": name, "class": class, "text": text}),
            HoverValues::Numbers { mean, low, high } => json!({
                "name": name,
                "class": class,
                "mean": rounded(mean),
                "low": rounded(low),
                "high": rounded(high),
            }),
        }
    }
}

impl Hover {
    /// The embedded record of the chart; numbers that are not finite become `null`.
    pub(crate) fn to_json(&self, id: &str) -> Value {
        let rows = |state: &Vec<HoverRow>| state.iter().map(HoverRow::to_json).collect();
        let states: Vec<Vec<Value>> = self.states.iter().map(rows).collect();
        let xs: Vec<f64> = self.xs.iter().map(|&x| (10.0 * x).round() / 10.0).collect();
        json!({
            "id": id,
            "top": self.span.0,
            "bottom": self.span.1,
            "picks": self.picks,
            "xs": xs,
            "titles": self.titles,
            "states": states,
        })
    }
}

/// Four significant digits keep the page small and are more than a tooltip shows; nothing where no value is finite.
fn rounded(values: &[f64]) -> Vec<f64> {
    if !values.iter().any(|value| value.is_finite()) {
        return Vec::new();
    }
    let short = |value: &f64| format!("{value:.3e}").parse().unwrap_or(f64::NAN);
    values.iter().map(short).collect()
}
