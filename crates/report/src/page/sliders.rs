//! One slider for every swept option; each moves all that was recorded for its values, and lets what it moves pass below it.

use serde_json::{Value, json};

use super::document::Document;
use crate::escape::escape;
use crate::figures;
use crate::format;
use crate::records::{Report, Surface, SurfaceAxis, Sweep};

/// A swept option with its values.
pub(super) struct Slider {
    label: String,
    /// Each value in words.
    settings: Vec<String>,
    chosen: usize,
    best: usize,
    /// What the best one is called.
    word: &'static str,
}

/// The options of a sweep, that of its rows last.
pub(super) fn sliders(report: &Report) -> Vec<Slider> {
    let sweep = report.sweep.as_ref();
    let sweep = sweep.filter(|sweep| !sweep.points.is_empty());
    let surface = report.surface.as_ref().filter(|surface| has_cells(surface));
    let first = match (sweep, surface) {
        (Some(sweep), _) => Some(of_sweep(sweep)),
        (None, Some(surface)) => Some(of_columns(surface)),
        (None, None) => None,
    };
    first.into_iter().chain(surface.map(of_rows)).collect()
}

fn has_cells(surface: &Surface) -> bool {
    !surface.x.values.is_empty() && !surface.y.values.is_empty()
}

fn of_sweep(sweep: &Sweep) -> Slider {
    let points = sweep.points.iter();
    Slider {
        label: sweep.axis.clone(),
        settings: points.map(|point| figures::setting(sweep, point)).collect(),
        chosen: sweep.chosen,
        best: sweep.best,
        word: sweep.metric.best(),
    }
}

fn of_columns(surface: &Surface) -> Slider {
    of_axis(surface, &surface.x, surface.chosen.1, surface.best.1)
}

fn of_rows(surface: &Surface) -> Slider {
    of_axis(surface, &surface.y, surface.chosen.0, surface.best.0)
}

fn of_axis(surface: &Surface, axis: &SurfaceAxis, chosen: usize, best: usize) -> Slider {
    let setting = |value: &f64| format!("{} = {}", axis.symbol, format::short(*value));
    Slider {
        label: axis.label.clone(),
        settings: axis.values.iter().map(setting).collect(),
        chosen,
        best,
        word: surface.metric.best(),
    }
}

impl Slider {
    /// What the script reads.
    pub(super) fn to_json(&self) -> Value {
        json!({"settings": self.settings, "chosen": self.chosen, "best": self.best, "word": self.word})
    }

    /// The slider is shown by the script only; the setting above it is always there.
    fn markup(&self, place: usize) -> String {
        let last = self.settings.len() - 1;
        let chosen = self.chosen.min(last);
        format!(
            "<div class=\"swept\">\n<p class=\"setting\" id=\"setting-{place}\" aria-live=\"polite\">{setting} \
             <span class=\"tag\">chosen</span></p>\n<div class=\"control\" hidden>\n\
             <label for=\"slide-{place}\">{label}</label>\n\
             <input type=\"range\" id=\"slide-{place}\" min=\"0\" max=\"{last}\" step=\"1\" value=\"{chosen}\" \
             aria-valuetext=\"{setting}\" autocomplete=\"off\">\n\
             <button type=\"button\" data-to=\"chosen\" aria-label=\"chosen {label}\">chosen</button>\n\
             <button type=\"button\" data-to=\"best\" aria-label=\"{best} {label}\">{best}</button>\n</div>\n</div>\n",
            setting = escape(&self.settings[chosen]),
            label = escape(&self.label),
            best = self.word,
        )
    }
}

/// All sliders in a bar that stays in view.
pub(super) fn write(document: &mut Document, sliders: &[Slider]) {
    document.markup(
        "<div class=\"slider\" role=\"group\" aria-label=\"Setting that the figures show\">\n",
    );
    for (place, slider) in sliders.iter().enumerate() {
        document.markup(&slider.markup(place));
    }
    document.markup("</div>\n");
}
