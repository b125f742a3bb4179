//! Adversarial attacks on populations of networks, and certificates that bound them.

mod victim;

pub use victim::{InputScale, Victim};
