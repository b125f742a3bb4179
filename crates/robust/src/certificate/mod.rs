//! Certificates: radii within which no perturbation changes a member's answer.
//!
//! Everything is computed on the host in double precision, for one member at a time, and moved to the safe side by what rounding may do;
//! a radius is a statement about the network in exact arithmetic. Randomised smoothing certifies another classifier, the smoothed one, from
//! samples of the network on its device: [`Smoothing`].

mod backward;
mod ball;
mod crown;
mod error;
mod hyperplanes;
mod interval;
mod linear;
mod lipschitz;
mod method;
mod operator;
mod radii;
mod rounding;
mod rows;
mod search;
mod smoothing;
mod spectral;
mod target;

pub use crate::Norm;
pub use error::CertificateError;
pub use hyperplanes::{Hyperplanes, Margins};
pub use linear::{plane_distance, plane_distance_in_box};
pub use lipschitz::{lipschitz_bound, operator_norm};
pub use method::{Certificate, NotApplicable};
pub use operator::Operator;
pub use rows::{LabelledRows, Perturbations};
pub use smoothing::{Prediction, Smoothed, Smoothing, certified_radius, predicted, smoothed_radii};
pub use spectral::{power_iteration, spectral_norm_bound};
pub use target::TargetModel;
