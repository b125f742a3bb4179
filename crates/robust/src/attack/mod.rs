//! Adversarial attacks on whole populations.
//!
//! Every attack sees pairs of a member and a row. What the networks compute for them is one tensor program with a member axis; what the
//! attack does with a row (steps, projections, step sizes, line searches) happens on the host, in order of the row alone. Rows that are
//! broken leave the list, so that the work shrinks as an attack succeeds.

mod apgd;
mod ball;
mod canvas;
mod cases;
mod ensemble;
mod fab;
mod masking;
mod method;
mod noise;
mod objective;
mod pgd;
mod probe;
mod rotation;
mod square;
pub(crate) mod threat;
mod trial;
mod under_noise;
mod workers;

pub use apgd::Apgd;
pub use ball::project;
pub use ensemble::Ensemble;
pub use fab::Fab;
pub use masking::{MaskingCheck, MaskingReport, MaskingSettings, MaskingSign};
pub use method::Attack;
pub use noise::Noise;
pub use objective::Objective;
pub use pgd::Pgd;
pub use rotation::Rotation;
pub use square::Square;
pub use threat::Threat;
pub use trial::{MemberOutcome, RobustCurve, Trial};
pub use under_noise::UnderNoise;

pub use crate::Norm;
pub use crate::population::{Population, Rows};
