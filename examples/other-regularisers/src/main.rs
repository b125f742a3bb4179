//! Claim: early stopping and noise are decay by other means; at an equal budget decay wins, and it adds to each of the others.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&other_regularisers::OtherRegularisers)
}
