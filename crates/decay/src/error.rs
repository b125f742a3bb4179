//! Everything that ends a run early.

use std::path::{Path, PathBuf};

use decay_audit::AuditError;
use decay_data::DataError;
use decay_model::ModelError;
use decay_report::ReportError;
use decay_report::text::sentence;
use decay_robust::RobustError;
use decay_robust::certificate::CertificateError;
use decay_shift::ShiftError;
use decay_train::TrainError;

/// Why something could not be done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Settings that cannot be, or not with these data.
    #[error("{0}")]
    Setting(String),
    /// No source is named.
    #[error("no data given; name a table, images, a graph or an embedded set")]
    NoData,
    /// A run has no rows that its models could be audited on.
    #[error("{run}: {reason}")]
    NoRows {
        /// The run's directory.
        run: PathBuf,
        /// Why.
        reason: &'static str,
    },
    /// A model has fewer networks than the one that is asked for.
    #[error("there is no network {member}; the model's are counted from 1 to {networks}")]
    NoMember {
        /// The one that is asked for, counted from 1.
        member: usize,
        /// How many there are.
        networks: usize,
    },
    /// A fit has one value of each hyper-parameter.
    #[error("{key} has {values} values, but a fit trains at one setting")]
    ManySettings {
        /// The setting.
        key: String,
        /// How many it has.
        values: usize,
    },
    /// Logits on other data that are not those of the models.
    #[error("there are {given} files of out-of-distribution logits for {models} models")]
    OodLogits {
        /// Files.
        given: usize,
        /// Models.
        models: usize,
    },
    /// A run can only be resumed in a directory.
    #[error("a run is resumed in its directory, and none is named")]
    NoDirectory,
    /// A directory that holds a run, which was not to be resumed.
    #[error("{0}: already holds a run")]
    Occupied(PathBuf),
    /// A directory with a file of somebody else that a run would write over.
    #[error("{path}: has a {name} that is not of a run")]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// The file or folder.
        name: &'static str,
    },
    /// A directory in which another run is at work.
    #[error("{0}: is in use by another run")]
    Busy(PathBuf),
    /// A sweep cannot go on as a fit, nor a fit as a sweep.
    #[error("{run}: was begun as a {began}")]
    OtherKind {
        /// The run's directory.
        run: PathBuf,
        /// `tune` or `fit`.
        began: String,
    },
    /// Rows from slices that do not fit together.
    #[error("{values} values are no {rows} rows of {columns} columns")]
    Shape {
        /// Values given.
        values: usize,
        /// Labels or values of the target.
        rows: usize,
        /// Values of a row.
        columns: usize,
    },
    /// A file or directory of a run that is not what is asked for.
    #[error("{path}: {reason}")]
    Run {
        /// Which.
        path: PathBuf,
        /// Why it will not do.
        reason: String,
    },
    /// No model ended with a finite loss.
    #[error("{0}")]
    Diverged(String),
    /// The caller stopped it; a run with a directory can go on.
    #[error("interrupted{}", after(*epochs))]
    Interrupted {
        /// Epochs that are kept, and those that were planned; `None` if it was not training.
        epochs: Option<(u32, u32)>,
        /// The run's directory.
        run: Option<PathBuf>,
    },
    /// A device failed in the middle of a run that has checkpoints.
    #[error("{error}; {run} can be resumed from its last checkpoint")]
    Device {
        /// Which device, and what it said.
        error: String,
        /// The run's directory.
        run: PathBuf,
    },
    /// A file of the program's own cannot be used.
    #[error("{path}: cannot be {action}")]
    File {
        /// Which.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// Settings that no file can hold.
    #[error("config.toml cannot be written: {0}")]
    Settings(#[from] toml::ser::Error),
    /// A certificate that applies and yet fails.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// Of readers, splits and scales.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Of networks and their files.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Of the training.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// Of metrics and intervals.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Of attacks.
    #[error(transparent)]
    Robust(#[from] RobustError),
    /// Of corruptions.
    #[error(transparent)]
    Shift(#[from] ShiftError),
    /// Of records and pages.
    #[error(transparent)]
    Report(#[from] ReportError),
}

impl Error {
    /// A file or directory of a run that will not do.
    pub(crate) fn run(path: &Path, reason: impl Into<String>) -> Self {
        Self::Run {
            path: path.to_owned(),
            reason: reason.into(),
        }
    }

    /// A failure to read, write or create a file.
    pub fn file(path: &Path, action: &'static str, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            action,
            source,
        }
    }

    /// Told to stop, whatever it was at; `run` is where it can go on.
    pub(crate) fn stopped_in(self, run: Option<&Path>) -> Self {
        let run = run.map(Path::to_owned);
        match self {
            Self::Train(TrainError::Interrupted { epoch, epochs }) => Self::Interrupted {
                epochs: Some((epoch, epochs)),
                run,
            },
            Self::Interrupted { epochs, run: None } => Self::Interrupted { epochs, run },
            Self::Train(TrainError::Stopped)
            | Self::Audit(AuditError::Interrupted)
            | Self::Robust(RobustError::Interrupted) => Self::Interrupted { epochs: None, run },
            error => error,
        }
    }

    /// Whether the program itself is at fault, as far as anybody can tell.
    pub fn is_fault(&self) -> bool {
        matches!(
            self,
            Self::Train(TrainError::Fault { .. }) | Self::Robust(RobustError::Fault { .. })
        )
    }

    /// Whether other arguments or other input would help.
    pub fn is_input(&self) -> bool {
        match self {
            Self::Diverged(_)
            | Self::Interrupted { .. }
            | Self::Device { .. }
            | Self::File { .. }
            | Self::Settings(_)
            | Self::Certificate(_)
            | Self::Report(_)
            | Self::Audit(AuditError::Interrupted) => false,
            Self::Data(error) => is_input(error),
            Self::Robust(error) => !matches!(
                error,
                RobustError::Device { .. }
                    | RobustError::Fault { .. }
                    | RobustError::Threads { .. }
                    | RobustError::Interrupted
            ),
            Self::Train(error) => match error {
                TrainError::Interrupted { .. }
                | TrainError::Stopped
                | TrainError::Fault { .. }
                | TrainError::Checkpoint { .. }
                | TrainError::Device { .. }
                | TrainError::Threads { .. } => false,
                TrainError::Data(error) => is_input(error),
                _ => true,
            },
            _ => true,
        }
    }

    /// One line: the message and those causes that it does not mention itself.
    pub fn sentence(&self) -> String {
        sentence(self)
    }
}

/// ` after epoch 3 of 40`
fn after(epochs: Option<(u32, u32)>) -> String {
    epochs.map_or_else(String::new, |(epoch, epochs)| {
        format!(" after epoch {epoch} of {epochs}")
    })
}

/// A full disk is not the input's fault, nor is that there are no more threads.
fn is_input(error: &DataError) -> bool {
    !matches!(error, DataError::Write { .. } | DataError::Threads { .. })
}

#[cfg(test)]
mod tests {
    use super::Error;
    use decay_data::DataError;

    fn io() -> std::io::Error {
        std::io::Error::other("the disk is full")
    }

    #[test]
    fn only_a_failed_write_is_not_the_inputs_fault() {
        let path = || "a.csv".to_owned();
        let write = Error::from(DataError::Write {
            path: path(),
            source: io(),
        });
        let open = Error::from(DataError::Open {
            path: path(),
            source: io(),
        });
        assert_eq!((write.is_input(), open.is_input()), (false, true));
        assert_eq!(
            write.sentence(),
            "a.csv: cannot be written: the disk is full"
        );
    }

    #[test]
    fn a_failed_device_is_not_the_inputs_fault() {
        let error = decay_train::TrainError::Device {
            device: "cuda:1".into(),
            reason: "out of memory".into(),
        };
        let resumable = Error::Device {
            error: error.to_string(),
            run: "x".into(),
        };
        assert!(!Error::from(error).is_input() && !resumable.is_input());
    }

    #[test]
    fn a_cause_that_the_message_holds_is_not_repeated() {
        let model = decay_model::ModelError::Read {
            path: "m".into(),
            source: io(),
        };
        assert_eq!(
            Error::from(model).sentence(),
            "m: cannot read: the disk is full"
        );
    }
}
