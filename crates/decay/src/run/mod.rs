//! What a run leaves on disk: its directory, its record, and how it goes on.

mod debris;
mod dir;
mod losses;
mod paths;
mod population;
mod record;
mod resume;
mod seal;
mod shown;
mod summary;
mod watched;

pub(crate) use dir::{CHECKPOINTS, RunDir};
pub(crate) use losses::append_losses;
pub use losses::{EpochLosses, losses_so_far};
pub(crate) use paths::Begun;
pub(crate) use population::{KeptPopulation, keep_population};
pub use record::RunKind;
pub(crate) use record::file_of_run;
pub(crate) use record::{CONFIG, RunRecord, Stages, Status};
pub(crate) use resume::check_same;
pub use resume::stored_settings;
pub(crate) use seal::{check_seal, read_checked, sealed};
#[doc(hidden)]
pub use seal::{seal, unsealed};
pub use shown::shown;
pub use summary::{RunSummary, runs_below};
pub use watched::{Watched, watched};
