//! Claim: dropout on a linear model is an extra L2 penalty, weighted by the data, and plain decay for isotropic inputs.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&dropout::Dropout)
}
