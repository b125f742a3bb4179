//! Out-of-distribution detection. Scores are outlier scores: higher is more out-of-distribution.
//!
//! A score of logits alone is a function; one that is fitted is a struct with `fit` and `score`. A new
//! one is one file and one line in [`Detector`], which lists all with what they need.

mod aupr;
mod auroc;
mod auroc_interval;
mod detection;
mod detector;
mod ensemble;
mod features;
mod figures;
mod fpr;
mod head;
mod kl_matching;
mod layered_mahalanobis;
mod mahalanobis;
mod nearest_neighbours;
mod product;
mod ranking;
mod relative_mahalanobis;
mod scores;
mod vim;
mod whitening;

pub use aupr::{aupr_trapezoid, average_precision};
pub use auroc::auroc;
pub use auroc_interval::{auroc_interval, auroc_interval_of_members};
pub use detection::{Detection, detection, detection_of_members};
pub use detector::{Detector, Evidence, FittedDetector, Fitting, Need};
pub use ensemble::Disagreement;
pub use features::Features;
pub use figures::{DetectionFigures, figures};
pub use fpr::{OperatingPoint, fpr_at_tpr};
pub use head::LinearHead;
pub use kl_matching::KlMatching;
pub use layered_mahalanobis::LayeredMahalanobis;
pub use mahalanobis::Mahalanobis;
pub use nearest_neighbours::{DEFAULT_NEIGHBOURS, FeatureScale, NearestNeighbours};
pub use ranking::Positive;
pub use relative_mahalanobis::RelativeMahalanobis;
pub use scores::{ODIN_TEMPERATURE, OodScore, energy, max_logit, msp, odin, predictive_entropy};
pub use vim::Vim;

pub(crate) use aupr::step_area;
pub(crate) use auroc::area;
pub(crate) use figures::of_ties;
pub(crate) use fpr::crossing;
pub(crate) use ranking::{Ranking, Suspects, Tie};
