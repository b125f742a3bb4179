//! An experiment that has begun: settings that fit each other, data, network, device and perhaps a directory.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use decay_data::TaskKind;
use decay_model::{ModelConfig, Network};
use decay_train::{Job, Loss, Member, Objective, Problem, TrainConfig, TrainError, Trained};

use super::compatibility::{alike, fit_to_each_other};
use super::networks::Rival;
use super::pace::{Followed, Pace};
use super::{Experiment, Place};
use crate::audit::details::check_by;
use crate::data::{Data, Outliers};
use crate::device::Machine;
use crate::error::Error;
use crate::event::{Event, Observer};
use crate::network::network_of;
use crate::planning::{DECIDED, plan};
use crate::run::{
    Begun, CHECKPOINTS, CONFIG, RunDir, RunKind, RunRecord, Stages, Status, check_same,
    file_of_run, stored_settings,
};
use crate::settings::{Alternative, ModelSettings, Settings};
use crate::targets::{NEVER, go_on};

/// Everything is read and checked, and nothing is written before [`Session::work`].
pub(crate) struct Session<'a> {
    pub(crate) settings: Settings,
    pub(crate) machine: Machine,
    pub(crate) data: Data,
    /// Of several the first, until one is chosen.
    pub(crate) network: Network,
    /// The networks to choose from; none if there is nothing to choose.
    pub(super) rivals: Vec<Rival>,
    /// What is minimised instead of the loss of the target.
    pub(crate) objective: Option<Arc<dyn Objective>>,
    pub(crate) outliers: Arc<[Outliers]>,
    pub(crate) stages: Stages,
    begun: Begun,
    /// The directory and `run.json`, while the run is at work.
    pub(super) files: Option<(RunDir, RunRecord)>,
    kind: RunKind,
    place: Place,
    watch: Watch<'a>,
}

/// A part of a run that trains members, with checkpoints of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage {
    pub(super) name: &'static str,
    /// Among several of this name.
    pub(super) place: usize,
}

impl From<&'static str> for Stage {
    fn from(name: &'static str) -> Self {
        Self { name, place: 0 }
    }
}

impl Stage {
    /// `sweep`, `sweep-2`
    fn folder(self) -> String {
        match self.place {
            0 => self.name.to_owned(),
            place => format!("{}-{}", self.name, place + 1),
        }
    }
}

/// Whoever watches an experiment and may stop it.
pub(super) struct Watch<'a> {
    pub(super) observe: Box<dyn Fn(Event) + Sync + 'a>,
    pub(super) cancel: &'a AtomicBool,
    /// As `run.json` and the report name the run.
    pub(super) command_line: String,
}

impl Default for Watch<'_> {
    fn default() -> Self {
        Self {
            observe: Box::new(|_| ()),
            cancel: &NEVER,
            command_line: String::new(),
        }
    }
}

