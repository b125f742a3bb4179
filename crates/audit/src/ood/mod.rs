//! Out-of-distribution detection. Scores are outlier scores: higher is more out-of-distribution.

mod aupr;
mod auroc;
mod figures;
mod fpr;
mod ranking;
mod scores;

pub use aupr::{aupr_trapezoid, average_precision};
pub use auroc::auroc;
pub use figures::{DetectionFigures, figures};
pub use fpr::{OperatingPoint, fpr_at_tpr};
pub use ranking::Positive;
pub use scores::{OodScore, energy, max_logit, msp, predictive_entropy};

pub(crate) use aupr::step_area;
pub(crate) use auroc::area;
pub(crate) use figures::of_ties;
pub(crate) use fpr::crossing;
pub(crate) use ranking::{Ranking, Suspects, Tie};
