//! What a finished run came to, as text, from its records alone.

use std::path::Path;

use decay_report::Report;

use super::RunSummary;
use super::record::file_of_run;
use crate::audit::terminal_rows;
use crate::error::Error;
use crate::records::{rows_table, surface_table, sweep_table};

/// The first lines, the sweep, the audit and the findings of a run.
///
/// # Errors
/// [`Error::Run`] for what is no finished run, or one with a damaged record.
pub fn shown(run: &Path) -> Result<String, Error> {
    let summary = RunSummary::of(run);
    let unfinished = || {
        let reason = match summary.status.as_str() {
            "damaged" => "is no finished run: it has no run.json that can be read".into(),
            status => {
                format!("is no finished run: it is {status}; decay watch shows how far it is")
            }
        };
        Error::run(run, reason)
    };
    let bytes = file_of_run(run, "report.json")?.ok_or_else(unfinished)?;
    let unreadable = |error| {
        Error::run(
            run,
            format!("has a report.json that cannot be read: {error}"),
        )
    };
    let report: Report = serde_json::from_slice(&bytes).map_err(unreadable)?;
    let mut text = format!("{}\n{}\n\n", report.title, report.subtitle);
    for line in &report.answer {
        text.push_str(&format!("{line}\n"));
    }
    if !report.answer.is_empty() {
        text.push('\n');
    }
    if let Some(surface) = &report.surface {
        text.push_str(&surface_table(surface));
    }
    if let Some(sweep) = &report.sweep {
        text.push_str(&format!("{}\n", sweep_table(sweep)));
    }
    if let Some(curve) = &report.learning_curve {
        text.push_str(&format!("{}\n", rows_table(curve)));
    }
    if !report.audit.is_empty() {
        text.push_str(&format!("{}\n", terminal_rows(&report.audit)));
    }
    for finding in &report.findings {
        text.push_str(&format!("{finding}\n"));
    }
    text.push_str(&format!("\n{}\n", run.join("report.html").display()));
    Ok(text)
}
