//! The audit: what models do on rows that took no part in anything.

mod auditor;
mod certificates;
pub mod details;
mod detection;
mod held_out;
mod logits;
mod measurements;
mod origin;
mod population;
mod records;
mod report;
mod robustness;
mod run;
mod shares;
mod shifts;
mod unit;

pub(crate) use auditor::Auditor;
pub use certificates::{Certified, Certifier};
pub use decay_audit::Estimate;
pub use detection::{DetectionOn, Detections};
pub use held_out::HeldOutFigures;
pub(crate) use held_out::reliability;
pub(crate) use logits::LogitsOnLabels;
pub use logits::{Foreign, audit_logits};
pub use measurements::Measurements;
pub use origin::Origin;
pub(crate) use population::{PopulationFigures, audit_curves, folds_of, population_csv};
pub(crate) use records::{note, rows, sections, terminal_rows};
pub use report::Audit;
pub use robustness::{InNorm, Robustness};
pub use run::{RunAudit, audit_settings};
pub use shifts::{Shifted, Shifts};
pub use unit::RadiusUnit;
