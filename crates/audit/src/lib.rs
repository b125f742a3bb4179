//! Calibration and out-of-distribution metrics: arrays in, numbers out.
