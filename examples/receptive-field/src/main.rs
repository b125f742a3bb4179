//! Claim: where the centre of an image carries the information, decay concentrates a kernel there.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&receptive_field::ReceptiveField)
}
