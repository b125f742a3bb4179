//! Why a claim ends without a verdict.

use std::path::{Path, PathBuf};

use decay_audit::AuditError;
use decay_data::DataError;
use decay_model::ModelError;
use decay_robust::RobustError;
use decay_robust::certificate::CertificateError;
use decay_train::{DeviceError, TrainError};

/// Why a claim ends without a verdict.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Measurements that were read are not those of this claim.
    #[error("{0}")]
    Measurements(String),
    /// A file cannot be used.
    #[error("{path}: cannot be {action}")]
    File {
        /// Which.
        path: PathBuf,
        /// What was to be done with it.
        action: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// A picture cannot be made.
    #[error("cannot draw {name}: {reason}")]
    Picture {
        /// Which.
        name: String,
        /// Why not.
        reason: String,
    },
    /// No such device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// From reading data.
    #[error(transparent)]
    Data(Box<DataError>),
    /// From laying out a network.
    #[error(transparent)]
    Model(Box<ModelError>),
    /// From training.
    #[error(transparent)]
    Train(Box<TrainError>),
    /// From a metric or a test.
    #[error(transparent)]
    Audit(Box<AuditError>),
    /// From an attack.
    #[error(transparent)]
    Robust(Box<RobustError>),
    /// From a certificate.
    #[error(transparent)]
    Certificate(Box<CertificateError>),
}

/// Boxed, so that a result without failure stays small.
macro_rules! boxed {
    ($($variant:ident($error:ty)),*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::$variant(Box::new(error))
            }
        })*
    };
}

boxed!(
    Data(DataError),
    Model(ModelError),
    Train(TrainError),
    Audit(AuditError),
    Robust(RobustError),
    Certificate(CertificateError)
);

/// The result of everything in a claim that can fail.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    pub(crate) fn file(path: &Path, action: &'static str, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            action,
            source,
        }
    }

    /// 2 where other arguments or other files would help, else 1.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Measurements(_) | Self::Device(_) => 2,
            Self::File { action, .. } if *action == "read" => 2,
            Self::Data(error) if !matches!(**error, DataError::Write { .. }) => 2,
            _ => 1,
        }
    }
}
