//! Claim: the first programs of an introductory text, a regression and an MLP with an L2 penalty, done right and as printed.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&first_steps::FirstSteps)
}
