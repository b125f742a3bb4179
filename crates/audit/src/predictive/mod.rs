//! Predictive distributions of a regression: are they as wide as its errors?
//!
//! A prediction with one noise variance for all rows stands for a Gaussian.

mod coverage;
mod crps;
mod pit;

pub use coverage::gaussian_coverage;
pub use crps::{gaussian_crps, gaussian_crps_per_row};
pub use pit::{UniformityTest, pit_values, uniformity_test};

pub(crate) use pit::distance_from_uniform;
