//! Claim: the decay term aligns the gradients of tasks.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&multi_task::MultiTask)
}
