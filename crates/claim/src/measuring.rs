//! What populations are measured by, for any claim.

pub mod calibration;
