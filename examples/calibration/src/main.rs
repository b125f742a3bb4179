//! Claim: decay cures over-confidence as a temperature does, and the rate best for calibration is the larger one.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&calibration::Calibration)
}
