//! Claim: statistics shared between folds make cross-validation too hopeful, and it picks a worse decay rate.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&cross_validation::CrossValidation)
}
