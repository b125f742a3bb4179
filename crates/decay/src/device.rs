//! From a device's name and what the user grants to what the engine takes.

use decay_data::start_threads;
use decay_options::Range;
use decay_train::{Device, Resources, available_memory};

use crate::error::Error;
use crate::event::{Event, Observer};
use crate::settings::{Memory, RunSettings};

/// Devices with threads and memory.
#[derive(Debug, Clone)]
pub struct Machine {
    /// What computes.
    pub devices: Vec<Device>,
    /// As `--device` takes them, in full.
    pub name: String,
    /// Threads and memory.
    pub resources: Resources,
    /// Bytes that reading data may take: memory of the host, whatever computes.
    pub reading: u64,
}

impl Machine {
    /// A device by name, or several GPUs as in `cuda:0,cuda:1`; `auto` is the best of this build, and the observer is told why.
    ///
    /// # Errors
    /// [`Error::Setting`] for a device that this build or machine does not have, or a number of threads outside of its range;
    /// [`Error::Data`] if no threads can be started.
    pub fn new(
        device: &str,
        threads: Option<usize>,
        memory: &Memory,
        observe: Observer<'_>,
    ) -> Result<Self, Error> {
        refuse_threads(threads)?;
        start_threads()?;
        let chosen =
            decay_train::devices(device).map_err(|error| Error::Setting(error.to_string()))?;
        if let Some(reason) = chosen.reason {
            observe(Event::Note(format!(
                "computing on {}: {reason}",
                chosen.name
            )));
        }
        let reading = memory.for_reading();
        let memory = memory.bytes(available_memory(&chosen.devices));
        Ok(Self {
            reading,
            resources: Resources::detect(&chosen.devices, threads, Some(memory)),
            devices: chosen.devices,
            name: chosen.name,
        })
    }

    /// The best of this build with all cores.
    ///
    /// # Errors
    /// As [`Machine::new`].
    pub fn auto() -> Result<Self, Error> {
        Self::new("auto", None, &Memory::default(), &|_| ())
    }

    /// What a run asks for.
    pub(crate) fn of_run(run: &RunSettings, observe: Observer<'_>) -> Result<Self, Error> {
        Self::new(&run.device, run.threads, &run.memory, observe)
    }
}

/// Settings of runs are checked when they are read; here are the others.
fn refuse_threads(threads: Option<usize>) -> Result<(), Error> {
    let range = Range::THREADS;
    match threads {
        Some(asked) if !range.allows(asked as f64) => Err(Error::Setting(format!(
            "threads must be in {}, got {asked}",
            range.words
        ))),
        _ => Ok(()),
    }
}
