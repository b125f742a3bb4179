//! The audit: what models do on rows that took no part in anything.

mod certificates;
mod detection;
mod logits;
mod metrics;
mod population;
mod report;
mod robustness;
mod run;
mod shares;
mod shifts;
mod target;
mod unit;
mod whole;

pub use certificates::Certified;
pub use detection::{DetectionOn, Detections};
pub(crate) use logits::LogitsOnLabels;
pub use logits::audit_logits;
pub use metrics::HeldOutAudit;
pub(crate) use population::{Surveying, audit_curves, folds_of, population_csv};
pub use report::Audit;
pub use robustness::{InNorm, Robustness};
pub use run::{RunAudit, audit_settings};
pub(crate) use run::{audit_held_out, audit_sweep};
pub use shifts::{Shifted, Shifts};
pub(crate) use target::TargetModels;
pub use unit::RadiusUnit;
pub use whole::AuditResult;
