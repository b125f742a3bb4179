//! What the script shows at the pointer: positions, titles and values of every panel.

use serde_json::{Value, json};

use crate::svg::Frame;

/// The values below the pointer, by position of the slider.
pub(crate) struct Hover {
    /// Top and bottom of the guide line.
    pub(crate) frame: Frame,
    /// Whether the positions are the values of the sweep, so that a click moves the slider there.
    pub(crate) picks: bool,
    /// Positions that the pointer snaps to, in user units.
    pub(crate) xs: Vec<f64>,
    /// One title per position.
    pub(crate) titles: Vec<String>,
    /// One list of series per position of the slider, or a single one if the slider has no say.
    pub(crate) states: Vec<Vec<HoverSeries>>,
}

/// One line of the tooltip.
pub(crate) struct HoverSeries {
    pub(crate) name: String,
    /// Class of the colour sample.
    pub(crate) class: &'static str,
    pub(crate) values: HoverValues,
}

/// Values per position: ready text, or numbers that the script formats where texts would be large.
pub(crate) enum HoverValues {
    Text(Vec<String>),
    Numbers {
        mean: Vec<f64>,
        low: Vec<f64>,
        high: Vec<f64>,
    },
}

impl Hover {
    /// The embedded record of the panel; numbers that are not finite become `null`.
    pub(crate) fn to_json(&self, id: &str) -> Value {
        let states: Vec<Vec<Value>> = self
            .states
            .iter()
            .map(|series| series.iter().map(HoverSeries::to_json).collect())
            .collect();
        let xs: Vec<f64> = self.xs.iter().map(|&x| (10.0 * x).round() / 10.0).collect();
        json!({
            "id": id,
            "top": self.frame.top,
            "bottom": self.frame.bottom,
            "picks": self.picks,
            "xs": xs,
            "titles": self.titles,
            "states": states,
        })
    }
}

impl HoverSeries {
    fn to_json(&self) -> Value {
        match &self.values {
            HoverValues::Text(text) => {
                json!({"name": self.name, "class": self.class, "text": text})
            }
            HoverValues::Numbers { mean, low, high } => json!({
                "name": self.name,
                "class": self.class,
                "mean": rounded(mean),
                "low": rounded(low),
                "high": rounded(high),
            }),
        }
    }
}

/// Four significant digits keep the page small and are more than a tooltip shows.
fn rounded(values: &[f64]) -> Vec<f64> {
    values
        .iter()
        .map(|v| format!("{v:.3e}").parse().unwrap_or(f64::NAN))
        .collect()
}
