//! How often training waits for its device. Alone in its file: the counter is one for the process.

use std::sync::atomic::AtomicBool;

use decay_data::{Embedded, Scaling};
use decay_model::{MlpConfig, ModelConfig};
use decay_train::{
    Device, FoldRows, Job, Plan, Problem, Resources, TrainConfig, host_reads, train,
};

/// Reads of a run of one chunk with one fold.
fn reads(batch: usize, epochs: u32, validation: usize) -> u64 {
    let data = Embedded::Digits.load().expect("the embedded digits");
    let fold = FoldRows {
        train: (0..300).collect(),
        validation: (300..300 + validation).collect(),
    };
    let problem = Problem::new(&data, vec![fold], Scaling::Auto, &[Device::default()]);
    let network = ModelConfig::Mlp(MlpConfig::default()).init(64, 10);
    let config = TrainConfig {
        batch,
        epochs,
        ..TrainConfig::default()
    };
    let plan = Plan::grid(&config, &[0.1, 1.0], 1, 2, 0).expect("a plan");
    let before = host_reads();
    let trained = train(&Job {
        network: &network.expect("a network"),
        problem: &problem.expect("a problem"),
        members: &plan.members,
        config: &config,
        resources: &Resources {
            threads: 1,
            memory: 1 << 30,
            chunk: Some(4),
        },
        checkpoints: None,
        resume: false,
        train_losses: false,
        cancel: &AtomicBool::new(false),
        observe: &|_| {},
    });
    assert_eq!(trained.expect("training").outcomes.len(), 4);
    host_reads() - before
}

#[test]
fn an_epoch_reads_its_losses_once_and_its_validation_once() {
    let few = reads(100, 2, 64);
    assert_eq!(reads(10, 2, 64), few, "reads depend on the steps");
    assert_eq!(reads(100, 2, 1400), few, "reads depend on the rows");
    assert_eq!(reads(100, 7, 64), few + 5 * 2, "reads of an epoch");
}
