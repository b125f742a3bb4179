//! Claim: in graph networks decay acts on parameters, the Laplacian on embeddings, and together they generalise better.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    decay_claim::run(&graph::Graphs)
}
