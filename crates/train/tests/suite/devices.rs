//! A population on several devices, and a device that fails in the middle.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use decay_data::{Embedded, Scaling};
use decay_model::{MlpConfig, ModelConfig, Network, Norm};
use decay_train::{
    Device, Event, FoldRows, Job, Member, Plan, Problem, Resources, TrainConfig, TrainError,
    Trained, train,
};

static NEVER: AtomicBool = AtomicBool::new(false);

fn problem(devices: &[Device]) -> Result<Problem, TrainError> {
    let data = Embedded::Digits.load().expect("the embedded digits");
    let folds = (0..5).map(|fold| {
        let (validation, train) = (0..300).partition(|row| row % 5 == fold);
        FoldRows { train, validation }
    });
    Problem::new(&data, folds.collect(), Scaling::Auto, devices)
}

fn on(count: usize) -> Problem {
    problem(&vec![Device::flex(); count]).expect("a problem")
}

struct Setup {
    network: Network,
    config: TrainConfig,
    members: Vec<Member>,
}

/// 15 members, of which some stop early, so that what is left is dealt anew.
fn setup() -> Setup {
    let network = MlpConfig {
        hidden: vec![19],
        norm: Norm::Batch,
        ..MlpConfig::default()
    };
    let config = TrainConfig {
        epochs: 12,
        lr: 3e-2,
        dropout: 0.2,
        patience: 2,
        ..TrainConfig::default()
    };
    let plan = Plan::grid(&config, &[0.0, 0.1, 3.0], 5, 1, 3).expect("a plan");
    let network = ModelConfig::Mlp(network).init(64, 10);
    Setup {
        network: network.expect("a network"),
        config,
        members: plan.members,
    }
}

impl Setup {
    fn train(
        &self,
        problem: &Problem,
        checkpoints: Option<&Path>,
        resume: bool,
        observe: &(dyn Fn(Event) + Sync),
    ) -> Result<Trained, TrainError> {
        let resources = Resources {
            threads: 3,
            memory: 1 << 30,
            chunk: Some(4),
        };
        train(&Job {
            network: &self.network,
            problem,
            members: &self.members,
            config: &self.config,
            resources: &resources,
            checkpoints,
            resume,
            train_losses: true,
            cancel: &NEVER,
            observe,
        })
    }
}

fn newest(dir: &Path) -> Vec<u8> {
    let entries = std::fs::read_dir(dir).expect("checkpoints");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    std::fs::read(paths.max().expect("a checkpoint")).expect("its bytes")
}

#[test]
fn two_devices_and_more_end_like_one_bit_for_bit() {
    let setup = setup();
    let place = tempfile::tempdir().expect("a directory");
    let results: Vec<_> = [1, 2, 3, 20]
        .into_iter()
        .map(|devices| {
            let dir = place.path().join(devices.to_string());
            let trained = setup.train(&on(devices), Some(&dir), false, &|_| {});
            (trained.expect("training"), newest(&dir))
        })
        .collect();
    let (one, checkpoint) = &results[0];
    let stopped = |o: &&decay_train::Outcome| matches!(o.status, decay_train::Status::Stopped { epoch, .. } if epoch < 12);
    assert!(one.outcomes.iter().filter(stopped).count() > 0);
    for (several, its_checkpoint) in &results[1..] {
        assert_eq!(one.outcomes, several.outcomes);
        assert_eq!(one.history, several.history);
        assert!(checkpoint == its_checkpoint, "checkpoints differ");
    }
}

#[test]
fn a_device_that_fails_is_an_error_and_the_run_goes_on_elsewhere() {
    let setup = setup();
    let dir = tempfile::tempdir().expect("a directory");
    let whole = setup.train(&on(1), None, false, &|_| {}).expect("training");

    let (epochs, steps) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let failing = |event| match event {
        Event::Epoch { .. } => {
            epochs.fetch_add(1, Ordering::Relaxed);
        }
        Event::Stepped { .. } if epochs.load(Ordering::Relaxed) == 3 => {
            let after = steps.fetch_add(1, Ordering::Relaxed);
            assert!(after != 5, "out of memory: 7 GiB\nat driver.c:12");
        }
        _ => {}
    };
    let error = setup
        .train(&on(2), Some(dir.path()), false, &failing)
        .expect_err("the device failed");
    // A CPU is not lost: what panics there is a fault.
    let TrainError::Fault { reason } = &error else {
        panic!("{error:?}");
    };
    assert_eq!(reason, "out of memory: 7 GiB");

    let from = AtomicUsize::new(0);
    let resumed = |event| {
        if let Event::Resumed { epoch, lost } = event {
            assert_eq!(lost, None);
            from.store(epoch as usize, Ordering::Relaxed);
        }
    };
    let trained = setup
        .train(&on(1), Some(dir.path()), true, &resumed)
        .expect("resuming");
    // What the writer was given before the failure is on disk.
    assert_eq!(from.into_inner(), 3);
    assert_eq!(whole.outcomes, trained.outcomes);
    assert_eq!(whole.history, trained.history);
}

#[test]
fn a_problem_without_a_device_is_refused() {
    assert!(matches!(problem(&[]), Err(TrainError::NoDevice)));
}
