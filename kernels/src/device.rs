//! Devices by name.

use burn::tensor::Device;

/// A backend that decay can be built with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backend {
    /// Name of the cargo feature and of the device.
    pub name: &'static str,
    /// What it is, in a few words.
    pub description: &'static str,
    /// Whether this build has it.
    pub compiled: bool,
}

/// Every backend, best first among those that run here.
pub const BACKENDS: [Backend; 2] = [
    Backend {
        name: "flex",
        description: "CPU, hand-written kernels on all cores",
        compiled: cfg!(feature = "flex"),
    },
    Backend {
        name: "ndarray",
        description: "CPU, reference bodies in Burn's operations; slow, for comparison",
        compiled: cfg!(feature = "ndarray"),
    },
];

/// Why a device cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        }
    }
}

impl std::error::Error for DeviceError {}

/// The device of this name; `auto` is the best that this build has.
///
/// # Errors
/// [`DeviceError`], with the names or the command that would help.
pub fn device(name: &str) -> Result<(Device, &'static str), DeviceError> {
    let found = BACKENDS.iter().find(|backend| match name {
        "auto" => backend.compiled,
        _ => backend.name == name,
    });
    let Some(backend) = found else {
        return Err(DeviceError::Unknown { name: name.into() });
    };
    if !backend.compiled {
        return Err(DeviceError::NotCompiled {
            feature: backend.name,
        });
    }
    Ok((open(backend.name), backend.name))
}

fn open(name: &'static str) -> Device {
    match name {
        #[cfg(feature = "flex")]
        "flex" => Device::flex(),
        #[cfg(feature = "ndarray")]
        #[allow(deprecated)]
        "ndarray" => Device::ndarray(),
        _ => unreachable!("'{name}' is compiled"),
    }
}
