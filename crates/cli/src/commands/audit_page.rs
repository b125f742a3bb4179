//! The page and the files of an audit that stands alone.

use std::path::Path;

use decay_data::write_atomically;
use decay_report::{Finding, Report, Sweep};

use decay::Error;
use decay::audit::AuditResult;
use decay::records::{audit_files, audit_note, audit_sections, metric_rows};
use decay::run_record::command_line;

/// What a page says beside the measurements.
pub(super) struct Heading {
    pub(super) title: String,
    pub(super) subtitle: String,
    pub(super) provenance: Vec<(String, String)>,
    /// Curves of the population over the swept axis.
    pub(super) sweep: Option<Sweep>,
}

/// Writes `audit.json`, the tables and `audit.html`.
pub(super) fn write(
    dir: &Path,
    found: &AuditResult,
    findings: &[Finding],
    heading: Heading,
) -> Result<(), Error> {
    std::fs::create_dir_all(dir).map_err(|error| Error::file(dir, "created", error))?;
    for (name, bytes) in audit_files(found)? {
        write_atomically(&dir.join(name), &bytes)?;
    }
    let report = Report {
        title: heading.title,
        subtitle: heading.subtitle,
        command: command_line(),
        findings: findings.to_vec(),
        sweep: heading.sweep,
        audit: metric_rows(&found.metrics),
        audit_note: audit_note(&found.metrics),
        reliability: found.metrics.reliability.clone(),
        sections: audit_sections(found),
        provenance: heading.provenance,
        ..Report::default()
    };
    Ok(write_atomically(
        &dir.join("audit.html"),
        report.to_html().as_bytes(),
    )?)
}
