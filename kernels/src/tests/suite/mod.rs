//! What holds on every backend.

use super::Subject;

mod attention;
mod augment;
mod blend;
mod clip;
mod conv;
mod conv_pool;
mod depthwise;
mod dropout;
mod embed;
mod encode;
mod gather;
mod gradients;
mod linear;
mod loss;
pub(in crate::tests) mod matrix;
mod mixup;
mod norm;
mod oracle;
mod oracle_images;
mod oracle_layers;
mod oracle_optim;
mod perturb;
mod pool;
mod smooth;
mod sparse;
mod transform;
mod update;
mod value_loss;
pub(in crate::tests) mod values;
mod window;
