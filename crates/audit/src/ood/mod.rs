//! Out-of-distribution detection. Scores are outlier scores: higher is more out-of-distribution.
//!
//! A score of logits alone is a function; one that is fitted is a struct with `fit` and `score`. A new
//! one is one file and one line in [`Detector`], which lists all with what they need.

mod detection;
mod detector;
mod eigen;
mod ensemble;
mod features;
mod kl_matching;
mod mahalanobis;
mod nearest_neighbours;
mod product;
mod ranking;
mod scores;
mod vim;
mod whitening;

pub use detection::{Detection, auroc_interval, detection};
pub use detector::{Detector, Evidence, FittedDetector, Fitting, Need};
pub use ensemble::Disagreement;
pub use features::{Features, LinearHead};
pub use kl_matching::KlMatching;
pub use mahalanobis::{LayeredMahalanobis, Mahalanobis, RelativeMahalanobis};
pub use nearest_neighbours::{DEFAULT_NEIGHBOURS, FeatureScale, NearestNeighbours};
pub use ranking::{DetectionFigures, auroc, figures};
pub use scores::{ODIN_TEMPERATURE, OodScore, energy, max_logit, msp, odin, predictive_entropy};
pub use vim::Vim;

pub(crate) use ranking::{Detecting, Ranking, Tie, area, aupr_out};
