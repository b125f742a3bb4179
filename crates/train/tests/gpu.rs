//! What a GPU must have in common with the CPU: the same run from the same seed, and few launches for it.
//!
//! The device is Burn's default, which `BURN_DEVICE` names; where that is a CPU there is nothing to compare, and the tests say so.
#![cfg(feature = "cube")]

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use decay_data::{Dataset, Embedded, Scaling, Storage};
use decay_kernels::{Launches, is_gpu};
use decay_model::{MemberState, MlpConfig, ModelConfig, Network, Nonlinearity, Norm};
use decay_train::{
    Device, Event, FoldRows, Job, Member, Optimizer, Plan, Problem, Resources, Split, TrainConfig,
    TrainError, Trained, train,
};

/// The device under test, if it is not the CPU; one test at a time, because launches are counted for the whole process.
fn gpu() -> Option<(Device, MutexGuard<'static, ()>)> {
    static ALONE: Mutex<()> = Mutex::new(());
    let device = Device::default();
    if !is_gpu(&device) {
        eprintln!("skipped: BURN_DEVICE names no GPU");
        return None;
    }
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    Some((device, alone))
}

/// A population on the digits: one fold of `rows` training rows, or two.
struct Setup {
    data: Dataset,
    folds: Vec<FoldRows>,
    network: Network,
    config: TrainConfig,
    members: Vec<Member>,
}

impl Setup {
    fn new(mlp: MlpConfig, config: TrainConfig, rows: usize, members: usize) -> Self {
        let fold = |f: usize| FoldRows {
            train: (f..f + rows).collect(),
            validation: (rows + 1..rows + 4).collect(),
        };
        let folds: Vec<_> = (0..members.min(2)).map(fold).collect();
        let plan = Plan::grid(&config, &[0.3, 3.0], folds.len(), 2, 3).expect("a plan");
        Self {
            data: Embedded::Digits.load().expect("the embedded digits"),
            network: ModelConfig::Mlp(mlp).init(64, 10).expect("a network"),
            config,
            members: plan.members[..members].to_vec(),
            folds,
        }
    }

    fn run(&self, device: &Device) -> Trained {
        self.job(
            std::slice::from_ref(device),
            None,
            &|_| {},
            &AtomicBool::new(false),
        )
        .expect("training")
    }

    fn job(
        &self,
        devices: &[Device],
        checkpoints: Option<&Path>,
        observe: &(dyn Fn(Event) + Sync),
        cancel: &AtomicBool,
    ) -> Result<Trained, TrainError> {
        let folds = self.folds.clone();
        let problem = Problem::new(&self.data, folds, Scaling::Auto, devices)?;
        let resources = Resources {
            threads: 1,
            memory: 1 << 30,
            chunk: Some(self.members.len()),
        };
        train(&Job {
            network: &self.network,
            problem: &problem,
            members: &self.members,
            config: &self.config,
            resources: &resources,
            checkpoints,
            resume: checkpoints.is_some(),
            train_losses: false,
            cancel,
            observe,
        })
    }
}

fn mlp(norm: Norm, activation: Nonlinearity) -> MlpConfig {
    MlpConfig {
        hidden: vec![19, 12],
        norm,
        activation,
        ..MlpConfig::default()
    }
}

/// Asserts that every parameter and buffer agrees to `tolerance` of its largest value.
fn assert_close(name: &str, actual: &Trained, expected: &Trained, tolerance: f32) {
    for (r, (a, e)) in actual.outcomes.iter().zip(&expected.outcomes).enumerate() {
        for (i, (a, e)) in values(&a.state).zip(values(&e.state)).enumerate() {
            let scale = e.iter().fold(1e-3f32, |max, value| max.max(value.abs()));
            for (a, e) in a.iter().zip(e) {
                let error = (a - e).abs() / scale;
                assert!(
                    error <= tolerance,
                    "{name}: tensor {i} of member {r}: {a} for {e}"
                );
            }
        }
    }
}

