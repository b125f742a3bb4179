//! Claim: decay shrinks the weights.

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&shrinkage::Shrinkage)
}
