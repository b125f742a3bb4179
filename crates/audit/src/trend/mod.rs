//! What happens to a figure as the decay rate rises, over replicates that see every rate.
//!
//! A figure comes as `values[rate][replicate]`. Replicate `i` has the same split, starting weights and
//! batches at every rate, so everything is paired over replicates, and replicates are the samples. With
//! as few as five of them each interval is one that was checked at that size.

mod curve;
mod monotone;
mod optimum_shift;
mod paired_differences;
mod parabola;
mod support;
mod u_trend;

pub use curve::Figure;
pub use monotone::{Monotone, expanded_percentile_interval, monotone_trend};
pub use optimum_shift::{OptimumShift, optimum_shift};
pub use paired_differences::{Contrast, PairedDifference, paired_differences};
pub use parabola::Parabola;
pub use support::{Side, Support, support};
pub use u_trend::{TrendShape, UTrend, u_trend};
