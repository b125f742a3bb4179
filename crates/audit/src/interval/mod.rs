//! Spread and intervals: what a figure is worth.

mod bootstrap;
mod conformal;
mod draw;
mod proportion;
mod scores;
mod splitmix;
mod spread;

pub use bootstrap::{Bootstrap, Resampling, centred_interval, percentile_interval};
pub use conformal::{ResidualInterval, residual_interval};
pub use proportion::{ProportionMethod, proportion_interval, share_interval};
pub use scores::CalibrationScores;
pub use splitmix::SplitMix;
pub use spread::{Estimate, Spread, mean_interval, summarise};

pub(crate) use bootstrap::covering;
pub(crate) use draw::Draw;
pub(crate) use proportion::wilson;
pub(crate) use spread::{mean, sample_variance};
