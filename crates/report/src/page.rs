//! The page: one function per section, put together in [`render`].

mod audit;
mod document;
mod embedded;
mod findings;
mod parameters;
mod provenance;
mod section;
mod surface;
mod sweep;
mod sweep_table;
mod training;

use document::Document;

use crate::records::Report;

const STYLE: &str = include_str!("assets/report.css");
const SCRIPT: &str = include_str!("assets/report.js");

/// The whole page; sections without data are absent.
pub(crate) fn render(report: &Report) -> String {
    let mut document = Document::default();
    findings::write(&mut document, report);
    if let Some(surface) = &report.surface {
        surface::write(&mut document, surface);
    }
    if let Some(sweep) = &report.sweep {
        sweep::write(&mut document, sweep);
    }
    if let Some(training) = &report.training {
        training::write(&mut document, training);
    }
    audit::write(&mut document, report);
    for section in &report.sections {
        section::write(&mut document, section);
    }
    parameters::write(&mut document, &report.decayed);
    provenance::write(&mut document, &report.provenance);
    let data = embedded::json(report, &document);
    document.finish(&report.title, STYLE, SCRIPT, &data)
}
