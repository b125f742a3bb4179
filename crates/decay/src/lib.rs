//! Weight decay as an instrument: from data to a chosen, refitted, calibrated and audited model.
//!
//! ```
//! use decay::prelude::*;
//!
//! # fn main() -> Result<(), Error> {
//! let data = decay::read("embedded:wine").load()?; // or a path: decay::read("churn.csv").target("left")
//! let outcome = Experiment::on(&data)
//!     .model(Mlp::hidden([16]))
//!     .train(TrainConfig { epochs: 5, lr: 0.01, ..TrainConfig::default() })
//!     .sweep(Hyper::Decay, log_range(1e-2, 10.0, 4))
//!     .folds(3)
//!     .seeds(1)
//!     .run()?;
//! println!("{} (half-life {} epochs)", outcome.choice.rate, outcome.choice.half_life);
//! let answers = outcome.model.predict("embedded:wine")?; // all final models together, calibrated
//! assert_eq!(answers.rows, 178);
//! # Ok(())
//! # }
//! ```
//!
//! | to | see |
//! | :-- | :-- |
//! | bring data: a file, a folder, an embedded set, slices | [`read`], [`rows`] |
//! | cross-validate, choose, refit, watch, stop, resume | [`Experiment`] |
//! | measure what a model does on rows that it has not seen | [`Outcome::audit`], [`audit::RunAudit`], [`audit::audit_logits`] |
//! | predict from a run's directory | [`Model::open`] |
//! | compare two models | [`compare_runs`], [`compare_logits`] |
//! | train a network of your own | [`network::PopulationNetwork`] |
//! | minimise a loss of your own, or those of several heads | [`Experiment::objective`], [`train::Objective`] |
//!
//! Nothing here prints or exits: progress goes to an observer as [`Event`]s, failures are [`Error`]s.
#![forbid(unsafe_code)]

mod answer;
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
pub mod planning;
pub mod prelude;
mod records;
pub mod run;
mod said;
pub mod settings;
mod targets;
pub mod train;

pub use compare::{
    Compared, ComparedMany, ManyDifference, ManyFigures, compare_logits, compare_many_logits,
    compare_many_runs, compare_runs,
};
pub use data::{Data, read, rows};
pub use error::Error;
pub use event::{BestSoFar, Event, Observer, Progress};
pub use experiment::{Experiment, Outcome};
pub use model::{Features, Model, Predictions};
pub use settings::{log_range, range};

/// Its example compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
