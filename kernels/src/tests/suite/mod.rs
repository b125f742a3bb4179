//! What holds on every backend.

use super::Subject;

mod attention;
mod dropout;
mod gather;
mod gradients;
mod linear;
mod loss;
mod norm;
mod oracle;
mod oracle_layers;
mod oracle_optim;
mod smooth;
pub(in crate::tests) mod sparse;
mod update;
pub(in crate::tests) mod values;
