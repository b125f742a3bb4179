//! Adversarial attacks on populations of networks, and certificates that bound them.

pub mod certificate;
mod victim;

pub use error::RobustError;
pub use odin::perturbed_logits;
pub use smoothed::smoothed_radii;
pub use victim::{InputScale, Victim};
