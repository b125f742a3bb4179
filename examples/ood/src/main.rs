//! Claim: decay limits what a network says far from its data, so that other data can be told apart.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&ood::Ood)
}
