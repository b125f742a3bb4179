//! Whether confidences mean what they say: reliability bins, calibration errors, slopes, temperature.

mod bins;
mod cells;
mod consistency;
mod cosine;
mod on_average;
mod sharpness;
mod shrunk;
mod slope;
mod smooth;
mod temperature;

pub use bins::{
    BinEdge, CalibrationError, DEFAULT_BINS, EqualWidth, ReliabilityBin, calibration_error,
    debiased_calibration_error, equal_mass_bins, equal_width_bins, reliability_diagram,
};
pub use shrunk::{shrunk_temperature, shrunk_temperature_until};
pub use smooth::smooth_calibration_error;
pub use temperature::{
    CrossFitted, LARGEST_TEMPERATURE, SMALLEST_TEMPERATURE, Temperature, TemperatureBound,
    cross_fitted_temperature, optimal_temperature,
};

pub(crate) use bins::{debiased_of_cells, predictions_fit};
pub(crate) use cells::{
    BrierParts, Cell, MassCells, WidthCells, array_split, by_confidence, most_monotone_bins,
};
pub(crate) use consistency::BinnedAnswers;
pub(crate) use on_average::Promised;
pub(crate) use sharpness::SharpnessLoss;
pub(crate) use slope::{CalibrationSlope, logistic_loss, slope_of};
pub(crate) use smooth::SmoothGaps;
