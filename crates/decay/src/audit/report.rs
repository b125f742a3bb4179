//! An audit in words, tables and files.

use std::path::Path;

use decay_data::{Dataset, write_atomically};
use decay_report::{Finding, Report, Sweep};

use super::whole::AuditResult;
use crate::error::Error;
use crate::model::Model;
use crate::records::{
    audit_files, audit_findings, audit_note, audit_sections, audit_table, metric_rows,
};

/// What was measured, with what it was measured on.
pub struct Audit {
    /// The measurements.
    pub found: AuditResult,
    /// The same in words, for a non-specialist.
    pub findings: Vec<Finding>,
    /// What was audited.
    pub title: String,
    /// On which rows.
    pub subtitle: String,
    /// Files, version and device.
    pub provenance: Vec<(String, String)>,
    /// The command that the page names.
    pub command: String,
    /// Curves of the population over the swept axis.
    pub(crate) sweep: Option<Sweep>,
}

impl Audit {
    pub(crate) fn of_model(
        found: AuditResult,
        model: &Model,
        name: &str,
        (data, rows): (&Dataset, &[usize]),
    ) -> Self {
        let files = data.provenance.files.iter();
        let digests = files.map(|file| (format!("SHA-256 of {}", file.path), file.sha256.clone()));
        let version = format!("decay {}", env!("CARGO_PKG_VERSION"));
        let provenance = [
            ("model", name.to_owned()),
            ("data", data.provenance.source.clone()),
            ("version", version),
            ("device", model.machine.name.clone()),
        ];
        let provenance = provenance.map(|(key, value)| (key.to_owned(), value));
        Self {
            findings: audit_findings(&found, &model.file.schema.target),
            title: format!("Audit of {name}"),
            subtitle: format!(
                "{} models on {} rows of {}.",
                model.networks(),
                rows.len(),
                data.name
            ),
            provenance: provenance.into_iter().chain(digests).collect(),
            command: String::new(),
            sweep: None,
            found,
        }
    }

    /// The most important metrics as a table of text.
    pub fn table(&self) -> String {
        audit_table(&self.found)
    }

    /// Writes `audit.json`, the tables and `audit.html`.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Data`] if the disk does not take them.
    pub fn write(&self, dir: impl AsRef<Path>) -> Result<(), Error> {
        let dir = dir.as_ref();
        std::fs::create_dir_all(dir).map_err(|error| Error::file(dir, "created", error))?;
        self.write_files(dir)?;
        let report = Report {
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            command: self.command.clone(),
            findings: self.findings.clone(),
            sweep: self.sweep.clone(),
            audit: metric_rows(&self.found.metrics),
            audit_note: audit_note(&self.found.metrics),
            reliability: self.found.metrics.reliability.clone(),
            sections: audit_sections(&self.found),
            provenance: self.provenance.clone(),
            ..Report::default()
        };
        let page = dir.join("audit.html");
        Ok(write_atomically(&page, report.to_html().as_bytes())?)
    }

    /// Writes `audit.json` and the tables.
    pub(crate) fn write_files(&self, dir: &Path) -> Result<(), Error> {
        for (name, bytes) in audit_files(&self.found)? {
            write_atomically(&dir.join(name), &bytes)?;
        }
        Ok(())
    }
}
