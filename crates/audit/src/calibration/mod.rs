//! Whether confidences mean what they say: reliability bins, calibration errors, slopes, temperature.

mod brier_decomposition;
mod calibration_error;
mod classwise;
mod cosine;
mod cross_fitted;
mod debiased;
mod logistic;
mod reliability;
mod sharpness;
mod slope;
mod smooth;
mod temperature;

pub use brier_decomposition::{
    BrierDecomposition, brier_decomposition, brier_decomposition_by_forecast,
};
pub use calibration_error::CalibrationError;
pub use classwise::classwise_calibration_error;
pub use cross_fitted::{CrossFitted, cross_fitted_temperature};
pub use debiased::{debiased_calibration_error, sweep_bins};
pub use reliability::{BinEdge, ReliabilityBin, equal_mass_bins, equal_width_bins};
pub use slope::{CalibrationSlope, MultinomialSlope, calibration_slope, multinomial_slope};
pub use smooth::{smooth_calibration_error, smooth_calibration_error_at};
pub use temperature::{
    LARGEST_TEMPERATURE, SMALLEST_TEMPERATURE, Temperature, TemperatureBound, optimal_temperature,
};

pub(crate) use debiased::{debiased_root, most_monotone_bins};
pub(crate) use logistic::logistic_loss;
pub(crate) use reliability::{EqualWidth, array_split, by_confidence, with_effective_count};
pub(crate) use sharpness::SharpnessLoss;
pub(crate) use slope::slope_of;
pub(crate) use smooth::{INTERVALS, MeshGaps, Smoother};
