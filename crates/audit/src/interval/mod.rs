//! Spread and intervals: what a figure is worth.

mod bootstrap;
mod estimate;
mod proportion;
mod quantile;
mod splitmix;
mod spread;

pub use bootstrap::{
    Bootstrap, basic_interval, bca_interval, bootstrap, centred_interval, percentile_interval,
};
pub use estimate::Estimate;
pub use proportion::{ProportionMethod, proportion_interval, share_interval};
pub use quantile::quantile;
pub use splitmix::SplitMix;
pub use spread::{Spread, mean_interval, summarise};

pub(crate) use bootstrap::covering;
pub(crate) use proportion::wilson;
pub(crate) use quantile::ascending;
pub(crate) use spread::{mean, sample_variance};
