//! Why a claim ends without a verdict.

use decay_audit::AuditError;
use decay_data::DataError;
use decay_model::ModelError;
use decay_robust::RobustError;
use decay_robust::certificate::CertificateError;
use decay_train::TrainError;

/// Why a claim ends without a verdict.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// Measurements that were read are not those of this claim.
    #[error("{0}")]
    Measurements(String),
    /// A file of the user's own cannot serve.
    #[error("{path}: {reason}")]
    Data {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
    /// A picture cannot be made.
    #[error("cannot draw {name}: {reason}")]
    Picture {
        /// Which.
        name: String,
        /// Why not.
        reason: String,
    },
    /// From reading, training, measuring or writing; boxed, so that a result without failure stays small.
    #[error(transparent)]
    Decay(Box<decay::Error>),
}

macro_rules! of_the_library {
    ($($error:ty),*) => {
        $(impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::Decay(Box::new(error.into()))
            }
        })*
    };
}

of_the_library!(
    decay::Error,
    DataError,
    ModelError,
    TrainError,
    AuditError,
    RobustError,
    CertificateError
);

/// The result of everything in a claim that can fail.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

impl Failure {
    /// 2 where other arguments or other files would help, else 1.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Measurements(_) | Self::Data { .. } => 2,
            Self::Picture { .. } => 1,
            Self::Decay(error) => 1 + u8::from(error.is_input()),
        }
    }
}
