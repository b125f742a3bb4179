//! Everything that ends a run early.

use std::path::{Path, PathBuf};

use decay_audit::AuditError;
use decay_data::DataError;
use decay_model::ModelError;
use decay_report::ReportError;
use decay_report::text::sentence;
use decay_robust::RobustError;
use decay_shift::ShiftError;
use decay_train::TrainError;

/// Why a run ends early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user asked for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// Something went wrong that no other request would mend.
    #[error("{0}")]
    Failed(String),
    /// Ctrl-C; the run can go on.
    #[error("interrupted after epoch {epoch} of {epochs}; resume with: {resume}")]
    Interrupted {
        /// Epochs that are kept.
        epoch: u32,
        /// Epochs planned.
        epochs: u32,
        /// The command that continues.
        resume: String,
    },
    /// A device failed in the middle of a run that has checkpoints.
    #[error(
        "{error}; continue from the last checkpoint with: {resume}, on another device with --device"
    )]
    Device {
        /// Which device, and what it said.
        error: String,
        /// The command that continues.
        resume: String,
    },
    /// A file of the program's own cannot be used.
    #[error("{path}: cannot be {action}")]
    File {
        path: PathBuf,
        action: &'static str,
        source: std::io::Error,
    },
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Train(#[from] TrainError),
    #[error(transparent)]
    Audit(#[from] AuditError),
    #[error(transparent)]
    Robust(#[from] RobustError),
    #[error(transparent)]
    Shift(#[from] ShiftError),
    #[error(transparent)]
    Report(#[from] ReportError),
}

impl Error {
    /// A failure to read, write or create a file.
    pub fn file(path: &Path, action: &'static str, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            action,
            source,
        }
    }

    /// Whether other arguments or other input would help.
    pub fn is_input(&self) -> bool {
        match self {
            Self::Usage(_) | Self::Model(_) => true,
            Self::Data(error) => is_input(error),
            Self::Robust(error) => !matches!(
                error,
                RobustError::Device { .. } | RobustError::Threads { .. }
            ),
            Self::Audit(_) | Self::Shift(_) => true,
            Self::Train(error) => match error {
                TrainError::Interrupted { .. }
                | TrainError::Checkpoint { .. }
                | TrainError::Device { .. }
                | TrainError::Threads { .. } => false,
                TrainError::Data(error) => is_input(error),
                _ => true,
            },
            _ => false,
        }
    }

    /// One line: the message and those causes that it does not mention itself.
    pub fn sentence(&self) -> String {
        sentence(self)
    }
}

/// A full disk is not the input's fault.
fn is_input(error: &DataError) -> bool {
    !matches!(error, DataError::Write { .. })
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
    fn a_failed_device_is_not_the_inputs_fault_and_names_the_way_on() {
        let error = || decay_train::TrainError::Device {
            device: "cuda:1".into(),
            reason: "out of memory".into(),
        };
        let resumable = Error::Device {
            error: error().to_string(),
            resume: "decay tune --out x --resume".into(),
        };
        assert_eq!(
            (Error::from(error()).is_input(), resumable.is_input()),
            (false, false)
        );
        assert_eq!(
            resumable.sentence(),
            "device 'cuda:1' failed: out of memory; continue from the last checkpoint with: decay tune --out x --resume, \
             on another device with --device"
        );
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
