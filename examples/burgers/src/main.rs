//! Claim: decay on coefficients in a Fourier basis controls the smoothness of a surrogate of a differential equation.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&burgers::Burgers)
}
