//! What the page shows of a chart's points: at the pointer, under a finger, and by the arrow keys.

use serde_json::{Value, json};

use crate::format;
use crate::plot::svg::Pair;
use crate::plot::{Point, Series, marker};

/// One of the swept options, in the order of the sliders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Swept {
    /// Along a row of the sweep: the decay rate if it is swept.
    First,
    /// From row to row.
    Second,
}

impl Swept {
    /// Place of its slider.
    pub(crate) fn place(self) -> usize {
        match self {
            Self::First => 0,
            Self::Second => 1,
        }
    }
}

/// The points of a chart with their values, by position of the slider.
#[derive(Default)]
pub(crate) struct Hover {
    /// Top and bottom of the guide line.
    pub(super) span: Pair,
    /// The option whose values the positions are, so that a click moves its slider there.
    pub(super) picks: Option<Swept>,
    /// The option whose slider decides which state is shown; the first where it has a say.
    pub(super) by: Option<Swept>,
    /// Positions that the pointer snaps to, in user units.
    pub(super) xs: Vec<f64>,
    /// Their heights, where each point has one of its own.
    pub(super) ys: Vec<f64>,
    /// One title per position, or as many as `of` counts.
    pub(super) titles: Vec<String>,
    /// Which title each position has, where they share them.
    pub(super) of: Vec<usize>,
    /// One list of rows per position of the slider, or a single one if the slider has no say.
    pub(super) states: Vec<Vec<HoverRow>>,
}

/// One line of the tooltip: a name and its values by position, as text.
pub(crate) struct HoverRow {
    name: String,
    /// Classes of the colour sample; none without.
    class: String,
    values: Vec<String>,
}

impl HoverRow {
    /// Ready texts with the sample of a class.
    pub(super) fn text(name: &str, class: &str, texts: impl Iterator<Item = String>) -> Self {
        Self {
            name: name.to_owned(),
            class: class.to_owned(),
            values: texts.collect(),
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
        Self {
            name: name.into(),
            class: marker::line(series.colour, series.dashed),
            values: series.points.iter().map(value).collect(),
        }
    }

    fn to_json(&self) -> Value {
        json!({"name": self.name, "class": self.class, "text": self.values})
    }
}

/// `0.0634 (0.0512 – 0.0755)`
pub(super) fn value(point: &Point) -> String {
    let [mean, low, high] =
        [point.mean, point.low, point.high].map(|value| format::significant(value, 3));
    if point.low.is_finite() && point.high.is_finite() {
        format!("{mean} ({low} – {high})")
    } else {
        mean
    }
}

impl Hover {
    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.xs.is_empty()
    }

    /// The embedded record of the chart.
    pub(crate) fn to_json(&self, id: &str) -> Value {
        let rows = |state: &Vec<HoverRow>| state.iter().map(HoverRow::to_json).collect();
        let states: Vec<Vec<Value>> = self.states.iter().map(rows).collect();
        let tenths = |values: &[f64]| values.iter().map(|v| (10.0 * v).round() / 10.0).collect();
        let (xs, ys): (Vec<f64>, Vec<f64>) = (tenths(&self.xs), tenths(&self.ys));
        json!({
            "id": id,
            "top": self.span.0,
            "bottom": self.span.1,
            "picks": self.picks.map(Swept::place),
            "by": self.by.unwrap_or(Swept::First).place(),
            "xs": xs,
            "ys": ys,
            "titles": self.titles,
            "of": self.of,
            "states": states,
        })
    }
}
