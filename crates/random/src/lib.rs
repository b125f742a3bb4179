//! Counter-based random numbers: every draw is a pure function of
//! `(seed, purpose, site, epoch, step, index)`, so it does not depend on who else draws, on threads or on devices.
//!
//! The generator is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3",
//! <https://doi.org/10.1145/2063384.2063405>).

#![forbid(unsafe_code)]

mod beta;
mod normal;
pub mod philox;
mod stream;

pub use normal::normals;
pub use philox::philox4x32;
pub use stream::{At, Purpose, Stream, join_seed, split_seed, unit};
