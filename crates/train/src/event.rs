//! What is told of a run while it goes on.

use crate::engine::progress::Record;

/// Progress of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The run is laid out.
    Started {
        /// Steps of all members together, without those done before a resume.
        total_steps: u64,
    },
    /// A checkpoint was read.
    Resumed {
        /// Epochs that are done.
        epoch: u32,
        /// What was wrong with a newer checkpoint.
        lost: Option<String>,
    },
    /// Some members made a step.
    Stepped {
        /// How many.
        members: usize,
    },
    /// All active members completed an epoch.
    Epoch {
        /// The epoch, counted from 1.
        epoch: u32,
        /// What was measured of it.
        records: Vec<Record>,
    },
}
