//! From a device's name and what the user grants to what the engine takes.

use decay_train::{Device, Resources, available_memory};

use crate::arguments::Computing;
use crate::failure::Failure;
use crate::settings::{Memory, RunSettings};

/// A device with threads and memory.
#[derive(Debug, Clone)]
pub(crate) struct Machine {
    pub(crate) device: Device,
    pub(crate) name: &'static str,
    pub(crate) resources: Resources,
}

impl Machine {
    /// What a run asks for.
    pub(crate) fn of_run(run: &RunSettings) -> Result<Self, Failure> {
        Self::new(&run.device, run.threads, &run.memory)
    }

    /// What `predict` and `audit` ask for.
    pub(crate) fn of_computing(computing: &Computing) -> Result<Self, Failure> {
        let memory = match &computing.memory {
            Some(text) => Memory::try_from(text.clone())
                .map_err(|reason| Failure::Usage(format!("--memory {reason}")))?,
            None => Memory::default(),
        };
        Self::new(&computing.device, computing.threads, &memory)
    }

    fn new(device: &str, threads: Option<usize>, memory: &Memory) -> Result<Self, Failure> {
        let (device, name) =
            decay_train::device(device).map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(Self {
            device,
            name,
            resources: Resources::detect(threads, Some(memory.bytes(available_memory()))),
        })
    }
}
