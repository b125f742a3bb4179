//! Why a device cannot be had.

use super::BACKENDS;

/// Why a device cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceError {
    /// No backend has this name.
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// This build lacks the backend.
    NotCompiled {
        /// The cargo feature that adds it.
        feature: &'static str,
    },
    /// The part after the colon does not belong there.
    Index {
        /// What was asked for.
        name: String,
        /// Whether the backend has indices at all.
        gpu: bool,
    },
    /// The machine does not have it.
    Absent {
        /// What was asked for.
        name: String,
        /// What the backend found.
        found: Vec<String>,
    },
    /// The same device twice in a list.
    Repeated {
        /// The device.
        name: String,
    },
    /// A list with a device that is not a GPU.
    NotAGpu {
        /// The device.
        name: String,
    },
    /// `auto` in a build without a CPU backend, on a machine without a GPU.
    NothingFound,
    /// It is there and does not start.
    Failed {
        /// The device.
        name: String,
        /// What its driver said.
        reason: String,
    },
}

impl std::fmt::Display for DeviceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown { name } => {
                let names: Vec<_> = BACKENDS.iter().map(|backend| backend.name).collect();
                write!(
                    f,
                    "device must be auto or one of {}, got '{name}'",
                    names.join(", ")
                )
            }
            Self::NotCompiled { feature } => write!(
                f,
                "device '{feature}' is not in this build; add it with: cargo run --release --features {feature}"
            ),
            Self::Index { name, gpu: true } => write!(
                f,
                "the index of a device must be a whole number, as in cuda:1, got '{name}'"
            ),
            Self::Index { name, gpu: false } => {
                write!(f, "only GPUs have an index, got '{name}'")
            }
            Self::Absent { name, found } if found.is_empty() => write!(
                f,
                "device '{name}' is not there; its backend found no device on this machine"
            ),
            Self::Absent { name, found } => write!(
                f,
                "device '{name}' is not there; found: {}",
                found.join(", ")
            ),
            Self::Repeated { name } => {
                write!(f, "device '{name}' stands more than once in the list")
            }
            Self::NotAGpu { name } => write!(
                f,
                "a list of devices may hold GPUs only, got '{name}'; a CPU is used whole"
            ),
            Self::NothingFound => write!(
                f,
                "device 'auto' found no GPU, and this build has no CPU backend; name a device that decay devices lists"
            ),
            Self::Failed { name, reason } => {
                write!(f, "device '{name}' cannot be used: {reason}")
            }
        }
    }
}

impl std::error::Error for DeviceError {}
