//! The workloads that other trainers are timed on, trained by this one.
//!
//! ```text
//! cargo bench --workspace --bench peers -- sweep-digits [--repeat 3] [--seed 0] [--threads 2] [--chunk 8]
//! ```
//!
//! Prints one JSON line per workload: median wall seconds without loading and compiling, and what quality was reached. The work
//! is that of the peers: their folds, batches without the last partial one, their starting distribution, one
//! validation after the last epoch.

#![forbid(unsafe_code)]

mod fit;
mod graph;
mod images;
mod sweep;
mod update_step;
mod workload;

use decay_train::{Device, Resources};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the command line says.
struct Options {
    repeat: usize,
    seed: u64,
    resources: Resources,
}

fn main() {
    let mut workloads = Vec::new();
    let mut options = Options {
        repeat: 3,
        seed: 0,
        resources: Resources::detect(&[Device::default()], None, None),
    };
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let value = arguments.next().and_then(|value| value.parse().ok());
            value.unwrap_or_else(|| panic!("{argument} needs a whole number"))
        };
        match argument.as_str() {
            "--repeat" => options.repeat = number(),
            "--seed" => options.seed = number() as u64,
            "--threads" => options.resources.threads = number(),
            "--chunk" => options.resources.chunk = Some(number()),
            name => workloads.push(name.to_owned()),
        }
    }
    if workloads.is_empty() {
        workloads.push("sweep-digits".into());
    }
    for name in workloads {
        match name.as_str() {
            "sweep-digits" => sweep::run(&name, &sweep::digits(), &options),
            "sweep-fmnist-mlp" => sweep::run(&name, &sweep::fmnist_mlp(), &options),
            "sweep-fmnist-cnn" => sweep::run(&name, &sweep::fmnist_cnn(), &options),
            "fit-fmnist-mlp" => fit::run(&name, fit::fmnist_mlp(), &options),
            "fit-fmnist-cnn" => fit::run(&name, fit::fmnist_cnn(), &options),
            "gcn-cora" => graph::run(&name, &options),
            "adamw-step" => update_step::adamw(&options),
            "update-rules" => update_step::every_rule(&options),
            _ => panic!(
                "workloads: sweep-digits, sweep-fmnist-mlp, sweep-fmnist-cnn, fit-fmnist-mlp, fit-fmnist-cnn, \
                 gcn-cora, adamw-step, update-rules; got '{name}'"
            ),
        }
    }
}
