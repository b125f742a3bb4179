//! Claim: decay shrinks the weights.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&shrinkage::Shrinkage)
}
