//! `decay report`: the page anew from what a run recorded.

use std::path::Path;

use decay_data::write_atomically;
use decay_report::Report;

use crate::output;
use decay::Error;

/// `decay report`.
pub(crate) fn report(run: &Path) -> Result<(), Error> {
    let source = run.join("report.json");
    let refuse = |reason: String| Error::Setting(format!("{}: {reason}", source.display()));
    let bytes = std::fs::read(&source)
        .map_err(|error| refuse(format!("is no record of a finished run: {error}")))?;
    let report: Report = serde_json::from_slice(&bytes)
        .map_err(|error| refuse(format!("is not a record of a report: {error}")))?;
    let page = run.join("report.html");
    write_atomically(&page, report.to_html().as_bytes())?;
    output::print(&format!("{}\n", page.display()))
}
