//! Adversarial attacks on populations of networks, and certificates that bound them.

pub mod certificate;
mod victim;

pub use victim::{InputScale, Victim};
