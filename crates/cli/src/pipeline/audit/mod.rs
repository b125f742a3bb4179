//! The audit: what models do on rows that took no part in anything.

mod detection;
mod metrics;
mod population;
mod robustness;
mod shares;
mod shifts;
mod subject;
mod unit;
mod whole;

pub(crate) use detection::{DetectionOn, Detections, Labelled};
pub(crate) use metrics::HeldOutAudit;
pub(crate) use population::{PopulationFigures, Surveying, audit_curves, population_csv};
pub(crate) use robustness::{InNorm, Robustness};
pub(crate) use shifts::{Shifted, Shifts};
pub(crate) use subject::{Audited, Subject};
pub(crate) use whole::{AuditResult, Auditing};