fn values(state: &MemberState) -> impl Iterator<Item = &Vec<f32>> {
    state.parameters.iter().chain(&state.buffers)
}

/// 30 steps: batches, training rows and epochs that make them.
const ALONE: (usize, usize, u32) = (1, 30, 1);
const RAGGED: (usize, usize, u32) = (16, 41, 10);
const EVEN: (usize, usize, u32) = (64, 64, 30);

fn thirty((batch, rows, epochs): (usize, usize, u32), members: usize, mlp: MlpConfig) -> Setup {
    let config = TrainConfig {
        batch,
        epochs,
        dropout: 0.2,
        label_smoothing: 0.05,
        ..TrainConfig::default()
    };
    Setup::new(mlp, config, rows, members)
}

#[test]
fn thirty_steps_end_where_the_cpu_ends() {
    let Some((gpu, _alone)) = gpu() else { return };
    let cases = [
        ("one member", EVEN, 1, mlp(Norm::None, Nonlinearity::Relu)),
        ("seven", RAGGED, 7, mlp(Norm::None, Nonlinearity::Relu)),
        (
            "batches of one",
            ALONE,
            7,
            mlp(Norm::None, Nonlinearity::Tanh),
        ),
        (
            "one, ragged",
            RAGGED,
            1,
            mlp(Norm::None, Nonlinearity::Gelu),
        ),
        ("one, SiLU", EVEN, 1, mlp(Norm::None, Nonlinearity::Silu)),
    ];
    for (name, size, members, mlp) in cases {
        let setup = thirty(size, members, mlp);
        let expected = setup.run(&Device::flex());
        assert_close(name, &setup.run(&gpu), &expected, 1e-4);
    }
}

/// With momentum: the bias before a batch norm has gradient zero up to rounding, and Adam makes full steps of rounding.
#[test]
fn batch_norm_ends_where_the_cpu_ends() {
    let Some((gpu, _alone)) = gpu() else { return };
    for (size, members) in [(RAGGED, 7), (EVEN, 1)] {
        let setup = normed(size, members);
        let expected = setup.run(&Device::flex());
        assert_close("batch norm", &setup.run(&gpu), &expected, 1e-4);
    }
}

/// With Adam the training losses agree, though such a bias does not; it moves the validation losses, since the running mean trails it.
#[test]
fn batch_norm_with_adam_has_the_training_losses_of_the_cpu() {
    let Some((gpu, _alone)) = gpu() else { return };
    let setup = thirty(RAGGED, 7, mlp(Norm::Batch, Nonlinearity::Relu));
    let (actual, expected) = (setup.run(&gpu).history, setup.run(&Device::flex()).history);
    assert_eq!(actual.len(), expected.len());
    let pairs = actual.iter().zip(&expected);
    for (actual, expected) in pairs.filter(|(_, record)| record.split == Split::Train) {
        let (a, e) = (actual.losses.loss, expected.losses.loss);
        assert!((a - e).abs() <= 1e-4 * e, "{actual:?} for {expected:?}");
    }
}

fn normed(size: (usize, usize, u32), members: usize) -> Setup {
    let mut setup = thirty(size, members, mlp(Norm::Batch, Nonlinearity::Relu));
    setup.config.optimizer = Optimizer::Momentum;
    setup
}

#[test]
fn every_optimizer_ends_where_the_cpu_ends() {
    let Some((gpu, _alone)) = gpu() else { return };
    for optimizer in Optimizer::ALL {
        let mut setup = thirty(RAGGED, 3, mlp(Norm::None, Nonlinearity::Relu));
        setup.config.optimizer = optimizer;
        let expected = setup.run(&Device::flex());
        let name = format!("{optimizer:?}");
        assert_close(&name, &setup.run(&gpu), &expected, 1e-4);
    }
}

