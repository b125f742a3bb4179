//! Claim: decay enlarges the margin, and with it the distance to the nearest adversarial example.

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&robustness::Robustness)
}
