//! Prediction sets and intervals that hold the truth as often as promised, whatever the model.

mod halves;
mod intervals;
mod scores;
mod sets;
mod threshold;

pub use halves::{Halves, SetFigures, conformal_by_halves};
pub use intervals::{IntervalFigures, intervals_by_halves, split_conformal_half_width};
pub use scores::SetScore;
pub use sets::{SetSummary, prediction_sets, split_conformal, summarise_sets};
pub use threshold::conformal_threshold;

pub(crate) use halves::sets_by_halves;
pub(crate) use threshold::conformal_rank;
