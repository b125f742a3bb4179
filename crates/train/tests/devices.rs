//! What a GPU must have in common with the CPU: the same run from the same seed, and few launches for it.
//!
//! The device is Burn's default, which `BURN_DEVICE` names; where that is a CPU there is nothing to compare, and the tests say so.
#![cfg(all(feature = "flex", feature = "cube"))]

use std::sync::atomic::AtomicBool;

use decay_data::{Dataset, Embedded, Scaling};
use decay_kernels::Launches;
use decay_model::{MlpConfig, ModelConfig, Network, Nonlinearity, Norm};
use decay_train::{
    Device, FoldRows, Job, Member, Plan, Problem, Resources, Schedule, TrainConfig, Trained, train,
};

/// The device under test, if it is not the CPU.
fn gpu() -> Option<Device> {
    let device = Device::default();
    let name = format!("{device:?}");
    if name.contains("Flex") {
        eprintln!("skipped: BURN_DEVICE names no GPU");
        return None;
    }
    Some(device)
}

/// Two folds of `rows` digits each way.
fn folds(rows: usize) -> Vec<FoldRows> {
    let fold = |f: usize| {
        let (validation, train) = (0..rows + rows / 4).partition(|row| row % 5 == f);
        FoldRows { train, validation }
    };
    vec![fold(0), fold(1)]
}

fn network(norm: Norm, activation: Nonlinearity) -> Network {
    let config = MlpConfig {
        hidden: vec![19, 12],
        norm,
        activation,
        ..MlpConfig::default()
    };
    ModelConfig::Mlp(config).init(64, 10).expect("a network")
}

fn run(
    data: &Dataset,
    rows: usize,
    network: &Network,
    config: &TrainConfig,
    members: &[Member],
    device: &Device,
) -> Trained {
    static NEVER: AtomicBool = AtomicBool::new(false);
    let problem = Problem::new(data, folds(rows), Scaling::Auto, device);
    let resources = Resources {
        threads: 2,
        memory: 1 << 30,
        chunk: Some(members.len()),
    };
    let job = Job {
        network,
        problem: &problem,
        members,
        config,
        resources: &resources,
        checkpoints: None,
        resume: false,
        train_losses: false,
        cancel: &NEVER,
        observe: &|_| {},
    };
    train(&job).expect("training")
}

#[test]
fn probe() {
    let Some(gpu) = gpu() else { return };
    let data = Embedded::Digits.load().expect("the embedded digits");
    let config = TrainConfig {
        epochs: 8,
        batch: 64,
        dropout: 0.2,
        ..TrainConfig::default()
    };
    let network = network(Norm::None, Nonlinearity::Relu);
    let plan = Plan::grid(&config, &[1e-3, 1.0], 2, 2, 3).expect("a plan");
    for epochs in [1, 1, 2, 8] {
        let config = TrainConfig { epochs, ..config.clone() };
        let started = std::time::Instant::now();
        let launches = Launches::watch();
        run(&data, 240, &network, &config, &plan.members, &gpu);
        eprintln!("{epochs} epochs: {:?}, {} launches", started.elapsed(), launches.total());
        if epochs >= 2 {
            eprintln!("{:#?}", launches.by_kernel());
        }
    }
}
