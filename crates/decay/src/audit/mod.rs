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

pub use detection::{DetectionOn, Detections, Labelled};
pub use metrics::{HeldOutAudit, classification};
pub use population::{Surveying, audit_curves, folds_of, population_csv};
pub use refitted::{audit_refits, audit_sweep};
pub use robustness::{InNorm, Robustness};
pub use shifts::{Shifted, Shifts};
pub use subject::{Audited, Subject};
pub use whole::{AuditResult, Auditing};
