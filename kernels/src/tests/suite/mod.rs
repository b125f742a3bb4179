//! What holds on every backend.

use super::Subject;

mod dropout;
mod gather;
mod gradients;
mod linear;
mod loss;
mod oracle;
mod oracle_layers;
mod oracle_optim;
mod update;
pub(super) mod values;
