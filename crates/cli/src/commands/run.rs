//! What `tune` and `fit` share: settings, data and directory before, files and last words after.

use std::sync::atomic::AtomicBool;

use decay_data::Task;
use decay_model::Network;
use decay_report::{Finding, MemberRow, Report, history_csv, members_csv};
use decay_train::Member;
use toml::Table;

use crate::device::Machine;
use crate::failure::Failure;
use crate::model_file::{ModelFile, WeightsFile};
use crate::output;
use crate::pipeline::{Context, Outliers, Refits, SplitData};
use crate::run_dir::RunDir;
use crate::run_record::{RunRecord, RunStatus, Stages};
use crate::settings::{Given, Key, Settings, overlay, read_file, resolve};

/// A run that is about to start: everything is checked and nothing is written.
pub(crate) struct Prepared {
    pub(crate) settings: Settings,
    pub(crate) machine: Machine,
    pub(crate) split: SplitData,
    pub(crate) network: Network,
    pub(crate) outliers: Option<Outliers>,
    pub(crate) stages: Stages,
}

impl Prepared {
    /// Reads settings and data.
    pub(crate) fn new(command: &'static str, base: Table, given: &Given) -> Result<Self, Failure> {
        let mut stages = Stages::start();
        let settings = settings(command, base, given)?;
        let machine = Machine::of_run(&settings.run)?;
        let split = SplitData::load(&settings.data, settings.run.seed)?;
        let outliers = match &settings.data.ood {
            Some(source) => Some(Outliers::load(source, &split.data.schema)?),
            None => None,
        };
        let network = settings
            .model
            .init(split.data.features(), split.data.task().outputs())?;
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
        work: impl FnOnce(&Context<'_>, &Self, &mut RunRecord, Stages) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let cancel: &'static AtomicBool = crate::interrupt::listen()?;
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
            command,
        };
        let done =
            start(&context, &record).and_then(|()| work(&context, &prepared, &mut record, stages));
        match &done {
            Ok(()) => {}
            Err(Failure::Interrupted { .. }) => {
                record.status = RunStatus::Interrupted;
                record.write(&dir)?;
            }
            Err(_) => dir.discard_unless_resumable(),
        }
        done
    }
}

fn start(context: &Context<'_>, record: &RunRecord) -> Result<(), Failure> {
    context
        .dir
        .write("config.toml", context.settings.to_toml()?.as_bytes())?;
    record.write(context.dir)
}

/// The settings of a run; those of a run that is resumed must be the ones it began with.
fn settings(command: &'static str, base: Table, given: &Given) -> Result<Settings, Failure> {
    let settings = resolve(base.clone(), given)?;
    if !settings.run.resume {
        return Ok(settings);
    }
    let Some(dir) = &settings.run.out else {
        return Err(Failure::Usage(
            "--resume needs the run's directory, --out DIR".into(),
        ));
    };
    let file = dir.join("config.toml");
    if !file.is_file() {
        return Err(Failure::Usage(format!(
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
        Some(key) => Err(Failure::Usage(format!(
            "{}: a run is resumed with the settings it began with, but {key} differs",
            file.display()
        ))),
    }
}

/// Refuses to continue a fit as a sweep and the other way round.
fn began_with(command: &str, dir: &std::path::Path) -> Result<(), Failure> {
    let path = dir.join("run.json");
    let bytes = std::fs::read(&path).map_err(|error| Failure::file(&path, "read", error))?;
    let record: serde_json::Value = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::Usage(format!("{}: is not a run record: {error}", path.display()))
    })?;
    match record["command"].as_str() {
        Some(began) if began != command => Err(Failure::Usage(format!(
            "{}: was begun by decay {began}; resume it with decay {began}",
            dir.display()
        ))),
        _ => Ok(()),
    }
}

/// The first key that changes the result and is not the same in both.
fn difference(before: &Settings, now: &Settings) -> Result<Option<&'static str>, Failure> {
    let table = |settings: &Settings| -> Result<Table, Failure> {
        let text = settings.to_toml()?;
        text.parse()
            .map_err(|error: toml::de::Error| Failure::Failed(error.to_string()))
    };
    let (before, now) = (table(before)?, table(now)?);
    let free = ["run.device", "run.threads", "run.memory"];
    let value = |table: &Table, path: &str| {
        let (outer, inner) = path.split_once('.')?;
        table.get(outer)?.get(inner).cloned()
    };
    let keys = crate::settings::KEYS.iter().map(|key: &Key| key.path);
    Ok(keys
        .filter(|path| !free.contains(path))
        .find(|path| value(&before, path) != value(&now, path)))
}

/// Results that are written the same way by both commands.
pub(crate) struct Finished<'a> {
    pub(crate) members: Vec<MemberRow>,
    pub(crate) history: Vec<decay_report::HistoryRow>,
    pub(crate) model: ModelFile,
    pub(crate) refits: &'a Refits,
}

/// Writes the tables and the model.
pub(crate) fn write_results(
    context: &Context<'_>,
    network: &Network,
    finished: &Finished<'_>,
) -> Result<(), Failure> {
    context
        .dir
        .write("members.csv", &members_csv(&finished.members))?;
    context
        .dir
        .write("history.csv", &history_csv(&finished.history))?;
    finished
        .model
        .write(context.dir, network, &finished.refits.states())
}

/// Describes the refits as a model file.
pub(crate) fn model_file(
    prepared: &Prepared,
    refits: &Refits,
    (temperature, sigma2): (Option<f64>, Option<f64>),
) -> ModelFile {
    let (format, version) = ModelFile::stamp();
    let data = &prepared.split.data;
    let task = data.task();
    let survivors: Vec<&Member> = refits
        .survivors()
        .into_iter()
        .map(|place| &refits.members[place])
        .collect();
    let weights = survivors
        .iter()
        .enumerate()
        .map(|(index, member)| WeightsFile {
            file: ModelFile::weights_name(index),
            seed: member.seed,
        });
    ModelFile {
        format,
        version,
        architecture: prepared.settings.model.clone(),
        inputs: data.features(),
        outputs: task.outputs(),
        classes: match &task {
            Task::Classification { classes } => classes.clone(),
            Task::Regression { .. } => Vec::new(),
        },
        temperature,
        sigma2,
        rate: refits.rate,
        half_life_epochs: refits.half_life.is_finite().then_some(refits.half_life),
        weights: weights.collect(),
        target_scale: refits.scales.target,
        schema: data.schema.clone(),
        preprocessing: refits.scales.features.clone(),
    }
}

/// Writes the page and its record.
pub(crate) fn write_page(context: &Context<'_>, page: &Report) -> Result<(), Failure> {
    context
        .dir
        .write("report.json", &decay_report::to_json("report.json", page)?)?;
    context.dir.write("report.html", page.to_html().as_bytes())
}

/// The findings, then the path of the page; of a quiet run the path alone.
pub(crate) fn last_words(context: &Context<'_>, findings: &[Finding]) -> Result<(), Failure> {
    let path = context.dir.join("report.html").display().to_string();
    if context.settings.run.quiet {
        return output::print(&format!("{path}\n"));
    }
    let mut text = String::from("\n");
    for finding in findings {
        text.push_str(&format!("{} {}\n", finding.headline, finding.detail));
    }
    output::print(&format!("{text}\n{path}\n"))
}

/// Prints unless the run is quiet.
pub(crate) fn say(context: &Context<'_>, text: &str) -> Result<(), Failure> {
    match context.settings.run.quiet {
        true => Ok(()),
        false => output::print(text),
    }
}
