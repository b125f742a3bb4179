//! Claim: label smoothing regularises the outputs, decay the parameters, and the two complement each other.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&label_smoothing::LabelSmoothing)
}
