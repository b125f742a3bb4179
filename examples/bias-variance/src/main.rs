//! Claim: decay trades variance for bias, so that validation loss is U-shaped in the rate.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&bias_variance::BiasVariance)
}
