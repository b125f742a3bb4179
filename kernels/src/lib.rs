//! Fused tensor operations over a population of models; the only place that names backends.
//!
//! Each operation is one file with its formula and its backward pass. [`reference`](mod@reference) holds its body in Burn's own
//! operations, which serves every backend at once; `flex` holds the hand-written CPU bodies. Every tensor has a
//! leading member axis `R`, and no operation mixes members.

mod activation;
mod device;
mod gather;
mod linear;
mod loss;
mod random;
mod update;

pub mod reference;

#[cfg(feature = "flex")]
mod flex;
#[cfg(test)]
mod tests;

pub use activation::Activation;
pub use decay_random::At;
pub use device::{BACKENDS, Backend, DeviceError, device};
pub use gather::{Features, GatherOps, Statistics, gather};
pub use linear::{LinearOps, linear};
pub use loss::{LossOps, cross_entropy, squared_error};
pub use random::{RandomOps, dropout};
pub use update::{Decay, Direction, Rule, Scalars, UpdateOps, update};