/// A table of reals with missing values, and a real target.
#[test]
fn a_regression_with_missing_values_ends_where_the_cpu_ends() {
    let Some((gpu, _alone)) = gpu() else { return };
    let mut setup = thirty(RAGGED, 3, mlp(Norm::None, Nonlinearity::Relu));
    setup.data = Embedded::Diabetes
        .load()
        .expect("the embedded diabetes data");
    if let Storage::F32(values) = &mut setup.data.features {
        values.iter_mut().step_by(7).for_each(|v| *v = f32::NAN);
    }
    let (inputs, mlp) = (setup.data.features(), mlp(Norm::None, Nonlinearity::Relu));
    setup.network = ModelConfig::Mlp(mlp).init(inputs, 1).expect("a network");
    // A regression has no labels to smooth.
    setup.config.label_smoothing = 0.0;
    for member in &mut setup.members {
        member.label_smoothing = 0.0;
    }
    let expected = setup.run(&Device::flex());
    assert_close("regression", &setup.run(&gpu), &expected, 1e-4);
}

#[test]
fn a_run_that_a_gpu_began_ends_on_the_cpu() {
    let Some((gpu, _alone)) = gpu() else { return };
    let setup = normed(RAGGED, 3);
    let dir = tempfile::tempdir().expect("a directory");
    let (cancel, epochs) = (AtomicBool::new(false), AtomicU32::new(0));
    let stop_in_the_fifth = |event| match event {
        Event::Epoch { epoch, .. } => epochs.store(epoch, Ordering::Relaxed),
        Event::Stepped { .. } if epochs.load(Ordering::Relaxed) == 4 => {
            cancel.store(true, Ordering::Relaxed);
        }
        _ => {}
    };
    let stopped = setup.job(&[gpu], Some(dir.path()), &stop_in_the_fifth, &cancel);
    assert!(
        matches!(stopped, Err(TrainError::Interrupted { .. })),
        "{stopped:?}"
    );
    let never = AtomicBool::new(false);
    let resumed = setup.job(&[Device::flex()], Some(dir.path()), &|_| {}, &never);
    let expected = setup.run(&Device::flex());
    assert_close("resumed", &resumed.expect("training"), &expected, 1e-4);
}

/// Two kinds of device share a population; nothing is exchanged between them.
#[test]
fn members_split_over_a_gpu_and_the_cpu_end_where_the_cpu_ends() {
    let Some((gpu, _alone)) = gpu() else { return };
    let setup = thirty(RAGGED, 7, mlp(Norm::None, Nonlinearity::Relu));
    let expected = setup.run(&Device::flex());
    let never = AtomicBool::new(false);
    let split = setup.job(&[gpu, Device::flex()], None, &|_| {}, &never);
    assert_close("split", &split.expect("training"), &expected, 1e-4);
}

/// Launches of a training step, from runs that differ in epochs alone.
fn launches_per_step(setup: &mut Setup, gpu: &Device) -> f64 {
    let steps = f64::from(setup.config.steps_per_epoch(setup.folds[0].train.len()));
    for fold in &mut setup.folds {
        fold.validation.clear();
    }
    let mut launches = |epochs: u32| {
        setup.config.epochs = epochs;
        // The first run tunes products.
        setup.run(gpu);
        let counter = Launches::watch();
        setup.run(gpu);
        counter.total() as f64
    };
    (launches(3) - launches(1)) / (2.0 * steps)
}

/// At most three launches per layer and direction and one per parameter; the rest of a step takes seven.
#[test]
fn a_step_takes_few_launches() {
    let Some((gpu, _alone)) = gpu() else { return };
    let plain = thirty(EVEN, 8, mlp(Norm::None, Nonlinearity::Relu));
    let normed = thirty(EVEN, 8, mlp(Norm::Batch, Nonlinearity::Relu));
    for (name, mut setup, layers, parameters) in
        [("plain", plain, 3, 6), ("batch norm", normed, 5, 10)]
    {
        let launches = launches_per_step(&mut setup, &gpu);
        // Two hidden layers drop out, in both directions.
        let allowed = f64::from(2 * 3 * layers + parameters + 4 + 7);
        eprintln!("{name}: {launches} launches per step, {allowed} allowed");
        assert!(launches <= allowed, "{name}: {launches} > {allowed}");
    }
}
