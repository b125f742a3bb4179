//! The page: one function per section, put together in [`render`].

mod audit;
mod contents;
mod document;
mod glossary;
mod learning_curve;
mod sliders;
mod summary;
mod surface;
mod sweep;
mod sweep_table;

use serde_json::{Value, json};

use document::Document;

use crate::records::Report;
use sliders::Slider;

const STYLE: &str = include_str!("assets/report.css");
/// In this order: those below use what those above name.
const SCRIPT: &str = concat!(
    include_str!("assets/report.js"),
    include_str!("assets/sliders.js"),
    include_str!("assets/points.js"),
    include_str!("assets/tables.js"),
);

impl Report {
    /// The page `report.html`: one file with its style, its script and its figures, which needs no
    /// network and shows every figure without the script.
    pub fn to_html(&self) -> String {
        render(self)
    }
}

/// The whole page; sections without data are absent.
fn render(report: &Report) -> String {
    let mut document = Document::default();
    summary::write_findings(&mut document, report);
    let sliders = sliders::sliders(report);
    if !sliders.is_empty() {
        document.markup("<div class=\"sweeps\">\n");
        sliders::write(&mut document, &sliders);
    }
    if let Some(surface) = &report.surface {
        surface::write(&mut document, surface);
    }
    if let Some(sweep) = &report.sweep {
        sweep::write(&mut document, sweep);
    }
    if !sliders.is_empty() {
        document.markup("</div>\n");
    }
    if let Some(curve) = &report.learning_curve {
        learning_curve::write(&mut document, curve);
    }
    if let Some(training) = &report.training {
        summary::write_training(&mut document, training);
    }
    audit::write(&mut document, report);
    for section in &report.sections {
        audit::write_section(&mut document, section);
    }
    summary::write_parameters(&mut document, &report.decayed);
    glossary::write(&mut document, report);
    summary::write_provenance(&mut document, &report.provenance);
    let data = embedded(&sliders, &document).to_string();
    document.finish(&report.title, STYLE, SCRIPT, &data)
}

/// What the script reads: the settings of the sliders, and the points of each chart with their values as text.
fn embedded(sliders: &[Slider], document: &Document) -> Value {
    let hovers = document.hovers.iter();
    let panels: Vec<Value> = hovers.map(|(id, hover)| hover.to_json(id)).collect();
    let sliders: Vec<Value> = sliders.iter().map(Slider::to_json).collect();
    json!({"sliders": sliders, "panels": panels})
}
