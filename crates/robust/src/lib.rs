//! Adversarial attacks on populations of networks, and certificates that bound them.

#![warn(missing_docs)]

pub mod attack;
pub mod certificate;
mod error;
mod odin;
mod victim;

pub use error::RobustError;
pub use odin::perturbed_logits;
pub use victim::{InputScale, Victim};
