//! An audit in words, tables and files.

use std::collections::BTreeMap;
use std::path::Path;

use decay_audit::Estimate;
use decay_data::{Dataset, write_atomically};
use decay_report::text::counted;
use decay_report::{Finding, Report, Sweep};

use super::measurements::Measurements;
use super::records::{files, findings, note, rows, sections, table, table_of_details};
use crate::error::Error;
use crate::model::Model;

/// What was measured, with what it was measured on.
pub struct Audit {
    /// The measurements.
    pub found: Measurements,
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
    /// Of what `title` names, on the rows that `subtitle` names.
    pub(super) fn new(found: Measurements, title: String, subtitle: String) -> Self {
        Self {
            findings: findings(&found),
            title,
            subtitle,
            provenance: Vec::new(),
            command: String::new(),
            sweep: None,
            found,
        }
    }

    /// Of a model that goes by this name.
    pub(crate) fn of_model(found: Measurements, model: &Model, name: &str, data: &Dataset) -> Self {
        let (networks, rows) = (model.networks(), found.held_out.rows);
        let title = format!("Audit of {name}");
        let networks = counted(networks, "network");
        let subtitle = format!("{networks} on {rows} rows of {}.", data.name);
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
            provenance: provenance.into_iter().chain(digests).collect(),
            ..Self::new(found, title, subtitle)
        }
    }

    /// Every metric by its name, as in `audit.json`.
    pub fn metrics(&self) -> &BTreeMap<String, Estimate> {
        &self.found.held_out.figures.metrics
    }

    /// A metric by its name with its interval, as `ece`; `None` if it does not apply.
    ///
    /// ```
    /// use decay::prelude::*;
    ///
    /// let data = decay::read("embedded:wine").load()?;
    /// let quick = TrainConfig { epochs: 2, ..TrainConfig::default() };
    /// let outcome = Experiment::on(&data).train(quick).rate(0.01).fit()?;
    /// let ece = outcome.audit()?.metric("ece").unwrap();
    /// assert!(ece.low <= ece.mean && ece.mean <= ece.high);
    /// # Ok::<(), decay::Error>(())
    /// ```
    pub fn metric(&self, name: &str) -> Option<Estimate> {
        self.found.held_out.metric(name)
    }

    /// The most important metrics as a table of text, then those by the column of `audit.by`.
    pub fn table(&self) -> String {
        table(&self.found.held_out) + &table_of_details(&self.found)
    }

    /// Writes `audit.json`, the tables and `audit.html`.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Data`] if the disk does not take them.
    pub fn write(&self, dir: impl AsRef<Path>) -> Result<(), Error> {
        let dir = dir.as_ref();
        std::fs::create_dir_all(dir).map_err(|error| Error::file(dir, "created", error))?;
        self.write_files(|name, bytes| Ok(write_atomically(&dir.join(name), bytes)?))?;
        let report = Report {
            title: self.title.clone(),
            subtitle: self.subtitle.clone(),
            command: self.command.clone(),
            findings: self.findings.clone(),
            sweep: self.sweep.clone(),
            audit: rows(&self.found.held_out),
            audit_note: note(&self.found.held_out),
            reliability: self.found.held_out.reliability.clone(),
            sections: sections(&self.found),
            provenance: self.provenance.clone(),
            ..Report::default()
        };
        let page = dir.join("audit.html");
        Ok(write_atomically(&page, report.to_html().as_bytes())?)
    }

    /// Writes `audit.json` and the tables.
    pub(crate) fn write_files(
        &self,
        mut write: impl FnMut(&str, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (name, bytes) in files(&self.found, &self.findings)? {
            write(name, &bytes)?;
        }
        Ok(())
    }
}
