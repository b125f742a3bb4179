//! What `tune` and `fit` share before the first step: settings, data and a directory.

use std::sync::atomic::AtomicBool;

use decay_model::Network;
use toml::Table;

use super::compatibility::fit_to_each_other;
use crate::output;
use crate::terminal::Terminal;
use decay::Error;
use decay::device::Machine;
use decay::experiment::{Context, Outliers, SplitData};
use decay::run_dir::RunDir;
use decay::run_record::{RunRecord, RunStatus, Stages};
use decay::settings::{Given, RunSettings, Settings, overlay, read_file, resolve};

/// A run that is about to start: everything is checked and nothing is written.
pub(crate) struct Prepared {
    pub(crate) settings: Settings,
    pub(crate) machine: Machine,
    pub(crate) split: SplitData,
    pub(crate) network: Network,
    pub(crate) outliers: Vec<Outliers>,
    pub(crate) stages: Stages,
}

impl Prepared {
    /// Reads settings and data.
    pub(crate) fn new(command: &'static str, base: Table, given: &Given) -> Result<Self, Error> {
        let mut stages = Stages::start();
        let mut settings = settings(command, base, given)?.with_rates(command == "tune");
        if command == "fit" {
            refuse_lists(&settings)?;
        }
        let machine = machine(&settings.run)?;
        let mut split = SplitData::load(&settings.data, settings.run.seed)?;
        fit_to_each_other(&mut settings, &mut split)?;
        let outliers = Outliers::of_settings(
            &settings,
            &split.data.schema,
            split.held_out_samples(),
            split.unknown.as_ref(),
        )?;
        let network = settings
            .model
            .init(split.data.shape.as_slice(), split.data.task().outputs())?;
        settings.train.check_for(&network, &split.data)?;
        stages.end("load");
        Ok(Self {
            settings,
            machine,
            split,
            network,
            outliers,
            stages,
        })
    }

    /// Makes the directory, writes `config.toml` and `run.json`, and runs `work` in it.
    ///
    /// A run that fails before its first checkpoint leaves no directory behind.
    pub(crate) fn run(
        self,
        command: &'static str,
        members: usize,
        work: impl FnOnce(&Context<'_>, &Self, &mut RunRecord, Stages) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let cancel: &'static AtomicBool = crate::interrupt::listen()?;
        let terminal = Terminal::new(self.settings.run.quiet);
        let mut prepared = self;
        let stages = std::mem::replace(&mut prepared.stages, Stages::start());
        let dir = RunDir::open(&prepared.settings.run, &prepared.split.data.name)?;
        let mut record = RunRecord::new(
            command,
            &prepared.settings,
            &prepared.machine,
            prepared.split.record(),
        );
        record.members = members;
        let context = Context {
            settings: &prepared.settings,
            machine: &prepared.machine,
            dir: &dir,
            cancel,
            observe: &|event| terminal.show(event),
            command,
        };
        let done =
            start(&context, &record).and_then(|()| work(&context, &prepared, &mut record, stages));
        let done = done.map_err(|failure| context.with_way_on(failure));
        if let Err(failure) = &done {
            note_failure(failure, dir, record)?;
        }
        done
    }
}

/// What a run computes with; says what `auto` chose, where that is not obvious.
pub(super) fn machine(run: &RunSettings) -> Result<Machine, Error> {
    let (machine, reason) = Machine::of_run(run)?;
    if let (Some(reason), false) = (reason, run.quiet) {
        output::note(&format!("computing on {}: {reason}", machine.name));
    }
    Ok(machine)
}

/// Records how the run ended; one that failed before its first checkpoint is not kept.
fn note_failure(failure: &Error, dir: RunDir, mut record: RunRecord) -> Result<(), Error> {
    if matches!(failure, Error::Interrupted { .. }) {
        record.status = RunStatus::Interrupted;
        return record.write(&dir);
    }
    record.status = RunStatus::Failed;
    // What a resumed run found is not its own to remove.
    let kept = match record.config.run.resume {
        true => Some(dir),
        false => dir.discard_unless_resumable(),
    };
    kept.map_or(Ok(()), |dir| record.write(&dir))
}

fn start(context: &Context<'_>, record: &RunRecord) -> Result<(), Error> {
    context
        .dir
        .write("config.toml", context.settings.to_toml()?.as_bytes())?;
    record.write(context.dir)
}

/// A fit has one setting.
fn refuse_lists(settings: &Settings) -> Result<(), Error> {
    match settings.train.lists().next() {
        None => Ok(()),
        Some((hyper, values)) => Err(Error::Usage(format!(
            "train.{} has {} values, but decay fit trains at one setting; decay tune sweeps",
            hyper.key(),
            values.len()
        ))),
    }
}

/// The settings of a run; those of a run that is resumed must be the ones it began with.
fn settings(command: &'static str, base: Table, given: &Given) -> Result<Settings, Error> {
    let settings = resolve(base.clone(), given)?;
    if !settings.run.resume {
        return Ok(settings);
    }
    let Some(dir) = &settings.run.out else {
        return Err(Error::Usage(
            "--resume needs the run's directory, --out DIR".into(),
        ));
    };
    let file = dir.join("config.toml");
    if !file.is_file() {
        return Err(Error::Usage(format!(
            "{}: nothing to resume, it has no config.toml",
            dir.display()
        )));
    }
    began_with(command, dir)?;
    let stored = read_file(&file)?;
    let before = resolve(stored.clone(), &Given::default())?;
    let now = resolve(overlay(base, stored), given)?;
    match difference(&before, &now)? {
        None => Ok(now),
        Some(key) => Err(Error::Usage(format!(
            "{}: a run is resumed with the settings it began with, but {key} differs",
            file.display()
        ))),
    }
}

/// Refuses to continue a fit as a sweep and the other way round, and a run that is done.
fn began_with(command: &str, dir: &std::path::Path) -> Result<(), Error> {
    let path = dir.join("run.json");
    let bytes = std::fs::read(&path).map_err(|error| Error::file(&path, "read", error))?;
    let record: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| {
        Error::Usage(format!("{}: is not a run record: {error}", path.display()))
    })?;
    if record["status"] == "finished" {
        return Err(Error::Usage(format!(
            "{}: this run is finished, there is nothing to resume",
            dir.display()
        )));
    }
    match record["command"].as_str() {
        Some(began) if began != command => Err(Error::Usage(format!(
            "{}: was begun by decay {began}; resume it with decay {began}",
            dir.display()
        ))),
        _ => Ok(()),
    }
}

/// The first key that changes the result and is not the same in both.
fn difference(before: &Settings, now: &Settings) -> Result<Option<&'static str>, Error> {
    let table = |settings: &Settings| -> Result<Table, Error> {
        let text = settings.to_toml()?;
        text.parse()
            .map_err(|error: toml::de::Error| Error::Failed(error.to_string()))
    };
    let (before, now) = (table(before)?, table(now)?);
    let free = ["run.device", "run.threads", "run.memory"];
    let value = |table: &Table, path: &str| {
        let (outer, inner) = path.split_once('.')?;
        table.get(outer)?.get(inner).cloned()
    };
    let keys = decay::settings::KEYS.iter().map(|key| key.row.path);
    Ok(keys
        .filter(|path| !free.contains(path))
        .find(|path| value(&before, path) != value(&now, path)))
}
