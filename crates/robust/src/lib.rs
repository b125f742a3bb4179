//! Adversarial attacks on populations of networks, and certificates that bound them.

#![warn(missing_docs)]

pub mod attack;
mod error;
mod victim;

pub use error::RobustError;
pub use victim::{InputScale, Victim};
