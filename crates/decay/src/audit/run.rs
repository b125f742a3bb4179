//! Audits of runs that have ended, on the rows that they held out or on others.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use decay_data::{Dataset, Schema, load_as};
use decay_report::{Report, Sweep};
use toml::{Table, Value};

use super::auditor::Auditor;
use super::details::check_by;
use super::origin::{Origin, trained_on};
use super::population::audit_curves;
use super::report::Audit;
use crate::data::{Data, Outliers};
use crate::device::Machine;
use crate::error::Error;
use crate::event::Event;
use crate::model::{JUDGED, Opening};
use crate::run::{Begun, CONFIG, KeptPopulation, file_of_run};
use crate::settings::{Curves, Memory, Settings};
use crate::targets::NEVER;

/// The audit of a run that has ended; see [`RunAudit::of`].
pub struct RunAudit<'a> {
    run: PathBuf,
    weights: Option<PathBuf>,
    data: Option<String>,
    labels: Option<String>,
    settings: Option<Settings>,
    observe: Box<dyn Fn(Event) + Sync + 'a>,
    stop: &'a AtomicBool,
}

impl<'a> RunAudit<'a> {
    /// Of a run's directory, or of the `model.json` in it, on the rows that the run held out.
    ///
    /// ```no_run
    /// use decay::audit::RunAudit;
    ///
    /// let audit = RunAudit::of("runs/churn").data("labelled.csv").measure()?;
    /// print!("{}", audit.table());
    /// # Ok::<(), decay::Error>(())
    /// ```
    pub fn of(run: impl Into<PathBuf>) -> Self {
        Self {
            run: run.into(),
            weights: None,
            data: None,
            labels: None,
            settings: None,
            observe: Box::new(|_| ()),
            stop: &NEVER,
        }
    }

    /// With the weights of another file for the same architecture.
    pub fn weights(mut self, file: impl Into<PathBuf>) -> Self {
        self.weights = Some(file.into());
        self
    }

    /// On these labelled rows.
    pub fn data(mut self, source: impl AsRef<Path>) -> Self {
        self.data = Some(source.as_ref().display().to_string());
        self
    }

    /// With the labels of the rows, which are an array without them: a file, or an array of the same archive.
    pub fn labels(mut self, source: impl AsRef<Path>) -> Self {
        self.labels = Some(source.as_ref().display().to_string());
        self
    }

    /// With these settings instead of [`audit_settings`].
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = Some(settings);
        self
    }

    /// Told of events, from any thread.
    pub fn observe(mut self, observe: impl Fn(Event) + Sync + 'a) -> Self {
        self.observe = Box::new(observe);
        self
    }

    /// Stops in the midst of what it measures once the flag is set.
    pub fn cancel(mut self, flag: &'a AtomicBool) -> Self {
        self.stop = flag;
        self
    }

    /// Measures.
    ///
    /// # Errors
    /// [`Error::Interrupted`] if told to stop;
    /// [`Error::Run`] if there is no model, [`Error::NoRows`] if there is no row to audit it on; else what cannot be read or computed.
    pub fn measure(self) -> Result<Audit, Error> {
        self.measured().map_err(|error| error.stopped_in(None))
    }

    fn measured(self) -> Result<Audit, Error> {
        let dir = directory(&self.run);
        let own = Settings::of_table(audit_settings(&self.run)?)?;
        let settings = self.settings.unwrap_or_else(|| own.clone());
        let observe = &*self.observe;
        let machine = Machine::of_run(&settings.run, observe)?;
        // What trained on the held-out rows, too, cannot be judged by them.
        let judged = dir.join(JUDGED);
        let own_rows = self.data.is_none() && judged.is_dir();
        let opened = if own_rows { &judged } else { &self.run };
        let mut model = Opening::new(opened).on(machine).read()?;
        if let Some(weights) = &self.weights {
            model.replace_weights(weights)?;
        }
        let schema = &model.file.schema;
        // What the run's own settings say is known to the model.
        let mut read = settings.data.over(&own.data, schema.options());
        read.labels = self.labels.or(read.labels);
        read.memory = Some(model.machine.reading);
        read.by = settings.audit.by.clone();
        let named = self.data.as_deref();
        let named = named.map(|source| load_as(source, schema, &read));
        let named = named.transpose()?;
        let own_ood = own.data.ood.clone();
        let by = settings.audit.by.as_deref();
        let own = match own_data(&dir, &own, (&settings.run.memory, by), schema) {
            // Rows were named: the run's own are only wanted for scores that are fitted.
            Err(_) if named.is_some() => None,
            own => own?,
        };
        let labelled = named.as_ref().map(Dataset::labelled_rows);
        let (data, rows) = match (&named, &labelled) {
            (Some(named), Some(rows)) => (named, rows.as_slice()),
            _ => held_out(&dir, own.as_ref())?,
        };
        check_by(&settings.audit, data)?;
        // Sets that are named now start here, not where the run was begun.
        let begun = if settings.data.ood == own_ood {
            Begun::of(&dir)?
        } else {
            Begun::here()
        };
        let unknown = own.as_ref().and_then(|own| own.unknown.as_ref());
        let outliers = Outliers::of_settings(
            &settings,
            schema,
            &read,
            Some((data, rows)),
            unknown,
            &begun,
        )?;
        let auditor = |targets| Auditor {
            targets,
            schema,
            outliers: &outliers,
            settings: &settings.audit,
            machine: &model.machine,
            observe,
        };
        let mut found =
            auditor(model.targets().stopped_by(self.stop)).measure(own.as_ref(), data, rows)?;
        if named.is_some() {
            let known = own.as_ref().filter(|_| self.weights.is_none());
            let trained_on = trained_on(known, judged.is_dir(), data, rows);
            found.held_out.origin = Origin::Supplied { trained_on };
        }
        let mut audit = Audit::of_model(found, &model, &dir.display().to_string(), data);
        if let Some(kept) = KeptPopulation::read(&dir, &model.network, model.file.inputs)? {
            let targets = kept.targets(&model.network, model.file.outputs, model.file.loss);
            let auditor = auditor(targets.stopped_by(self.stop));
            audit.sweep = survey(&dir, &kept, &auditor, data, rows)?;
        }
        Ok(audit)
    }
}

