//! Claim: networks with sparse and small weights can be read.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&interpretability::Interpretability)
}
