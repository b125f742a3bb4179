//! Claim: decay keeps a policy soft and so explores.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&exploration::Exploration)
}
