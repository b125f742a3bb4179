//! All metrics of a set of refits at once, each with a bootstrap interval.
//!
//! A panel computes a few metrics of one member from *how often each row counts*. With every row
//! counting once it gives the figure itself, with the counts of a resample a replicate. Everything
//! that does not depend on the counts (row contributions, bins, sort orders) is prepared once.

mod classification;
mod config;
mod detection;
mod direct;
mod draw;
mod equal_mass;
mod equal_width;
mod panel;
mod population;
mod record;
mod regression;
mod row_means;
mod selective;
mod smooth;
mod softmax;
mod transforms;

pub use classification::{MemberLogits, audit_classification};
pub use config::AuditConfig;
pub use population::{Figures, PopulationMember, audit_population};
pub use record::Audit;
pub use regression::{MemberPredictions, audit_regression};

pub(crate) use classification::calibration_panels;
pub(crate) use detection::Detection as DetectionPanel;
pub(crate) use draw::Draw;
pub(crate) use panel::{Interval, Metric, Panels, evaluate, measure};
pub(crate) use regression::{Errors, members_fit as regressions_fit};
pub(crate) use softmax::Judged;
