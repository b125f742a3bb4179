//! Fused tensor operations over a population of models; the only place that names backends.
//!
//! Each operation is one file with its formula, a *reference* body in Burn's own operations that serves every backend at once, and
//! its backward pass; [`flex`] holds the hand-written CPU bodies. Every tensor has a leading member axis `R`, and
//! no operation mixes members.

mod activation;
mod gather;
mod linear;
mod loss;
mod random;
mod update;

#[cfg(feature = "flex")]
mod flex;

pub use activation::Activation;
pub use decay_random::At;
pub use gather::{Features, GatherOps, Statistics, gather};
pub use linear::{LinearOps, linear};
pub use loss::{LossOps, cross_entropy, squared_error};
pub use random::{RandomOps, dropout};
pub use update::{Decay, Direction, Rule, Scalars, UpdateOps, update};
