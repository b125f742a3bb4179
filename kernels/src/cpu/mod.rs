//! Hand-written CPU bodies for Burn's `flex` backend.
//!
//! Work is spread over the current rayon pool by whole members, and inside a product only when there are fewer
//! members than threads. In a pool of one thread nothing is spread, which is how a trainer that gives
//! every thread its own chunk of the population runs these kernels.

pub(crate) mod draws;
pub(crate) mod exponential;
#[cfg(target_arch = "x86_64")]
mod panels;
pub(crate) mod product;
pub(crate) mod share;
pub(crate) mod storage;
pub(crate) mod tile;
pub(crate) mod turns;
pub(crate) mod vector;
