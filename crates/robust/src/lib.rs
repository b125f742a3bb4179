//! Adversarial attacks on populations of networks, and certificates that bound them.

#![warn(missing_docs)]

pub mod attack;
pub mod certificate;
mod error;
mod first_device;
mod odin;
mod smoothed;
mod victim;

pub use error::RobustError;
pub use odin::perturbed_logits;
pub use smoothed::smoothed_radii;
pub use victim::{InputScale, Victim};
