//! Claim: decay on the weights of a portfolio is risk aversion.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&portfolio::Portfolio)
}
