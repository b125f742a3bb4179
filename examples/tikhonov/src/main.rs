//! Claim: for linear models decay is Tikhonov regularisation, exactly; λ follows from noise and prior.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&tikhonov::Tikhonov)
}
