//! Hand-written CPU bodies for Burn's `flex` backend.
//!
//! Work is spread over the current rayon pool by whole members, and inside a product only when there are fewer
//! members than threads. In a pool of one thread nothing is spread, which is how a trainer that gives
//! every thread its own chunk of the population runs these kernels.

mod activation;
mod attention;
mod attention_gradient;
mod augment;
mod average_pool;
mod conv;
mod conv_gradient;
mod conv_pool;
mod depthwise;
mod entries;
mod exponential;
mod gather;
mod input_gradient;
mod linear;
mod loss;
mod max_pool;
mod mixup;
mod norm;
mod packed;
mod padding;
#[cfg(target_arch = "x86_64")]
mod panels;
mod partial;
mod perturb;
mod pool;
pub(crate) mod product;
mod random;
mod share;
mod smooth;
mod sparse;
mod storage;
mod tile;
mod update;
mod update_element;
mod upstream;
mod vector;
pub(crate) mod weighted_rows;
mod windowed;
