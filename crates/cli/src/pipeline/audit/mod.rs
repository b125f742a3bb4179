//! The audit: what models do on rows that took no part in anything.

mod certificates;
mod detection;
mod metrics;
mod population;
mod refitted;
mod robustness;
mod shares;
mod shifts;
mod subject;
mod unit;
mod whole;

pub(crate) use detection::{DetectionOn, Detections, Labelled};
pub(crate) use metrics::{HeldOutAudit, classification};
pub(crate) use population::{Surveying, audit_curves, folds_of, population_csv};
pub(crate) use refitted::{audit_refits, audit_sweep};
pub(crate) use robustness::{InNorm, Robustness};
pub(crate) use shifts::{Shifted, Shifts};
pub(crate) use subject::{Audited, Subject};
pub(crate) use whole::{AuditResult, Auditing};
