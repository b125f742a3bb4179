//! From data to a chosen, refitted and audited model: what the `decay` command does between its arguments and its terminal.
//!
//! Nothing here prints or exits: progress goes to an [`Observer`], failures are [`Error`]s.
#![forbid(unsafe_code)]
// While the public surface is being made.
#![allow(missing_docs)]

pub mod audit;
mod clock;
pub mod device;
mod error;
mod event;
pub mod experiment;
pub mod model_file;
pub mod population_file;
pub mod records;
pub mod run_dir;
pub mod run_record;
pub mod settings;

pub use error::Error;
pub use event::{Event, Observer};
