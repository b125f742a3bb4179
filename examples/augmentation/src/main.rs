//! Claim: stronger augmentation lowers the variance, so that the best decay rate falls.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&augmentation::Augmentation)
}
