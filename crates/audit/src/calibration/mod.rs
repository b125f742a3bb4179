//! Whether confidences mean what they say: reliability bins, calibration errors, temperature.

mod calibration_error;
mod classwise;
mod reliability;
mod temperature;

pub use calibration_error::CalibrationError;
pub use classwise::classwise_calibration_error;
pub use reliability::{BinEdge, ReliabilityBin, equal_mass_bins, equal_width_bins};
pub use temperature::{
    LARGEST_TEMPERATURE, SMALLEST_TEMPERATURE, Temperature, TemperatureBound, optimal_temperature,
};

pub(crate) use reliability::{EqualWidth, array_split, by_confidence, with_effective_count};
