//! What holds on every backend.

use super::Subject;

mod attention;
mod dropout;
mod gather;
mod gradients;
mod linear;
mod loss;
pub(in crate::tests) mod matrix;
mod norm;
mod oracle;
mod oracle_layers;
mod oracle_optim;
mod smooth;
mod sparse;
mod update;
pub(in crate::tests) mod values;
