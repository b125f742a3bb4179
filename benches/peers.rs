//! The workloads that other trainers are timed on, trained by this one.
//!
//! ```text
//! cargo bench --workspace --bench peers -- sweep-digits [--repeat 3] [--seed 0] [--threads 2] [--chunk 8]
//! ```
//!
//! Prints one JSON line per workload: median wall seconds without loading and compiling, and what quality was reached. The work
//! is that of the peers: their folds, batches without the last partial one, their starting distribution, one
//! validation after the last epoch.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use burn::tensor::Tensor;
use decay_data::{Dataset, Embedded, Scaling, Target};
use decay_kernels::{Scalars, update};
use decay_model::{Init, MlpConfig, ModelConfig, Network};
use decay_train::{
    Device, Evaluation, FoldRows, Job, Optimizer, Plan, Problem, Resources, TrainConfig, Trained,
    outputs, train,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Options {
    repeat: usize,
    seed: u64,
    resources: Resources,
}

struct Workload {
    data: Dataset,
    folds: Vec<FoldRows>,
    scaling: Scaling,
    network: Network,
    config: TrainConfig,
    rates: Vec<f64>,
    seeds: usize,
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
            "sweep-digits" => sweep(&name, &sweep_digits(), &options),
            "sweep-fmnist-mlp" => sweep(&name, &sweep_fmnist_mlp(), &options),
            "fit-fmnist-mlp" => fit(&name, &options),
            "adamw-step" => adamw_step(&options),
            _ => panic!(
                "workloads: sweep-digits, sweep-fmnist-mlp, fit-fmnist-mlp, adamw-step; got '{name}'"
            ),
        }
    }
}

fn network(hidden: &[usize], data: &Dataset) -> Network {
    let config = MlpConfig {
        hidden: hidden.to_vec(),
        init: Init::Torch,
        ..MlpConfig::default()
    };
    ModelConfig::Mlp(config)
        .init(data.features(), 10)
        .expect("a valid network")
}