/// The data of a run; `None` if they have changed.
fn own_data(
    dir: &Path,
    settings: &Settings,
    (memory, by): (&Memory, Option<&str>),
    schema: &Schema,
) -> Result<Option<Data>, Error> {
    if settings.data.path.is_none() {
        let reason = "has no config.toml that says which rows were held out";
        return Err(no_rows(dir, reason));
    }
    let from = Begun::of(dir)?.data(&settings.data);
    let data = Data::load_by(&from, memory, settings.run.seed, by)?;
    Ok(Some(data).filter(|data| data.dataset.schema == *schema))
}

/// The rows that a run held out.
fn held_out<'d>(dir: &Path, own: Option<&'d Data>) -> Result<(&'d Dataset, &'d [usize]), Error> {
    let own = own.ok_or_else(|| no_rows(dir, "was trained on data that have changed"))?;
    own.held_out()
        .ok_or_else(|| no_rows(dir, "held out no rows"))
}

fn no_rows(dir: &Path, reason: &'static str) -> Error {
    Error::NoRows {
        run: dir.to_owned(),
        reason,
    }
}

/// The sweep of a run with the figures of the population that it kept; `None` if its report is gone or nobody asks.
fn survey(
    dir: &Path,
    kept: &KeptPopulation,
    auditor: &Auditor<'_>,
    data: &Dataset,
    rows: &[usize],
) -> Result<Option<Sweep>, Error> {
    let record = file_of_run(dir, "report.json")?;
    let report: Option<Report> = record.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let report = report.filter(|_| auditor.settings.population != Curves::None);
    let found = report.and_then(|report| Some((report.sweep?, report.surface)));
    let Some((mut sweep, surface)) = found else {
        return Ok(None);
    };
    let sound = vec![true; auditor.targets.models.len()];
    let figures = auditor.population(&sound, data, rows)?;
    let row = surface.map(|surface| surface.y.values[surface.chosen.0]);
    let points = sweep.points.iter();
    let points: Vec<_> = points.map(|point| kept.folds_at(point.rate, row)).collect();
    sweep.audited = audit_curves(&figures, &points);
    Ok(Some(sweep))
}

/// The folder of a run that is named by itself or by its `model.json`.
fn directory(run: &Path) -> PathBuf {
    if run.is_file() {
        return run.parent().map_or_else(PathBuf::new, Path::to_owned);
    }
    run.to_owned()
}

/// What a run's `config.toml` says of its data and seed: where it computed and how it was audited is its own affair.
///
/// # Errors
/// [`Error::File`], [`Error::Run`] if the file cannot be read.
pub fn audit_settings(run: &Path) -> Result<Table, Error> {
    let dir = directory(run);
    let Some(bytes) = file_of_run(&dir, CONFIG)? else {
        return Ok(Table::new());
    };
    let text = String::from_utf8_lossy(&bytes);
    let mut table = crate::settings::table_of(&dir.join(CONFIG), &text)?;
    table.remove("audit");
    if let Some(Value::Table(run)) = table.get_mut("run") {
        run.retain(|key, _| key == "seed");
    }
    Ok(table)
}