impl<'a> Session<'a> {
    /// Reads what the settings name and refuses what does not fit together.
    pub(super) fn new(kind: RunKind, experiment: Experiment<'a>) -> Result<Self, Error> {
        let mut stages = Stages::start();
        let mut settings = settled(kind, &experiment)?;
        let out = settings.run.out.as_deref();
        let before = settings.run.resume.then(|| stored_settings(kind, out));
        let before = before.transpose()?;
        let begun = match out.filter(|_| settings.run.resume) {
            Some(run) => Begun::of(run)?,
            None => Begun::here(),
        };
        let watch = experiment.watch;
        let machine = match experiment.machine {
            Some(machine) => machine,
            None => Machine::of_run(&settings.run, &*watch.observe)?,
        };
        let mut data = match experiment.data {
            Some(data) => data,
            None => {
                // Whole numbers, such as counts, would else be taken for classes.
                let of_loss = match settings.train.loss {
                    Loss::Auto => None,
                    Loss::Bernoulli => Some(TaskKind::Multilabel),
                    _ => Some(TaskKind::Regression),
                };
                settings.data.task = settings.data.task.or(of_loss);
                let from = begun.data(&settings.data);
                let by = settings.audit.by.as_deref();
                Data::load_by(&from, &settings.run.memory, settings.run.seed, by)?
            }
        };
        if let Some(decisions) = data
            .decisions
            .as_ref()
            .filter(|own| !own.dialect.is_empty())
        {
            (watch.observe)(Event::Columns(decisions.clone()));
        }
        for note in data.notes() {
            (watch.observe)(Event::Note(note));
        }
        fit_to_each_other(&mut settings, &mut data)?;
        check_by(&settings.audit, &data.dataset)?;
        let settings = match before {
            Some(before) => {
                let mut settings = settings.filled(&before, &DECIDED)?;
                alike(kind, &mut settings);
                check_same(&before, &settings, &begun)?;
                settings
            }
            None => {
                let network = experiment.network.as_ref();
                let (mut settings, plan) = plan(kind, &settings, &data, &machine, network)?;
                (watch.observe)(Event::Planned(plan.into()));
                if let Some(note) = alike(kind, &mut settings) {
                    (watch.observe)(Event::Note(note));
                }
                settings.with_rates(kind == RunKind::Tune)
            }
        };
        let (schema, unknown) = (&data.dataset.schema, data.unknown.as_ref());
        let (mut read, held_out) = (schema.options(), data.held_out());
        read.memory = Some(machine.reading);
        let outliers = Outliers::of_settings(&settings, schema, &read, held_out, unknown, &begun)?;
        let mut rivals = Vec::new();
        let network = match experiment.network {
            Some(network) => network,
            None => {
                let own = experiment.objective.as_ref();
                let of_target = || settings.train.loss.outputs(&schema.task);
                let outputs = own.map_or_else(of_target, |own| own.outputs());
                rivals = self::rivals(&settings, &data, outputs)?;
                rivals[0].network.clone()
            }
        };
        let others = rivals.iter().skip(1).map(|rival| &rival.network);
        for network in [&network].into_iter().chain(others) {
            settings.train.check_for(network, &data.dataset)?;
        }
        if rivals.len() == 1 {
            rivals.clear();
        }
        go_on(watch.cancel)?;
        stages.end("load");
        Ok(Self {
            settings,
            machine,
            data,
            network,
            rivals,
            objective: experiment.objective,
            outliers: outliers.into(),
            stages,
            begun,
            files: None,
            kind,
            place: experiment.place,
            watch,
        })
    }

    /// Tells whoever watches.
    pub(super) fn tell(&self, event: Event) {
        (self.watch.observe)(event);
    }

