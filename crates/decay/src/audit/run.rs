//! Audits of whole runs: at their end, and later, on the rows that they held out or on others.

use std::path::{Path, PathBuf};

use decay_data::{Dataset, load_with};
use decay_report::Sweep;
use toml::{Table, Value};

use super::population::{PopulationFigures, Surveying};
use super::report::Audit;
use super::target::TargetModels;
use super::whole::audit_model;
use crate::data::{Data, Outliers, truth};
use crate::device::Machine;
use crate::error::Error;
use crate::event::{Event, Observer};
use crate::experiment::{CrossValidation, Session};
use crate::model::{Model, Opening};
use crate::run::KeptPopulation;
use crate::settings::{AuditSettings, Curves, Settings};

/// What final models do on the held-out rows; `None` without such rows.
pub(crate) fn audit_held_out(
    model: &Model,
    data: &Data,
    outliers: &[Outliers],
    settings: &AuditSettings,
    observe: Observer<'_>,
) -> Result<Option<Audit>, Error> {
    let Some(rows) = data.held_out() else {
        return Ok(None);
    };
    let found = audit_model(model, Some(data), rows, outliers, settings, observe)?;
    let name = &data.dataset.name;
    Ok(Some(Audit::of_model(found, model, name, rows)))
}

/// Figures of every member of a sweep on the held-out rows; `None` without such rows, and where the settings want none.
pub(crate) fn audit_sweep(
    session: &Session<'_>,
    validated: &CrossValidation,
) -> Result<Option<PopulationFigures>, Error> {
    let (settings, data) = (&session.settings.audit, &session.data);
    let (Some((held_out, rows)), true) = (data.held_out(), settings.population != Curves::None)
    else {
        return Ok(None);
    };
    let members = validated.plan.members.iter();
    let models = members.zip(&validated.trained.outcomes);
    let models = models.map(|(member, outcome)| (&outcome.state, member.fold, member.seed));
    let scales = validated.scales.clone();
    let targets = TargetModels::new(&session.network, models, scales, data.outputs());
    let sound: Vec<bool> = validated.measured.iter().map(Option::is_some).collect();
    let outliers = &session.outliers;
    Surveying {
        targets: &targets,
        sound: &sound,
        samples: held_out.into(),
        rows,
        truth: &truth(&held_out.target, rows),
        schema: &data.dataset.schema,
        outliers: outliers.iter().find(|set| !set.near).or(outliers.first()),
        settings,
        machine: &session.machine,
    }
    .measure()
    .map(Some)
}

/// The audit of a run that has ended; see [`RunAudit::of`].
pub struct RunAudit<'a> {
    run: PathBuf,
    weights: Option<PathBuf>,
    data: Option<String>,
    settings: Option<Settings>,
    observe: Box<dyn Fn(Event) + Sync + 'a>,
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
            settings: None,
            observe: Box::new(|_| ()),
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

    /// Measures.
    ///
    /// # Errors
    /// [`Error::Run`] if there is no model, [`Error::NoRows`] if there is no row to audit it on; else what cannot be read or computed.
    pub fn measure(self) -> Result<Audit, Error> {
        let dir = directory(&self.run);
        let settings = match self.settings {
            Some(settings) => settings,
            None => Settings::of_table(audit_settings(&self.run)?)?,
        };
        let machine = Machine::of_run(&settings.run, &*self.observe)?;
        let mut model = Opening::new(&self.run).on(machine).read()?;
        if let Some(weights) = &self.weights {
            model.replace_weights(weights)?;
        }
        let schema = &model.file.schema;
        let named = self.data.as_deref().map(|source| load_with(source, schema));
        let named = named.transpose()?;
        let no_rows = |reason| Error::NoRows {
            run: dir.clone(),
            reason,
        };
        let data = match &settings.data.path {
            Some(_) => Data::load(&settings.data, settings.run.seed),
            None => Err(no_rows(
                "has no config.toml that says which rows were held out",
            )),
        };
        let data = match data {
            Ok(data) => Some(data).filter(|data| data.dataset.schema == *schema),
            // Rows were named: the run's own are only wanted for scores that are fitted.
            Err(_) if named.is_some() => None,
            Err(error) => return Err(error),
        };
        let labelled;
        let rows: (&Dataset, &[usize]) = match (&named, &data) {
            (Some(named), _) => {
                labelled = named.labelled_rows();
                (named, &labelled)
            }
            (None, Some(data)) => data.held_out().ok_or_else(|| no_rows("held out no rows"))?,
            (None, None) => return Err(no_rows("was trained on data that have changed")),
        };
        let unknown = data.as_ref().and_then(|data| data.unknown.as_ref());
        let outliers = Outliers::of_settings(&settings, schema, Some(rows), unknown)?;
        let observe = &*self.observe;
        let found = audit_model(
            &model,
            data.as_ref(),
            rows,
            &outliers,
            &settings.audit,
            observe,
        )?;
        let title = dir.display().to_string();
        Ok(Audit {
            sweep: survey(&dir, &model, rows, &outliers, &settings)?,
            ..Audit::of_model(found, &model, &title, rows)
        })
    }
}

/// Curves of the population that a run kept, on these rows.
fn survey(
    dir: &Path,
    model: &Model,
    rows: (&Dataset, &[usize]),
    outliers: &[Outliers],
    settings: &Settings,
) -> Result<Option<Sweep>, Error> {
    match KeptPopulation::read(dir, &model.network)? {
        Some(kept) => kept.survey(dir, model, rows, outliers, &settings.audit),
        None => Ok(None),
    }
}

/// The folder of a run that is named by itself or by its `model.json`.
pub(crate) fn directory(run: &Path) -> PathBuf {
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
    let file = directory(run).join("config.toml");
    if !file.is_file() {
        return Ok(Table::new());
    }
    let mut table = crate::settings::read_file(&file)?;
    table.remove("audit");
    if let Some(Value::Table(run)) = table.get_mut("run") {
        run.retain(|key, _| key == "seed");
    }
    Ok(table)
}
