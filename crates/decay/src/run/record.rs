//! `run.json`: what ran, on what, written before the first step and again at the end.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use decay_data::Provenance;
use serde::{Deserialize, Serialize};

use crate::clock::UtcTime;
use crate::data::Data;
use crate::device::Machine;
use crate::error::Error;
use crate::settings::Settings;

use super::{RunDir, check_seal, read_checked, sealed};

/// The file that says what a run is, and what its other files must be.
pub(super) const RECORD: &str = "run.json";
/// The settings of a run.
pub(crate) const CONFIG: &str = "config.toml";

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

impl Status {
    /// As `run.json` has it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Interrupted => "interrupted",
            Self::Failed => "failed",
            Self::Finished => "finished",
        }
    }
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
    /// SHA-256 of every other file that the run has written, by name.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
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
            files: BTreeMap::new(),
        }
    }

    /// Writes `run.json` with the digests of all files so far: what a run has done counts once this is there.
    pub(crate) fn write(&mut self, dir: &RunDir) -> Result<(), Error> {
        self.files = dir.digests();
        dir.write(RECORD, &sealed(RECORD, self)?)
    }

    /// Marks the run as finished and writes it.
    pub(crate) fn finish(&mut self, stages: &Stages, dir: &RunDir) -> Result<(), Error> {
        self.status = Status::Finished;
        self.finished = Some(UtcTime::now().iso());
        self.seconds = stages.seconds();
        self.write(dir)
    }
}

/// What is read back of `run.json`.
#[derive(Debug, Deserialize)]
pub(super) struct Stored {
    pub(super) status: Status,
    pub(super) command: RunKind,
    #[serde(default)]
    pub(super) directory: PathBuf,
    files: BTreeMap<String, String>,
}

impl Stored {
    /// Reads the record of the run in a directory.
    ///
    /// # Errors
    /// [`Error::File`], [`Error::Run`] if it is damaged.
    pub(super) fn read(dir: &Path) -> Result<Self, Error> {
        let path = dir.join(RECORD);
        let bytes = std::fs::read(&path).map_err(|error| Error::file(&path, "read", error))?;
        check_seal(&bytes).map_err(|reason| Error::run(&path, reason))?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Error::run(&path, format!("is not a run record: {error}")))
    }

    /// A file of the run as it was written; `None` if it is not there.
    pub(super) fn file(&self, dir: &Path, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let path = dir.join(name);
        match self.files.get(name) {
            _ if !path.is_file() => Ok(None),
            Some(sha256) => read_checked(&path, sha256).map(Some),
            None => Err(Error::run(
                &path,
                "is not of this run: its run.json does not know it",
            )),
        }
    }
}

/// Whether a directory holds a run that has begun.
pub(crate) fn has_record(dir: &Path) -> bool {
    dir.join(RECORD).is_file()
}

/// A file of a run as it was written; `None` if it is not there.
///
/// # Errors
/// [`Error::Run`] if it or `run.json`, which knows its digest, is damaged or gone.
pub(crate) fn file_of_run(dir: &Path, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let path = dir.join(name);
    if !path.is_file() {
        return Ok(None);
    }
    if !has_record(dir) {
        return Err(Error::run(
            &path,
            "cannot be checked: run.json, which has its SHA-256, is gone",
        ));
    }
    Stored::read(dir)?.file(dir, name)
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
