//! Why a device cannot be had.

use super::BACKENDS;

/// Why a device cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// No backend has this name.
    #[error("device must be auto or one of {}, got '{name}'", names())]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// This build lacks the backend.
    #[error(
        "device '{feature}' is not in this build; add it with: cargo run --release --features {feature}"
    )]
    NotCompiled {
        /// The cargo feature that adds it.
        feature: &'static str,
    },
    /// What stands after the colon is no index.
    #[error("the index of a device must be a whole number, as in cuda:1, got '{name}'")]
    NoIndex {
        /// What was asked for.
        name: String,
    },
    /// There is a colon after a backend without indices.
    #[error("only GPUs have an index, got '{name}'")]
    IndexOfCpu {
        /// What was asked for.
        name: String,
    },
    /// The machine does not have it.
    #[error("device '{name}' is not there; {}", listed(.found))]
    Absent {
        /// What was asked for.
        name: String,
        /// What the backend found.
        found: Vec<String>,
    },
    /// The same device twice in a list.
    #[error("device '{name}' stands more than once in the list")]
    Repeated {
        /// The device.
        name: String,
    },
    /// A list with a device that is not a GPU.
    #[error("a list of devices may hold GPUs only, got '{name}'; a CPU is used whole")]
    NotAGpu {
        /// The device.
        name: String,
    },
    /// `auto` in a build without a CPU backend, on a machine without a GPU.
    #[error(
        "device 'auto' found no GPU, and this build has no CPU backend; name a device that decay devices lists"
    )]
    NothingFound,
    /// It is there and does not start.
    #[error("device '{name}' cannot be used: {reason}")]
    Failed {
        /// The device.
        name: String,
        /// What its driver said.
        reason: String,
    },
}

/// The names of all backends.
fn names() -> String {
    BACKENDS.map(|backend| backend.name).join(", ")
}

/// What a backend found instead.
fn listed(found: &[String]) -> String {
    if found.is_empty() {
        "its backend found no device on this machine".into()
    } else {
        format!("found: {}", found.join(", "))
    }
}
