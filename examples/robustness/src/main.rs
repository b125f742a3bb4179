//! Claim: decay enlarges the margin, and with it the distance to the nearest adversarial example.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&robustness::Robustness)
}
