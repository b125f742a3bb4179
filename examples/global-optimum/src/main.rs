//! Claim: training has the problem of local optima, and decay changes the landscape.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&global_optimum::GlobalOptimum)
}
