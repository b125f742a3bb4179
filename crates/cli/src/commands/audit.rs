//! `decay audit`: measures models on labelled rows: those of a run, foreign weights, or logits of another program.

use std::path::{Path, PathBuf};

use decay_data::{Dataset, load_with};
use decay_report::Finding;
use toml::{Table, Value};

use super::audit_logits::audit_logits;
use super::audit_page::{Heading, write};
use crate::arguments::{AuditRequest, AuditSubject};
use crate::output;
use crate::terminal::Terminal;
use decay::Error;
use decay::audit::{AuditResult, Auditing, Labelled};
use decay::device::Machine;
use decay::experiment::{Outliers, SplitData, Truth, truth};
use decay::model_file::Model;
use decay::population_file::{KeptPopulation, Survey};
use decay::records::{audit_findings, audit_table};
use decay::settings::{Settings, read_file, resolve};

/// `decay audit`.
pub(crate) fn audit(request: &AuditRequest) -> Result<(), Error> {
    match &request.subject {
        AuditSubject::Logits(files) => {
            let found = audit_logits(files)?;
            let names: Vec<String> = files
                .logits
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            let heading = Heading {
                title: format!("Audit of {}", names.join(", ")),
                subtitle: format!(
                    "{} rows; labels of {}.",
                    found.metrics.rows,
                    files.labels.display()
                ),
                provenance: Vec::new(),
                sweep: None,
            };
            conclude(request, &found, "", heading)
        }
        AuditSubject::Model { run, weights, data } => {
            let asked = Asked::new(request, run, weights.as_deref(), data.as_deref())?;
            asked.audit(request)
        }
    }
}

/// A model and the rows to audit it on.
struct Asked {
    settings: Settings,
    machine: Machine,
    model: Model,
    run: PathBuf,
    /// The data of the run, if they are still there.
    split: Option<SplitData>,
    /// Rows that were named.
    data: Option<Dataset>,
}

impl Asked {
    fn new(
        request: &AuditRequest,
        run: &Path,
        weights: Option<&Path>,
        data: Option<&str>,
    ) -> Result<Self, Error> {
        let mut model = Model::read(run, usize::MAX)?;
        if let Some(weights) = weights {
            model.replace_weights(weights)?;
        }
        let dir = match run.is_file() {
            true => run.parent().map_or_else(PathBuf::new, Path::to_owned),
            false => run.to_owned(),
        };
        let settings = settings(request, &dir)?;
        let machine = super::run::machine(&settings.run)?;
        let data = data
            .map(|source| load_with(source, &model.file.schema))
            .transpose()?;
        let split = match &settings.data.path {
            Some(_) => SplitData::load(&settings.data, settings.run.seed),
            None => Err(Error::Usage(format!(
                "{}: has no config.toml that says which rows were held out; name rows with --data",
                dir.display()
            ))),
        };
        let split = match (split, &data) {
            (Ok(split), _) => Some(split).filter(|split| split.data.schema == model.file.schema),
            // Rows were named: the run's own are only wanted for scores that are fitted.
            (Err(_), Some(_)) => None,
            (Err(failure), None) => return Err(failure),
        };
        Ok(Self {
            settings,
            machine,
            model,
            run: dir,
            split,
            data,
        })
    }

    fn audit(&self, request: &AuditRequest) -> Result<(), Error> {
        let rows: Vec<usize>;
        let (data, rows): (&Dataset, &[usize]) = match (&self.data, &self.split) {
            (Some(data), _) => {
                rows = data.labelled_rows();
                (data, &rows)
            }
            (None, Some(split)) => match &split.held_out {
                Some(held_out) => (split.held_out_data(held_out), &held_out.rows),
                None => return Err(self.no_rows("held out no rows")),
            },
            (None, None) => return Err(self.no_rows("was trained on data that have changed")),
        };
        let unknown = self.split.as_ref().and_then(|split| split.unknown.as_ref());
        let schema = &self.model.file.schema;
        let outliers =
            Outliers::of_settings(&self.settings, schema, Some((data.into(), rows)), unknown)?;
        let subject = self.model.subject();
        let truth = truth(&data.target, rows);
        let trained = self.training_labels();
        let terminal = Terminal::new(request.quiet);
        let found = Auditing {
            subject: &subject,
            schema: &self.model.file.schema,
            held_out: (data.into(), rows),
            truth: &truth,
            training: self
                .split
                .as_ref()
                .zip(trained.as_ref())
                .map(|(split, labels)| Labelled {
                    samples: (&split.data).into(),
                    rows: &split.training,
                    labels,
                }),
            outliers: &outliers,
            settings: &self.settings.audit,
            machine: &self.machine,
            observe: &|event| terminal.show(event),
        }
        .measure()?;
        let survey = Survey {
            run: &self.run,
            model: &self.model,
            rows: (data, rows),
            truth: &truth,
            outliers: &outliers,
            settings: &self.settings,
            machine: &self.machine,
        };
        let sweep = match KeptPopulation::read(&self.run, &self.model.network)? {
            Some(kept) => kept.survey(&survey)?,
            None => None,
        };
        let heading = Heading {
            title: format!("Audit of {}", self.run.display()),
            subtitle: format!(
                "{} models on {} rows of {}.",
                subject.models.len(),
                rows.len(),
                data.name
            ),
            provenance: self.provenance(data),
            sweep,
        };
        conclude(request, &found, &self.model.file.schema.target, heading)
    }

    fn no_rows(&self, why: &str) -> Error {
        Error::Usage(format!(
            "{}: {why}; name labelled rows with --data",
            self.run.display()
        ))
    }

    /// Labels of the rows that the models were trained on.
    fn training_labels(&self) -> Option<Vec<usize>> {
        let split = self.split.as_ref()?;
        match truth(&split.data.target, &split.training) {
            Truth::Classes { labels, .. } => Some(labels),
            Truth::Values(_) => None,
        }
    }

    fn provenance(&self, data: &Dataset) -> Vec<(String, String)> {
        let files = data.provenance.files.iter();
        let digests = files.map(|file| (format!("SHA-256 of {}", file.path), file.sha256.clone()));
        [
            ("model".to_owned(), self.run.display().to_string()),
            ("data".to_owned(), data.provenance.source.clone()),
            (
                "version".to_owned(),
                format!("decay {}", env!("CARGO_PKG_VERSION")),
            ),
            ("device".to_owned(), self.machine.name.clone()),
        ]
        .into_iter()
        .chain(digests)
        .collect()
    }
}

/// The data of the run below the settings of this command: where it computed and how it was audited is its own affair.
fn settings(request: &AuditRequest, dir: &Path) -> Result<Settings, Error> {
    let file = dir.join("config.toml");
    let mut base = match file.is_file() {
        true => read_file(&file)?,
        false => Table::new(),
    };
    base.remove("audit");
    if let Some(Value::Table(run)) = base.get_mut("run") {
        run.retain(|key, _| key == "seed");
    }
    resolve(base, &request.given)
}

/// Prints what was found and writes the files, if they are wanted.
fn conclude(
    request: &AuditRequest,
    found: &AuditResult,
    target: &str,
    heading: Heading,
) -> Result<(), Error> {
    let findings: Vec<Finding> = audit_findings(found, target);
    let mut text = audit_table(found);
    text.push('\n');
    for finding in &findings {
        text.push_str(&format!("{} {}\n", finding.headline, finding.detail));
    }
    if let Some(dir) = &request.out {
        write(dir, found, &findings, heading)?;
        text.push_str(&format!("\n{}\n", dir.join("audit.html").display()));
    }
    output::print(&text)
}
