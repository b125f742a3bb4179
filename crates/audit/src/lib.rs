//! Calibration and out-of-distribution metrics: arrays in, numbers out.
//!
//! Everything is computed on the host in `f64`. Logits come as [`Logits`] (`[rows, classes]`,
//! row-major), labels as `&[usize]`. A NaN or an infinity in an input is an [`AuditError`], never a
//! silent number; only a logit may be `-inf`, a class of probability 0. Out-of-distribution scores follow one sign: *higher is more out-of-distribution*.
//!
//! Two entry points measure everything at once, with bootstrap intervals: [`audit_classification`]
//! and [`audit_regression`]. A new metric is one file with its formula and one line in the panel of
//! `audit/` that reports it.

mod accuracy;
mod audit;
mod bias_variance;
mod brier;
pub mod calibration;
pub mod compare;
pub mod conformal;
pub mod distribution;
mod entropy;
mod error;
mod exponential;
mod finite;
pub mod interval;
mod labels;
mod logit_scale;
mod newton;
mod nll;
mod one_standard_error;
pub mod ood;
pub mod predictive;
mod probabilities;
pub mod recalibration;
mod regression;
mod selective;
pub mod significance;
pub mod trend;
mod u_shape;
pub mod verdict;

pub use accuracy::accuracy;
pub use audit::{
    Audit, AuditConfig, Figures, MemberLogits, MemberPredictions, PopulationMember,
    audit_classification, audit_population, audit_regression,
};
pub use bias_variance::{BiasVariance, bias_variance};
pub use brier::{brier, brier_per_row};
pub use entropy::{entropy, entropy_per_row};
pub use error::{AuditError, Result};
pub use interval::{Estimate, Spread, summarise};
pub use logit_scale::logit_scale;
pub use nll::{nll, nll_per_row};
pub use one_standard_error::{OneStandardError, one_standard_error_rule};
pub use probabilities::Logits;
pub use regression::{gaussian_nll, mae, mse, r2, rmse};
pub use selective::{RiskCoverage, SelectiveRisk};
pub use u_shape::{CurveShape, CurveVerdict, EndComparison, ValidationCurve, u_shape_test};
