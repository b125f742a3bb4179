//! Adversarial attacks on populations of networks, and certificates that bound them.
//!
//! An attack shows that a network is at most so robust, a certificate that it is at least so robust. Both take trained members as they
//! are, each behind its own scaling of the inputs ([`InputScale`]), and measure perturbations in the unit of those inputs.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod attack;
pub mod certificate;
mod error;
mod norm;
mod odin;
mod population;
mod responses;
mod saliency;
mod target;

pub use certificate::smoothed_radii;
pub use error::RobustError;
pub use norm::Norm;
pub use odin::perturbed_logits;
pub use responses::own_logits;
pub use saliency::{Saliency, chosen_slopes, slope_energy};
pub use target::{InputScale, TargetPopulation};
