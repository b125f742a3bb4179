//! What a workload consists of.

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use decay_data::{Dataset, Scaling};
use decay_model::{CnnConfig, Init, MlpConfig, ModelConfig, Network};
use decay_train::{FoldRows, Job, Plan, Problem, TrainConfig, Trained};

use crate::Options;

/// Data, network and grid.
pub(crate) struct Workload {
    pub(crate) data: Dataset,
    pub(crate) folds: Vec<FoldRows>,
    pub(crate) scaling: Scaling,
    pub(crate) network: Network,
    pub(crate) config: TrainConfig,
    pub(crate) rates: Vec<f64>,
    pub(crate) seeds: usize,
}

/// A perceptron that starts as torch's does.
pub(crate) fn mlp(hidden: &[usize], data: &Dataset) -> Network {
    let config = MlpConfig {
        hidden: hidden.to_vec(),
        init: Init::Torch,
        ..MlpConfig::default()
    };
    let network = ModelConfig::Mlp(config).init(data.features(), 10);
    network.expect("a valid network")
}

/// A convolutional network that starts as torch's does.
pub(crate) fn cnn(stages: &[&str], data: &Dataset) -> Network {
    let stages = stages.iter().map(|text| text.parse().expect("a stage"));
    let config = CnnConfig {
        stages: stages.collect(),
        init: Init::Torch,
        ..CnnConfig::default()
    };
    let network = ModelConfig::Cnn(config).init(data.shape.as_slice(), 10);
    network.expect("a valid network")
}

/// The settings that all workloads share.
pub(crate) fn config(epochs: u32, batch: usize) -> TrainConfig {
    TrainConfig {
        epochs,
        batch,
        drop_last: true,
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}

/// Rates in even steps of their logarithm.
pub(crate) fn log_spaced(low: f64, high: f64, count: usize) -> Vec<f64> {
    let step = (high / low).ln() / (count - 1) as f64;
    (0..count).map(|i| low * (step * i as f64).exp()).collect()
}

/// The job of a workload.
pub(crate) fn job<'a>(
    workload: &'a Workload,
    problem: &'a Problem,
    plan: &'a Plan,
    options: &'a Options,
    cancel: &'a AtomicBool,
) -> Job<'a> {
    Job {
        network: &workload.network,
        problem,
        members: &plan.members,
        config: &workload.config,
        resources: &options.resources,
        checkpoints: None,
        resume: false,
        train_losses: false,
        cancel,
        observe: &|_| {},
    }
}

/// Seconds of every repeat in ascending order, after one that warms up.
pub(crate) fn repeat(options: &Options, run: impl Fn() -> Trained) -> (Vec<f64>, Trained) {
    run();
    let mut seconds = Vec::new();
    let mut last = None;
    for _ in 0..options.repeat.max(1) {
        let start = Instant::now();
        last = Some(run());
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    (seconds, last.expect("at least one run"))
}
