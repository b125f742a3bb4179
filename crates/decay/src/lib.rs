//! From data to a chosen, refitted and audited model: what the `decay` command does between its arguments and its terminal.
//!
//! Nothing here prints or exits: progress goes to an [`Observer`], failures are [`Error`]s.
#![forbid(unsafe_code)]
// While the public surface is being made.
#![allow(missing_docs)]

pub mod audit;
mod clock;
mod compare;
pub mod data;
pub mod device;
mod error;
mod event;
pub mod experiment;
pub mod model;
pub mod network;
pub mod prelude;
pub mod records;
pub mod run;
pub mod settings;

pub use compare::{Compared, compare_logits, compare_runs};
pub use data::{Data, read, rows};
pub use error::Error;
pub use event::{Event, Observer, Progress};
pub use experiment::{Experiment, Outcome};
pub use model::{Model, Predictions};
pub use settings::{log_range, range};
