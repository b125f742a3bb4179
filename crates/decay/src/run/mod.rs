//! What a run leaves on disk: its directory, its record, and how it goes on.

mod dir;
mod paths;
mod population;
mod record;
mod resume;

pub(crate) use dir::{CHECKPOINTS, RunDir};
pub(crate) use paths::Begun;
pub(crate) use population::{KeptPopulation, keep_population};
pub use record::RunKind;
pub(crate) use record::{RunRecord, Stages, Status};
pub(crate) use resume::check_same;
pub use resume::stored_settings;
