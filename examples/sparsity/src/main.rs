//! Claim: L1 zeroes weights and selects features, L2 spreads them.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&sparsity::Sparsity)
}
