//! Why there is no gallery.

use std::path::PathBuf;

use decay_data::DataError;

/// Why there is no gallery.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("cannot start cargo, which lists and runs the claims: {source}")]
    Cargo { source: std::io::Error },
    #[error("cargo metadata: {reason}")]
    Metadata { reason: String },
    #[error("no claim is called '{name}'; there are {known}")]
    Unknown { name: String, known: String },
    #[error("{path}: cannot be read: {reason}")]
    Verdict { path: PathBuf, reason: String },
    #[error("{path}: cannot be created: {source}")]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(transparent)]
    Write(#[from] DataError),
    #[error("no verdict from {}", .0.join(", "))]
    Unmeasured(Vec<String>),
}

impl Failure {
    /// 2 where other arguments would help, else 1.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Unknown { .. } => 2,
            _ => 1,
        }
    }
}
