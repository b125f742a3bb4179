//! From a device's name and what the user grants to what the engine takes.

use decay_train::{Device, Resources, available_memory};

use crate::arguments::Computing;
use crate::failure::Failure;
use crate::output;
use crate::settings::{Memory, RunSettings};

/// Devices with threads and memory.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    pub(crate) devices: Vec<Device>,
    /// As `--device` takes them, in full.
    pub(crate) name: String,
    pub(crate) resources: Resources,
}

impl Machine {
    /// What a run asks for; says what `auto` chose, where that is not obvious.
    pub(crate) fn of_run(run: &RunSettings) -> Result<Self, Failure> {
        let (machine, reason) = Self::new(&run.device, run.threads, &run.memory)?;
        if let (Some(reason), false) = (reason, run.quiet) {
            output::note(&format!("computing on {}: {reason}", machine.name));
        }
        Ok(machine)
    }

    /// What `predict` and `audit` ask for.
    pub(crate) fn of_computing(computing: &Computing) -> Result<Self, Failure> {
        let memory = match &computing.memory {
            Some(text) => Memory::try_from(text.clone())
                .map_err(|reason| Failure::Usage(format!("--memory {reason}")))?,
            None => Memory::default(),
        };
        Self::new(&computing.device, computing.threads, &memory).map(|(machine, _)| machine)
    }

    fn new(
        device: &str,
        threads: Option<usize>,
        memory: &Memory,
    ) -> Result<(Self, Option<String>), Failure> {
        let chosen =
            decay_train::devices(device).map_err(|error| Failure::Usage(error.to_string()))?;
        let memory = memory.bytes(available_memory(&chosen.devices));
        let machine = Self {
            resources: Resources::detect(&chosen.devices, threads, Some(memory)),
            devices: chosen.devices,
            name: chosen.name,
        };
        Ok((machine, chosen.reason))
    }
}
