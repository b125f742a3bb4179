//! What a finished run came to, as text, from its records alone.

use std::path::Path;

use decay_report::Report;
use decay_report::text::{Table, number};

use super::RunSummary;
use super::record::file_of_run;
use crate::error::Error;
use crate::records::{surface_table, sweep_table};

/// The first lines, the sweep, the audit and the findings of a run.
///
/// # Errors
/// [`Error::Run`] for what is no finished run, or one with a damaged record.
pub fn shown(run: &Path) -> Result<String, Error> {
    let summary = RunSummary::of(run);
    let unfinished = || {
        let reason = match summary.status.as_str() {
            "damaged" => "is no finished run: it has no run.json that can be read".into(),
            status => format!("is no finished run: it is {status}; decay watch shows how far it is"),
        };
        Error::run(run, reason)
    };
    let bytes = file_of_run(run, "report.json")?.ok_or_else(unfinished)?;
    let unreadable = |error| Error::run(run, format!("has a report.json that cannot be read: {error}"));
    let report: Report = serde_json::from_slice(&bytes).map_err(unreadable)?;
    let mut text = format!("{}\n{}\n\n", report.title, report.subtitle);
    if let Some(surface) = &report.surface {
        text.push_str(&surface_table(surface));
    }
    if let Some(sweep) = &report.sweep {
        text.push_str(&format!("{}\n", sweep_table(sweep)));
    }
    text.push_str(&audit_table(&report));
    for finding in &report.findings {
        text.push_str(&format!("{finding}\n"));
    }
    text.push_str(&format!("\n{}\n", run.join("report.html").display()));
    Ok(text)
}

/// The figures of the audit with their intervals; nothing where nothing was audited.
fn audit_table(report: &Report) -> String {
    if report.audit.is_empty() {
        return String::new();
    }
    let mut table = Table::new(["held-out", "estimate", "interval"], 1);
    for row in &report.audit {
        table.push(vec![
            row.label.clone(),
            number(row.mean),
            format!("{} to {}", number(row.low), number(row.high)),
        ]);
    }
    format!("{}{}\n\n", table.text(), report.audit_note)
}
