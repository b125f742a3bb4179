//! `run.json`: what ran, on what, written before the first step and again at the end.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use decay_data::Provenance;
use serde::{Deserialize, Serialize};

use crate::clock::UtcTime;
use crate::data::Data;
use crate::device::Machine;
use crate::error::Error;
use crate::settings::Settings;

use super::RunDir;

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// A sweep, a choice, final models.
    Tune,
    /// Models at one setting.
    Fit,
}

impl RunKind {
    /// As `run.json` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tune => "tune",
            Self::Fit => "fit",
        }
    }
}

/// How far a run got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Running,
    Interrupted,
    Failed,
    Finished,
}

/// The data of a run, identified by the hashes of its files.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct DataRecord {
    pub(crate) name: String,
    pub(crate) features: usize,
    pub(crate) training_rows: usize,
    pub(crate) held_out_rows: usize,
    #[serde(flatten)]
    pub(crate) provenance: Provenance,
}

impl DataRecord {
    fn of(data: &Data) -> Self {
        Self {
            name: data.dataset.name.clone(),
            features: data.features(),
            training_rows: data.training.len(),
            held_out_rows: data.held_out().map_or(0, |(_, rows)| rows.len()),
            provenance: data.dataset.provenance.clone(),
        }
    }
}

/// The file `run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct RunRecord {
    pub(crate) status: Status,
    pub(crate) command: RunKind,
    pub(crate) command_line: String,
    /// Where that was typed: relative paths in the settings start there.
    #[serde(default)]
    pub(crate) directory: PathBuf,
    pub(crate) version: String,
    pub(crate) seed: u64,
    pub(crate) device: String,
    pub(crate) threads: usize,
    pub(crate) memory_bytes: u64,
    pub(crate) members: usize,
    pub(crate) data: DataRecord,
    pub(crate) started: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) finished: Option<String>,
    /// Wall time of each stage so far.
    pub(crate) seconds: BTreeMap<String, f64>,
    pub(crate) config: Settings,
}

impl RunRecord {
    /// The record of a run that is about to start.
    pub(crate) fn new(
        command: RunKind,
        settings: &Settings,
        machine: &Machine,
        data: &Data,
    ) -> Self {
        Self {
            status: Status::Running,
            command,
            command_line: String::new(),
            directory: PathBuf::new(),
            version: env!("CARGO_PKG_VERSION").into(),
            seed: settings.run.seed,
            device: machine.name.clone(),
            threads: machine.resources.threads,
            memory_bytes: machine.resources.memory,
            members: 0,
            data: DataRecord::of(data),
            started: UtcTime::now().iso(),
            finished: None,
            seconds: BTreeMap::new(),
            config: settings.clone(),
        }
    }

    /// Writes `run.json`.
    pub(crate) fn write(&self, dir: &RunDir) -> Result<(), Error> {
        dir.write("run.json", &decay_report::to_json("run.json", self)?)
    }

    /// Marks the run as finished and writes it.
    pub(crate) fn finish(&mut self, stages: &Stages, dir: &RunDir) -> Result<(), Error> {
        self.status = Status::Finished;
        self.finished = Some(UtcTime::now().iso());
        self.seconds = stages.seconds();
        self.write(dir)
    }
}

/// Wall time of the stages of a run.
#[derive(Debug)]
pub(crate) struct Stages {
    start: Instant,
    last: Instant,
    done: Vec<(&'static str, Duration)>,
}

impl Stages {
    /// Starts the clock.
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self {
            start: now,
            last: now,
            done: Vec::new(),
        }
    }

    /// Ends a stage; the next begins here.
    pub(crate) fn end(&mut self, stage: &'static str) {
        let now = Instant::now();
        self.done.push((stage, now - self.last));
        self.last = now;
    }

    /// Since the start.
    pub(crate) fn total(&self) -> Duration {
        self.start.elapsed()
    }

    fn seconds(&self) -> BTreeMap<String, f64> {
        let rounded = |time: Duration| (time.as_secs_f64() * 1e4).round() / 1e4;
        let stages = self
            .done
            .iter()
            .map(|(name, time)| ((*name).to_owned(), rounded(*time)));
        stages
            .chain([("total".to_owned(), rounded(self.total()))])
            .collect()
    }
}
