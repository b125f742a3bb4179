//! The page: one function per section, put together in [`render`].

mod audit;
mod document;
mod glossary;
mod learning_curve;
mod summary;
mod surface;
mod sweep;
mod sweep_table;

use serde_json::{Value, json};

use document::Document;

use crate::figures::setting;
use crate::records::Report;

const STYLE: &str = include_str!("assets/report.css");
const SCRIPT: &str = include_str!("assets/report.js");

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
    if let Some(surface) = &report.surface {
        surface::write(&mut document, surface);
    }
    if let Some(sweep) = &report.sweep {
        sweep::write(&mut document, sweep);
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
    let data = embedded(report, &document).to_string();
    document.finish(&report.title, STYLE, SCRIPT, &data)
}

/// What the script reads: the settings of the sweep and what each chart shows at the pointer. Numbers that are not finite
/// become `null`.
fn embedded(report: &Report, document: &Document) -> Value {
    let hovers = document.hovers.iter();
    let panels: Vec<Value> = hovers.map(|(id, hover)| hover.to_json(id)).collect();
    let sweep = report.sweep.as_ref();
    let sweep = sweep.filter(|sweep| !sweep.points.is_empty()).map(|sweep| {
        let points = sweep.points.iter();
        let rates: Vec<f64> = points.clone().map(|point| point.rate).collect();
        let settings: Vec<String> = points.map(|point| setting(sweep, point)).collect();
        json!({"chosen": sweep.chosen, "best": sweep.best, "rates": rates, "settings": settings})
    });
    json!({"sweep": sweep, "panels": panels})
}
