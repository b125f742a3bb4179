//! What every measured claim of the literature has in common: populations, trend tests, pictures, a verdict.
//!
//! A claim is a crate under `examples/` that implements [`Claim`] and calls [`run`]. It trains with [`Lab::train`], notes numbers in
//! [`Measurements`], and turns those into a [`Judgement`] and [`Drawing`]s. Whatever it prints or writes, this crate does.

#![forbid(unsafe_code)]

mod arguments;
mod claim;
mod curve;
mod descent;
pub mod drawing;
mod elsewhere;
mod failure;
mod grid;
mod halved;
mod judgement;
mod lab;
mod measurements;
pub mod measuring;
mod neighbours;
mod networks;
pub mod parts;
mod png;
mod population;
mod record;
mod run;
mod stocks;
mod study;
mod synthetic;
mod tables;
pub mod testing;

pub use claim::{About, Claim, Drawing};
pub use curve::Curve;
pub use descent::{full_descent, unchanged};
pub use elsewhere::digits_without;
pub use failure::{Failure, Result};
pub use grid::Grid;
pub use halved::halved_clothes;
pub use judgement::{Effect, Judgement, Part, Verdict};
pub use lab::{Lab, labels, overlap};
pub use measurements::{MeasurementKey, Measurements, Row};
pub use neighbours::joined_to_nearest;
pub use networks::convolutional;
pub use population::Population;
pub use record::{PictureRecord, Record};
pub use run::run;
pub use stocks::next_days;
pub use study::{Study, rates, round_rates};
pub use synthetic::{friedman, made_up};
