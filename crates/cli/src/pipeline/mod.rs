//! From data to a chosen, refitted and audited model, a stage per file.

mod audit;
mod axes;
mod choice;
mod context;
mod cross_validation;
mod measuring;
mod outlier_data;
mod planned;
mod refits;
mod shifted_data;
mod split_data;
mod temperature;
mod validation_metric;

pub(crate) use audit::{
    AuditResult, Audited, Auditing, DetectionOn, Detections, HeldOutAudit, InNorm, Labelled,
    Robustness, Shifted, Shifts, Subject, Surveying, audit_curves, audit_refits, audit_sweep,
    classification, folds_of, population_csv,
};
pub(crate) use choice::{Choice, choose};
pub(crate) use context::Context;
pub(crate) use cross_validation::{CrossValidation, cross_validate};
pub(crate) use measuring::Measured;
pub(crate) use outlier_data::Outliers;
pub(crate) use planned::Planned;
pub(crate) use refits::{Refits, Refitting, refit};
pub(crate) use split_data::{SplitData, truth};
pub(crate) use temperature::{validated_temperature, validated_variance};
pub(crate) use validation_metric::{Truth, ValidationMetric, predictions};
