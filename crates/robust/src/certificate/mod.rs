//! Certificates: radii within which no perturbation changes a member's answer.
//!
//! Everything is computed on the host in double precision, for one member at a time, and moved to the safe side by what rounding may do;
//! a radius is a statement about the network in exact arithmetic. [`certify`] runs a list of them over a population. Randomised
//! smoothing certifies another classifier, the smoothed one, from samples of the network on its device: [`Smoothing`].

mod backward;
mod ball;
mod chain;
mod crown;
mod error;
mod hyperplanes;
mod interval;
mod linear;
mod lipschitz;
mod method;
mod operator;
mod population;
mod product;
mod rounding;
mod samples;
mod search;
mod smoothing;
mod spectral;
mod subject;
mod weighted;

pub use crate::Norm;
pub use error::CertificateError;
pub use hyperplanes::{Hyperplanes, Margins};
pub use linear::{plane_distance, plane_distance_in_box, steepest_step, worst_case_logistic_loss};
pub use lipschitz::{lipschitz_bound, operator_norm};
pub use method::{Certificate, NotApplicable};
pub use operator::Operator;
pub use population::{Certified, certified_accuracy, certify};
pub use samples::{Samples, Threat};
pub use smoothing::{Prediction, Smoothed, Smoothing, certified_radius, predicted};
pub use spectral::{power_iteration, spectral_norm_bound};
pub use subject::Subject;
