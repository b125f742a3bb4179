//! From a device's name and what the user grants to what the engine takes.

use decay_train::{Device, Resources, available_memory};

use crate::error::Error;
use crate::settings::{Memory, RunSettings};

/// Devices with threads and memory.
#[derive(Debug, Clone)]
pub struct Machine {
    pub devices: Vec<Device>,
    /// As `--device` takes them, in full.
    pub name: String,
    pub resources: Resources,
}

impl Machine {
    /// What a run asks for, and why `auto` chose it, where that is not obvious.
    pub fn of_run(run: &RunSettings) -> Result<(Self, Option<String>), Error> {
        Self::new(&run.device, run.threads, &run.memory)
    }

    /// A device by name with threads and memory, and why `auto` chose it, where that is not obvious.
    pub fn new(
        device: &str,
        threads: Option<usize>,
        memory: &Memory,
    ) -> Result<(Self, Option<String>), Error> {
        let chosen =
            decay_train::devices(device).map_err(|error| Error::Usage(error.to_string()))?;
        let memory = memory.bytes(available_memory(&chosen.devices));
        let machine = Self {
            resources: Resources::detect(&chosen.devices, threads, Some(memory)),
            devices: chosen.devices,
            name: chosen.name,
        };
        Ok((machine, chosen.reason))
    }
}