    /// The flag that stops it.
    pub(super) fn stop(&self) -> &'a AtomicBool {
        self.watch.cancel
    }

    /// # Errors
    /// [`Error::Interrupted`] once it is told to stop.
    pub(super) fn go_on(&self) -> Result<(), Error> {
        go_on(self.watch.cancel)
    }

    pub(crate) fn observer(&self) -> Observer<'_> {
        &*self.watch.observe
    }

    /// The run's directory, if it has one.
    pub(super) fn dir(&self) -> Option<&RunDir> {
        self.files.as_ref().map(|(dir, _)| dir)
    }

    /// Works in the run's directory, if there is to be one: `config.toml` and `run.json` come first, and how it ended last.
    ///
    /// A run that fails before its first checkpoint leaves no directory behind.
    pub(super) fn work<T>(
        &mut self,
        members: usize,
        work: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let run = &self.settings.run;
        let dir = match &self.place {
            Place::Memory => return work(self).map_err(|error| error.stopped_in(None)),
            Place::In(path) => RunDir::open(path, run.resume)?,
            Place::Under(parent) => RunDir::new_under(parent, &self.data.dataset.name)?,
        };
        self.tell(Event::Begun(dir.path().to_owned()));
        let mut record = RunRecord::new(self.kind, &self.settings, &self.machine, &self.data);
        record.members = members;
        record.command_line = self.watch.command_line.clone();
        record.directory = self.begun.directory().to_owned();
        let begun = self.write_settings(&dir);
        let begun = begun.and_then(|()| record.write(&dir));
        self.files = Some((dir, record));
        let done = begun.and_then(|()| work(self));
        let Some((dir, record)) = self.files.take() else {
            return done;
        };
        let done = done.map_err(|error| match error {
            Error::Train(error @ TrainError::Device { .. }) if dir.is_resumable() => {
                Error::Device {
                    error: error.to_string(),
                    run: dir.path().to_owned(),
                }
            }
            error => error.stopped_in(Some(dir.path())),
        });
        // What failed first is what is to be mended; that it could not be written down is said beside it.
        if let Err(error) = &done
            && let Err(second) = note_failure(error, dir, record)
        {
            self.tell(Event::Warning(format!(
                "how the run ended could not be recorded: {}",
                second.sentence()
            )));
        }
        done
    }

    /// Writes `config.toml`; a run that is resumed keeps the one that it began with, which its `run.json` knows.
    fn write_settings(&self, dir: &RunDir) -> Result<(), Error> {
        if self.settings.run.resume
            && let Some(bytes) = file_of_run(dir.path(), CONFIG)?
        {
            dir.note(CONFIG, &bytes);
            return Ok(());
        }
        dir.write(CONFIG, self.settings.to_toml()?.as_bytes())
    }

    /// Refuses several networks where one is needed.
    pub(super) fn has_one_network(&self) -> Result<(), Error> {
        match self
            .settings
            .model
            .lists()
            .next()
            .filter(|_| !self.rivals.is_empty())
        {
            Some((name, values)) => Err(Error::Setting(format!(
                "model.{name} has {values} values, but a population has one network"
            ))),
            None => Ok(()),
        }
    }

    /// Trains members, with checkpoints in `checkpoint/STAGE` of the run's directory; `settings` names their settings, in the order of
    /// the members, of which each has as many.
    pub(super) fn train(
        &self,
        stage: Stage,
        problem: &Problem,
        members: &[Member],
        config: &TrainConfig,
        settings: Vec<String>,
    ) -> Result<Trained, Error> {
        let checkpoints = self
            .dir()
            .map(|dir| dir.join(CHECKPOINTS).join(stage.folder()));
        let followed = Followed {
            stage: stage.folder(),
            name: stage.name,
            settings,
            members: members.len(),
            epochs: if config.is_exact() { 0 } else { config.epochs },
        };
        let losses = self.dir().map(|dir| dir.join(CHECKPOINTS));
        let pace = Pace::new(followed, losses, self.observer());
        let trained = decay_train::train(&Job {
            network: &self.network,
            problem,
            members,
            config,
            resources: &self.machine.resources,
            checkpoints: checkpoints.as_deref(),
            resume: self.settings.run.resume,
            train_losses: true,
            cancel: self.watch.cancel,
            observe: &|event| pace.note(event),
        });
        self.tell(Event::Trained);
        Ok(trained?)
    }
}

/// Records how the run ended; one that failed before its first checkpoint is not kept.
fn note_failure(error: &Error, dir: RunDir, mut record: RunRecord) -> Result<(), Error> {
    if matches!(error, Error::Interrupted { .. }) {
        record.status = Status::Interrupted;
        return record.write(&dir);
    }
    record.status = Status::Failed;
    // What a resumed run found is not its own to remove.
    let kept = if record.config.run.resume {
        Some(dir)
    } else {
        dir.discard_unless_resumable()
    };
    kept.map_or(Ok(()), |dir| record.write(&dir))
}

/// The settings with everything that was left open; a fit has one value of each.
fn settled(kind: RunKind, experiment: &Experiment<'_>) -> Result<Settings, Error> {
    let mut settings = experiment.settings.clone();
    for (hyper, values) in &experiment.varied {
        settings.train = settings.train.varying(*hyper, values)?;
    }
    if let Some(Network::Own(network)) = &experiment.network {
        settings.model = ModelSettings::from(ModelConfig::Own {
            name: network.name().to_owned(),
        });
    }
    let of_members = settings.train.lists();
    let of_members =
        of_members.map(|(hyper, values)| (format!("train.{}", hyper.key()), values.len()));
    let of_networks = settings.model.lists();
    let of_networks = of_networks.map(|(name, values)| (format!("model.{name}"), values));
    let list = of_members.chain(of_networks).next();
    match list.filter(|_| kind == RunKind::Fit) {
        Some((key, values)) => Err(Error::ManySettings { key, values }),
        None => Ok(settings),
    }
}

/// The networks that the settings ask for, with so many outputs.
fn rivals(settings: &Settings, data: &Data, outputs: usize) -> Result<Vec<Rival>, Error> {
    let schema = &data.dataset.schema;
    let rival = |alternative: Alternative| {
        Ok(Rival {
            network: network_of(&alternative.config, schema, outputs)?,
            alternative,
        })
    };
    settings
        .model
        .alternatives()
        .into_iter()
        .map(rival)
        .collect()
}
