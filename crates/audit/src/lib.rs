//! Calibration and out-of-distribution metrics: arrays in, numbers out.
//!
//! Everything is computed on the host in `f64`. Logits come as [`Logits`] (`[rows, classes]`,
//! row-major), labels as `&[usize]`. A NaN or an infinity in an input is an [`AuditError`], never a
//! silent number; only a logit may be `-inf`, a class of probability 0. Out-of-distribution scores follow one sign: *higher is more out-of-distribution*.
//!
//! Two entry points measure everything at once, with intervals: [`audit_classification`] and
//! [`audit_regression`]. What they measure is the table [`Metric::ALL`]: a new metric is its function and a row there.

#![forbid(unsafe_code)]

mod audit;
mod bias_variance;
mod bisection;
pub mod by_class;
pub mod calibration;
mod check;
pub mod compare;
pub mod conformal;
mod direction;
pub mod distribution;
mod error;
mod exponential;
mod importance;
pub mod interval;
pub mod learning_curve;
mod logits;
mod metric;
mod nested;
mod newton;
mod one_standard_error;
pub mod ood;
pub mod predictive;
mod probabilities;
pub mod recalibration;
mod selective;
pub mod significance;
mod stop;
pub mod subgroups;
pub mod trend;
mod u_shape;
pub mod verdict;

pub use audit::{
    AuditConfig, Figures, MemberFigures, MemberLogits, MemberPredictions, PopulationMember,
    TargetPredictions, WeightedAudit, audit_classification, audit_labels, audit_population,
    audit_regression, audit_targets, mean_values,
};
pub use bias_variance::{BiasVariance, bias_variance};
pub use direction::{Better, Direction, Unit};
pub use error::{AuditError, Result};
pub use importance::importance;
pub use interval::{Estimate, Spread, summarise};
pub use logits::Logits;
pub use metric::{Chance, FromLosses, Metric, MetricTask, Shown, label_logits, mse};
pub use nested::{NestedChoice, nested_choice};
pub use one_standard_error::{OneStandardError, one_standard_error_rule, paired_rule};
pub use predictive::{Predictive, mixture_variances};
pub use probabilities::{accuracy, brier, logit_scale, nll};
pub use selective::{RiskCoverage, SelectiveRisk};
pub use u_shape::{CurveShape, CurveVerdict, EndComparison, ValidationCurve, u_shape_test};
