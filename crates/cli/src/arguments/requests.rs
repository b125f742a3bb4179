//! What each command is asked for.

use std::path::PathBuf;

use clap_complete::Shell;

use crate::terminal::ProgressKind;
use decay::Error;
use decay::device::Machine;
use decay::settings::{Given, Memory};
use decay_data::{FrameFormat, Scores};

/// What the user asks for.
#[derive(Debug)]
pub(crate) enum Action {
    Demonstrate(Training),
    Tune(Training),
    Fit(Training),
    Predict(PredictRequest),
    Audit(AuditRequest),
    Compare(CompareRequest),
    Report {
        run: PathBuf,
    },
    Show {
        run: PathBuf,
    },
    Runs(RunsRequest),
    Watch(WatchRequest),
    Completions(Shell),
    Man {
        dir: Option<PathBuf>,
    },
    Devices,
    /// What is embedded.
    Sets,
    /// What the columns of a table are taken for.
    Columns {
        file: String,
        given: Given,
    },
}

/// `decay tune`, `decay fit` and `decay demo`.
#[derive(Debug)]
pub(crate) struct Training {
    pub(crate) given: Given,
    pub(crate) progress: ProgressKind,
}

/// `decay runs`.
#[derive(Debug, Clone)]
pub(crate) struct RunsRequest {
    pub(crate) dir: PathBuf,
    pub(crate) sort: Option<String>,
    pub(crate) filters: Vec<String>,
}

/// `decay watch`.
#[derive(Debug, Clone)]
pub(crate) struct WatchRequest {
    pub(crate) run: PathBuf,
    /// One frame, and no more.
    pub(crate) once: bool,
}

/// Where and with what a finished model computes.
#[derive(Debug, Clone)]
pub(crate) struct Computing {
    pub(crate) device: String,
    pub(crate) threads: Option<usize>,
    pub(crate) memory: Option<String>,
}

impl Computing {
    /// The device with threads and memory.
    pub(crate) fn machine(&self) -> Result<Machine, Error> {
        Machine::new(&self.device, self.threads, &self.memory()?, &|_| ())
    }

    /// What is granted, or the usual share.
    pub(crate) fn memory(&self) -> Result<Memory, Error> {
        let given = self.memory.clone().map(Memory::try_from).transpose();
        let given = given.map_err(|reason| Error::Setting(format!("--memory {reason}")))?;
        Ok(given.unwrap_or_default())
    }
}

/// `decay predict`.
#[derive(Debug, Clone)]
pub(crate) struct PredictRequest {
    pub(crate) model: PathBuf,
    /// `-` is standard input.
    pub(crate) data: String,
    pub(crate) out: Option<PathBuf>,
    /// By the name of `out` without.
    pub(crate) format: Option<FrameFormat>,
    /// Columns of the data that stand before the predictions.
    pub(crate) keep: Vec<String>,
    /// Share of new rows that sets or intervals are to hold.
    pub(crate) coverage: Option<f64>,
    /// Significant digits of numbers as text.
    pub(crate) digits: usize,
    pub(crate) logits: bool,
    pub(crate) features: bool,
    /// Counted from 1; all without.
    pub(crate) member: Option<usize>,
    pub(crate) computing: Computing,
    /// How the rows are read.
    pub(crate) reader: Given,
}

/// `decay audit`.
#[derive(Debug, Clone)]
pub(crate) struct AuditRequest {
    pub(crate) subject: AuditSubject,
    pub(crate) out: Option<PathBuf>,
    pub(crate) quiet: bool,
    pub(crate) progress: ProgressKind,
    /// Settings of `[audit]`, `[data]` and `[run]`.
    pub(crate) given: Given,
}

/// What is audited.
#[derive(Debug, Clone)]
pub(crate) enum AuditSubject {
    /// A model, on given rows or on those that its run held out.
    Model {
        run: PathBuf,
        weights: Option<PathBuf>,
        data: Option<String>,
        /// Of rows that are an array without them.
        labels: Option<PathBuf>,
    },
    /// What another program computed.
    Logits {
        /// One file for each model.
        logits: Vec<PathBuf>,
        labels: PathBuf,
        scores: Scores,
        /// On other data, one file for each model.
        ood: Vec<PathBuf>,
    },
}

/// `decay compare`.
#[derive(Debug, Clone)]
pub(crate) struct CompareRequest {
    /// Two, or more.
    pub(crate) models: Vec<PathBuf>,
    pub(crate) data: Option<String>,
    pub(crate) labels: Option<PathBuf>,
    pub(crate) scores: Scores,
    pub(crate) ood: Option<String>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) computing: Computing,
    /// How the rows are read.
    pub(crate) reader: Given,
}
