//! Attacks on whole populations, against which `tests/peers/attack_loop.py` sets a loop over networks in torch.
//!
//! ```text
//! cargo bench --workspace --bench attacks -- [mlp-32] [mlp-160] [cnn-32] [--rows 1000] [--steps 20] [--repeat 3] [--threads 2]
//! ```
//!
//! Prints one JSON line for each workload: seconds of PGD in linf of radius 8/255 from random starts, without leaving broken rows early, so
//! that the work is that of the peer; seconds of the same attack leaving them; and microseconds for each row, member and step.

#![forbid(unsafe_code)]

use std::sync::atomic::AtomicBool;
use std::time::Instant;

use decay_data::{Dataset, Embedded, Scaling, Target};
use decay_model::{CnnConfig, InputShape, MemberState, MlpConfig, ModelConfig, Network};
use decay_robust::InputScale;
use decay_robust::attack::{Attack, MemberOutcome, Pgd, Population, Rows, Threat, Trial};
use decay_train::{Device, FoldRows, Job, Plan, Problem, Resources, TrainConfig, train};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the command line says.
struct Options {
    rows: usize,
    steps: usize,
    repeat: usize,
    threads: usize,
}

fn main() {
    let mut options = Options {
        rows: 1000,
        steps: 20,
        repeat: 3,
        threads: std::thread::available_parallelism().map_or(1, usize::from),
    };
    let mut workloads = Vec::new();
    let mut arguments = std::env::args().skip(1).filter(|a| a != "--bench");
    while let Some(argument) = arguments.next() {
        let mut number = || {
            let value = arguments.next().and_then(|value| value.parse().ok());
            value.unwrap_or_else(|| panic!("{argument} needs a whole number"))
        };
        match argument.as_str() {
            "--rows" => options.rows = number(),
            "--steps" => options.steps = number(),
            "--repeat" => options.repeat = number(),
            "--threads" => options.threads = number(),
            name => workloads.push(name.to_owned()),
        }
    }
    if workloads.is_empty() {
        workloads = ["mlp-32", "mlp-160", "cnn-32"].map(str::to_owned).to_vec();
    }
    let data = Embedded::FashionMini.load().expect("embedded images");
    for name in workloads {
        match name.split_once('-').map(|(kind, n)| (kind, n.parse())) {
            Some(("mlp", Ok(members))) => run(&name, &mlp(), members, &data, &options),
            Some(("cnn", Ok(members))) => run(&name, &cnn(), members, &data, &options),
            _ => panic!("workloads: mlp-MEMBERS, cnn-MEMBERS; got '{name}'"),
        }
    }
}

/// 784-64-64-10.
fn mlp() -> ModelConfig {
    ModelConfig::Mlp(MlpConfig::default())
}

/// Two convolutions of 8 and 16 channels.
fn cnn() -> ModelConfig {
    let stages = ["conv3:8", "max2", "conv3:16", "max2"];
    ModelConfig::Cnn(CnnConfig {
        stages: stages.iter().map(|s| s.parse().expect("a stage")).collect(),
        ..CnnConfig::default()
    })
}

/// Networks after two epochs: most rows are classified as labelled, and so attacked.
fn trained(network: &Network, members: usize, data: &Dataset, threads: usize) -> Vec<MemberState> {
    let device = Device::default();
    let fold = FoldRows {
        train: (0..data.rows).collect(),
        validation: Vec::new(),
    };
    let problem = Problem::new(
        data,
        vec![fold],
        Scaling::UnitRange,
        std::slice::from_ref(&device),
    );
    let problem = problem.expect("a problem");
    let config = TrainConfig {
        epochs: 5,
        ..TrainConfig::default()
    };
    let plan = Plan::grid(&config, &[1e-4], 1, members, 0).expect("a plan");
    let job = Job {
        network,
        problem: &problem,
        members: &plan.members,
        config: &config,
        resources: &Resources::detect(&[device], Some(threads), None),
        checkpoints: None,
        resume: false,
        train_losses: false,
        cancel: &AtomicBool::new(false),
        observe: &|_| {},
    };
    let trained = train(&job).expect("the members train");
    trained.outcomes.into_iter().map(|o| o.state).collect()
}

fn run(name: &str, config: &ModelConfig, members: usize, data: &Dataset, options: &Options) {
    let shape = InputShape::from(data.shape.as_slice());
    let network = config.init(shape, 10).expect("a network");
    let states = trained(&network, members, data, options.threads);
    let inputs = shape.values();
    let rows = options.rows.min(data.rows);
    let value = |i: usize| data.value(i / inputs, i % inputs) / 255.0;
    let x: Vec<f32> = (0..rows * inputs).map(value).collect();
    let Target::Classes { labels, .. } = &data.target else {
        panic!("the images have labels");
    };
    let labels: Vec<usize> = labels[..rows].iter().map(|&label| label as usize).collect();
    let scales = vec![InputScale::identity(inputs); members];
    let seeds: Vec<u64> = (0..members as u64).collect();
    let trial = Trial {
        population: Population {
            network: &network,
            states: &states,
            scales: &scales,
            seeds: &seeds,
            shape,
            devices: &[Device::default()],
            threads: options.threads,
            stop: &AtomicBool::new(false),
        },
        rows: Rows {
            x: &x,
            labels: &labels,
        },
        threat: Threat::default(),
        starts: None,
        keep_examples: false,
        progress: &|_| {},
    };
    let pgd = Pgd {
        steps: options.steps,
        stop_early: false,
        ..Pgd::default()
    };
    let (seconds, outcomes) = median(&trial, pgd, options.repeat);
    let early = Pgd {
        stop_early: true,
        ..pgd
    };
    let (leaving, _) = median(&trial, early, options.repeat);
    let mean = |of: fn(&MemberOutcome) -> f64| {
        outcomes.iter().map(of).sum::<f64>() / outcomes.len() as f64
    };
    let clean = mean(MemberOutcome::clean_accuracy);
    let attacked = clean * (members * rows * options.steps) as f64;
    println!(
        "{{\"workload\":\"{name}\",\"peer\":\"decay\",\"rows\":{rows},\"steps\":{},\"threads\":{},\"seconds\":{seconds:.4},\
         \"seconds_leaving_early\":{leaving:.4},\"us_per_row_step\":{:.4},\"clean_accuracy\":{clean:.4},\"robust_accuracy\":{:.4}}}",
        options.steps,
        options.threads,
        seconds / attacked * 1e6,
        mean(MemberOutcome::robust_accuracy),
    );
}

/// The median of some runs, after one that warms up.
fn median(trial: &Trial, pgd: Pgd, repeat: usize) -> (f64, Vec<MemberOutcome>) {
    let attack = Attack::Pgd(pgd);
    let mut outcomes = trial.attack(&attack).expect("an attack");
    let mut seconds = Vec::new();
    for _ in 0..repeat.max(1) {
        let start = Instant::now();
        outcomes = trial.attack(&attack).expect("an attack");
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    (seconds[seconds.len() / 2], outcomes)
}
