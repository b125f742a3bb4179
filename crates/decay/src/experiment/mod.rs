//! From data to a chosen, refitted and audited model, a stage per file.

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
pub mod validation_metric;

pub use choice::{Choice, choose};
pub use context::Context;
pub use cross_validation::{CrossValidation, cross_validate};
pub use measuring::Measured;
pub use outlier_data::Outliers;
pub use planned::Planned;
pub use refits::{Refits, Refitting, refit};
pub use split_data::{SplitData, truth};
pub use temperature::{validated_temperature, validated_variance};
pub use validation_metric::{Truth, ValidationMetric, predictions};