fn config(epochs: u32, batch: usize) -> TrainConfig {
    TrainConfig {
        epochs,
        batch,
        drop_last: true,
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}

fn log_spaced(low: f64, high: f64, count: usize) -> Vec<f64> {
    let step = (high / low).ln() / (count - 1) as f64;
    (0..count).map(|i| low * (step * i as f64).exp()).collect()
}

fn sweep_digits() -> Workload {
    let data = Embedded::Digits.load().expect("the embedded digits");
    Workload {
        folds: dealt_folds(&data, 5),
        scaling: Scaling::Standard,
        network: network(&[64, 64], &data),
        config: config(20, 64),
        rates: log_spaced(1e-4, 10.0, 16),
        seeds: 2,
        data,
    }
}

fn sweep_fmnist_mlp() -> Workload {
    let data = head(fashion_mnist().0, 12_000);
    Workload {
        folds: dealt_folds(&data, 5),
        scaling: Scaling::UnitRange,
        network: network(&[128], &data),
        config: config(3, 128),
        rates: log_spaced(1e-3, 1.0, 8),
        seeds: 1,
        data,
    }
}

/// The Debian package `dataset-fashion-mnist`, or `DECAY_DATA/fashion-mnist`.
fn fashion_mnist() -> (Dataset, Dataset) {
    let given = std::env::var_os("DECAY_DATA").map(|d| PathBuf::from(d).join("fashion-mnist"));
    let system = PathBuf::from("/usr/share/datasets/fashion-mnist");
    let dir = given.filter(|d| d.exists()).unwrap_or(system);
    let (train, test) = decay_data::read_idx_dir(&dir).expect("Fashion-MNIST as IDX files");
    (
        train,
        test.expect("the test files beside the training files"),
    )
}

fn head(mut data: Dataset, rows: usize) -> Dataset {
    let width = data.features();
    match &mut data.features {
        decay_data::Storage::F32(values) => values.truncate(rows * width),
        decay_data::Storage::U8(values) => values.truncate(rows * width),
        decay_data::Storage::Sparse(_) => panic!("images are not sparse"),
    }
    if let Target::Classes { labels, .. } = &mut data.target {
        labels.truncate(rows);
    }
    data.rows = rows;
    data
}

/// Rows ordered by class and dealt out in turn, as the peers do.
fn dealt_folds(data: &Dataset, folds: usize) -> Vec<FoldRows> {
    let Target::Classes { labels, .. } = &data.target else {
        panic!("the workloads classify");
    };
    let mut order: Vec<usize> = (0..data.rows).collect();
    order.sort_by_key(|&row| labels[row]);
    let mut fold = vec![0; data.rows];
    for (place, &row) in order.iter().enumerate() {
        fold[row] = place % folds;
    }
    let rows = |keep: &dyn Fn(usize) -> bool| (0..data.rows).filter(|&r| keep(fold[r])).collect();
    (0..folds)
        .map(|f| FoldRows {
            train: rows(&|g| g != f),
            validation: rows(&|g| g == f),
        })
        .collect()
}

fn job<'a>(
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

fn repeat(options: &Options, run: impl Fn() -> Trained) -> (Vec<f64>, Trained) {
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

fn sweep(name: &str, workload: &Workload, options: &Options) {
    let folds = workload.folds.len();
    let problem = Problem::new(
        &workload.data,
        workload.folds.clone(),
        workload.scaling,
        &[Device::default()],
    )
    .expect("a problem");
    let plan = Plan::grid(
        &workload.config,
        &workload.rates,
        folds,
        workload.seeds,
        options.seed,
    )
    .expect("a plan");
    let cancel = AtomicBool::new(false);
    let job = job(workload, &problem, &plan, options, &cancel);
    let (seconds, trained) = repeat(options, || train(&job).expect("the workload trains"));
    let mean = |rate: usize, pick: fn(&decay_train::Losses) -> f64| {
        let losses = plan
            .of_rate(rate)
            .filter_map(|m| trained.outcomes[m].validation);
        let values: Vec<f64> = losses.map(|l| pick(&l)).collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    let nll: Vec<f64> = (0..plan.rates.len()).map(|r| mean(r, |l| l.loss)).collect();
    let best = (0..nll.len())
        .min_by(|&a, &b| nll[a].total_cmp(&nll[b]))
        .expect("a rate");
    let steps = workload
        .config
        .steps_per_epoch(workload.folds[0].train.len())
        * workload.config.epochs;
    let work = plan.members.len() as f64 * f64::from(steps);
    let median = seconds[seconds.len() / 2];
    println!(
        "{{\"workload\":\"{name}\",\"peer\":\"decay\",\"seconds\":{median:.4},\"seconds_all\":{seconds:?},\
         \"work_units\":{work},\"us_per_model_step\":{:.2},\"best_val_nll\":{:.5},\"best_weight_decay\":{:.5},\
         \"val_accuracy_at_best\":{:.5},\"mean_val_nll\":{:.5},\"threads\":{}}}",
        median / work * 1e6,
        nll[best],
        plan.rates[best],
        mean(best, |l| l.accuracy.unwrap_or(f64::NAN)),
        nll.iter().sum::<f64>() / nll.len() as f64,
        options.resources.threads,
    );
}

/// The optimiser alone: 16 tensors of 1024 x 1024, 20 steps; 28 bytes per parameter and step.
fn adamw_step(options: &Options) {
    const SIDE: usize = 1024;
    const TENSORS: usize = 16;
    const STEPS: u32 = 20;
    let device = Device::default();
    let rule = Optimizer::Adamw.rule();
    let filled = |value: f32| Tensor::<2>::full([1, SIDE * SIDE], value, &device);
    let mut state: Vec<_> = (0..TENSORS)
        .map(|_| {
            let moments = Tensor::<3>::zeros([2, 1, SIDE * SIDE], &device);
            (filled(0.5).into_dispatch(), moments.into_dispatch())
        })
        .collect();
    let gradients: Vec<_> = (0..TENSORS).map(|_| filled(0.1)).collect();
    let mut seconds = Vec::new();
    let mut step = 0;
    for _ in 0..=options.repeat.max(1) {
        let start = Instant::now();
        for _ in 0..STEPS {
            step += 1;
            let row = Scalars {
                learning_rate: 1e-3,
                decay: 1e-2,
                beta1: 0.9,
                beta2: 0.999,
                dampening: 0.0,
                epsilon: 1e-8,
                step,
                active: true,
            }
            .row(rule.direction);
            let scalars = Tensor::<1>::from_data(row, &device).unsqueeze::<2>();
            state = std::mem::take(&mut state)
                .into_iter()
                .zip(&gradients)
                .map(|((w, moments), g)| {
                    let g = g.clone().into_dispatch();
                    update(w, g, moments, scalars.clone(), true, rule)
                })
                .collect();
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    // The first round warms up.
    seconds.remove(0);
    seconds.sort_by(f64::total_cmp);
    let median = seconds[seconds.len() / 2];
    let bytes = 28.0 * (TENSORS * SIDE * SIDE) as f64 * f64::from(STEPS);
    println!(
        "{{\"workload\":\"adamw-step\",\"peer\":\"decay\",\"seconds\":{median:.4},\"seconds_all\":{seconds:?},\"gb_per_second\":{:.2}}}",
        bytes / median / 1e9
    );
}

fn fit(name: &str, options: &Options) {
    let (data, test) = fashion_mnist();
    let rows: Vec<usize> = (0..data.rows).collect();
    let workload = Workload {
        folds: vec![FoldRows {
            train: rows,
            validation: Vec::new(),
        }],
        scaling: Scaling::UnitRange,
        network: network(&[512, 512], &data),
        config: config(1, 128),
        rates: vec![1e-2],
        seeds: 1,
        data,
    };
    let devices = [Device::default()];
    let problem = Problem::new(
        &workload.data,
        workload.folds.clone(),
        workload.scaling,
        &devices,
    )
    .expect("a problem");
    let plan = Plan::grid(&workload.config, &workload.rates, 1, 1, 0).expect("a plan");
    let cancel = AtomicBool::new(false);
    let job = job(&workload, &problem, &plan, options, &cancel);
    let (seconds, trained) = repeat(options, || train(&job).expect("the workload trains"));
    let test_rows: Vec<usize> = (0..test.rows).collect();
    let held_out = Problem::with_scales(&test, Vec::new(), problem.scales.clone(), &devices)
        .expect("a problem");
    let evaluation = Evaluation {
        state: &trained.outcomes[0].state,
        fold: 0,
        rows: &test_rows,
    };
    let logits = outputs(
        &workload.network,
        &held_out,
        &[evaluation],
        &options.resources,
    )
    .expect("outputs");
    let Target::Classes { labels, .. } = &test.target else {
        panic!("the workloads classify");
    };
    let hits = logits[0]
        .chunks_exact(10)
        .zip(labels)
        .filter(|(row, label)| {
            let best = (0..10).max_by(|&a, &b| row[a].total_cmp(&row[b]));
            best == Some(**label as usize)
        });
    let accuracy = hits.count() as f64 / test.rows as f64;
    let median = seconds[seconds.len() / 2];
    println!(
        "{{\"workload\":\"{name}\",\"peer\":\"decay\",\"seconds\":{median:.4},\"seconds_all\":{seconds:?},\"test_accuracy\":{accuracy:.4},\"threads\":{}}}",
        options.resources.threads
    );
}
