//! From data to a chosen, refitted and audited model, a stage per file.

mod axes;
mod choice;
mod context;
mod cross_validation;
mod held_out;
mod measuring;
mod outlier_data;
mod planned;
mod refits;
mod split_data;
mod temperature;
mod validation_metric;

pub(crate) use choice::{Choice, choose};
pub(crate) use context::Context;
pub(crate) use cross_validation::{CrossValidation, cross_validate};
pub(crate) use held_out::{AuditedModel, HeldOutAudit, audit_members, audit_refits};
pub(crate) use measuring::Measured;
pub(crate) use outlier_data::Outliers;
pub(crate) use planned::Planned;
pub(crate) use refits::{Refits, Refitting, refit};
pub(crate) use split_data::{SplitData, truth};
pub(crate) use temperature::{validated_temperature, validated_variance};
pub(crate) use validation_metric::{Truth, ValidationMetric};
