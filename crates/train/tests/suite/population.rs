//! What the population engine promises, each promise by training small networks on the embedded digits.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use decay_data::{Dataset, Embedded, Preprocess, Scaling, Storage, Target};
use decay_kernels::is_gpu;
use decay_model::{
    BinsBy, Encoding, MemberState, MlpConfig, ModelConfig, Network, Nonlinearity, Norm,
};
use decay_train::{
    Device, Event, FoldRows, FoldScales, Job, Member, Optimizer, PROCESS_MEMORY, Plan, Problem,
    Resources, Schedule, Split, Status, TrainConfig, TrainError, Trained, half_life, train,
};

/// 300 digits in five folds.
fn digits() -> (Dataset, Vec<FoldRows>) {
    let data = Embedded::Digits.load().expect("the embedded digits");
    let folds = (0..5).map(|fold| {
        let (validation, train) = (0..300).partition(|row| row % 5 == fold);
        FoldRows { train, validation }
    });
    let folds = folds.collect();
    (data, folds)
}

fn network(norm: Norm, activation: Nonlinearity) -> Network {
    let config = MlpConfig {
        hidden: vec![24, 17],
        norm,
        activation,
        ..MlpConfig::default()
    };
    ModelConfig::Mlp(config).init(64, 10).expect("a network")
}

/// The same network, which reads every pixel as a number.
fn encoded(norm: Norm, encoding: Encoding) -> Network {
    binned(norm, encoding, BinsBy::default())
}

fn binned(norm: Norm, encoding: Encoding, bins_by: BinsBy) -> Network {
    let config = MlpConfig {
        hidden: vec![24, 17],
        norm,
        encoding,
        bins_by,
        bins: 5,
        frequencies: 6,
        ..MlpConfig::default()
    };
    ModelConfig::Mlp(config).init(64, 10).expect("a network")
}

/// Ragged last batches: 240 rows in batches of 64 leave 48.
fn config(epochs: u32) -> TrainConfig {
    TrainConfig {
        epochs,
        dropout: 0.2,
        label_smoothing: 0.05,
        schedule: Schedule::Cosine,
        warmup: 0.5,
        ..TrainConfig::default()
    }
}

fn resources(threads: usize, chunk: Option<usize>) -> Resources {
    Resources {
        threads,
        memory: 1 << 30,
        chunk,
    }
}

struct Setup {
    network: Network,
    problem: Problem,
    config: TrainConfig,
}

impl Setup {
    fn new(norm: Norm, mut config: TrainConfig) -> Self {
        // The gradient of a bias before a batch norm is zero up to rounding, of which Adam makes full steps; see `assert_same_state`.
        if norm == Norm::Batch && is_gpu(&Device::default()) {
            config.optimizer = Optimizer::Momentum;
        }
        let (data, folds) = digits();
        Self {
            network: network(norm, Nonlinearity::Relu),
            problem: Problem::new(&data, folds, Scaling::Auto, &[Device::default()])
                .expect("a problem"),
            config,
        }
    }

    fn job<'a>(&'a self, members: &'a [Member], resources: &'a Resources) -> Job<'a> {
        static NEVER: AtomicBool = AtomicBool::new(false);
        Job {
            network: &self.network,
            problem: &self.problem,
            members,
            config: &self.config,
            resources,
            checkpoints: None,
            resume: false,
            train_losses: true,
            cancel: &NEVER,
            observe: &|_| {},
        }
    }

    fn train(&self, members: &[Member], resources: Resources) -> Trained {
        train(&self.job(members, &resources)).expect("training")
    }

    fn plan(&self, rates: &[f64], seeds: usize) -> Plan {
        Plan::grid(&self.config, rates, 5, seeds, 3).expect("a plan")
    }
}

fn largest_difference(a: &MemberState, b: &MemberState) -> f32 {
    let all = |state: &MemberState| -> Vec<f32> {
        state
            .parameters
            .iter()
            .chain(&state.buffers)
            .flatten()
            .copied()
            .collect()
    };
    let differences = all(a).into_iter().zip(all(b)).map(|(a, b)| (a - b).abs());
    differences.fold(0.0, f32::max)
}

/// Bit for bit on a CPU. On a GPU to rounding: Burn tunes products at run time and need not choose the same for two runs.
#[track_caller]
fn assert_same_state(a: &MemberState, b: &MemberState) {
    if is_gpu(&Device::default()) {
        let difference = largest_difference(a, b);
        assert!(difference < 1e-5, "{difference}");
    } else {
        assert_eq!(a, b);
    }
}

#[track_caller]
fn assert_same_run(a: &Trained, b: &Trained) {
    assert_eq!(a.outcomes.len(), b.outcomes.len());
    for (a, b) in a.outcomes.iter().zip(&b.outcomes) {
        assert_same_state(&a.state, &b.state);
        assert_eq!(a.status, b.status);
    }
    if !is_gpu(&Device::default()) {
        assert_eq!(a.outcomes, b.outcomes);
    }
}

#[test]
fn a_member_alone_equals_itself_in_the_population_whatever_the_chunks_and_threads() {
    for norm in [Norm::None, Norm::Batch] {
        // 13 epochs of 4 steps: 52 steps.
        let setup = Setup::new(norm, config(13));
        let plan = setup.plan(&[1e-3, 1.0, 10.0], 2);
        let together = setup.train(&plan.members, resources(2, Some(7)));
        for other in [
            resources(1, Some(30)),
            resources(2, Some(1)),
            resources(3, Some(4)),
        ] {
            let again = setup.train(&plan.members, other);
            for (a, b) in together.outcomes.iter().zip(&again.outcomes) {
                assert!(largest_difference(&a.state, &b.state) < 1e-5, "{other:?}");
            }
        }
        for place in [0, 8, 29] {
            let alone = setup.train(&plan.members[place..=place], resources(1, None));
            let difference =
                largest_difference(&alone.outcomes[0].state, &together.outcomes[place].state);
            assert!(difference < 1e-5, "member {place}: {difference}");
        }
        assert!(
            largest_difference(&together.outcomes[0].state, &together.outcomes[1].state) > 1e-2
        );
    }
}

#[test]
fn an_encoding_is_each_members_own() {
    for encoding in Encoding::ALL {
        let mut setup = Setup::new(Norm::None, config(4));
        setup.network = encoded(Norm::None, encoding);
        let plan = setup.plan(&[1e-2, 1.0], 1);
        let together = setup.train(&plan.members, resources(2, Some(3)));
        for place in [0, 7] {
            let alone = setup.train(&plan.members[place..=place], resources(1, None));
            let difference =
                largest_difference(&alone.outcomes[0].state, &together.outcomes[place].state);
            assert!(
                difference < 1e-5,
                "{encoding:?}, member {place}: {difference}"
            );
        }
    }
}

/// Quantiles of the fold's training rows; missing values are no observations.
#[test]
fn bins_are_those_of_the_folds_training_rows() {
    let (mut data, folds) = digits();
    let mut values: Vec<f32> = (0..data.features.len())
        .map(|i| data.features.get(i))
        .collect();
    for value in values.iter_mut().skip(20).step_by(3 * 64) {
        *value = f32::NAN;
    }
    data.features = Storage::F32(values.clone());
    let mut setup = Setup::new(Norm::None, config(1));
    setup.network = encoded(Norm::None, Encoding::Piecewise);
    setup.problem = Problem::new(
        &data,
        folds.clone(),
        Scaling::Standard,
        &[Device::default()],
    )
    .expect("a problem");
    let plan = setup.plan(&[1e-2], 1);
    let trained = setup.train(&plan.members, resources(2, None));
    for (member, outcome) in plan.members.iter().zip(&trained.outcomes) {
        let scales = &setup.problem.scales[member.fold].features;
        let edges = &outcome.state.buffers[0];
        assert!(edges.iter().all(|edge| edge.is_finite()));
        for column in [0, 20, 36] {
            let own = &edges[column * 6..][..6];
            let rows = folds[member.fold].train.iter();
            let rows = rows.map(|&row| values[row * 64 + column]);
            let scaled = rows.map(|v| (v - scales.center[column]) * scales.scale[column]);
            let mut scaled: Vec<f32> = scaled.filter(|v| !v.is_nan()).collect();
            scaled.sort_unstable_by(f32::total_cmp);
            assert!((own[0] - scaled[0]).abs() < 1e-6, "{own:?}");
            let last = scaled[scaled.len() - 1];
            assert!((own[5] - last).abs() < 1e-6, "{own:?}");
            // A fifth of the values lies below the first edge that is not the lowest value.
            if scaled[0] < last && own[1] > own[0] && own[4] < own[5] {
                let below = scaled.iter().filter(|&&v| v < own[1]).count() as f32;
                assert!(below <= 0.2 * scaled.len() as f32 + 1.0, "{below}");
            }
        }
        assert_eq!(edges[..6], [0.0; 6], "the first pixel is blank");
    }
    assert_ne!(
        trained.outcomes[0].state.buffers,
        trained.outcomes[1].state.buffers
    );
}

/// Milliseconds of a processor for a step with each encoding, of 12 members in batches of 256 rows of 20 numbers, and of a network that
/// reads as many inputs as it makes of them.
///
/// `cargo test --release -p decay-train --test suite -- speed_of_encodings --ignored --nocapture --test-threads 1`
#[test]
#[ignore = "measures"]
fn speed_of_encodings() {
    const MEMBERS: u64 = 12;
    let config = TrainConfig {
        epochs: 4,
        batch: 256,
        ..TrainConfig::default()
    };
    let members: Vec<_> = (0..MEMBERS)
        .map(|seed| Member::new(&config, 0.1, 0, seed))
        .collect();
    let time = |encoding, inputs| {
        let network = MlpConfig {
            hidden: vec![128, 128],
            encoding,
            ..MlpConfig::default()
        };
        let network = ModelConfig::Mlp(network).init(inputs, 10);
        let setup = Setup {
            network: network.expect("a network"),
            problem: table(inputs),
            config: config.clone(),
        };
        let (start, resources) = (processor_time(), resources(1, None));
        let job = Job {
            train_losses: false,
            ..setup.job(&members, &resources)
        };
        train(&job).expect("training");
        (processor_time() - start) / (4.0 * 32.0)
    };
    let cases = Encoding::ALL.into_iter().zip([20, 20, 320, 80]);
    let mut best = [[f64::INFINITY; 2]; Encoding::ALL.len()];
    // In turns, so that what else the machine does meets all of them.
    for _ in 0..6 {
        for (best, (encoding, width)) in best.iter_mut().zip(cases.clone()) {
            best[0] = best[0].min(time(encoding, 20));
            best[1] = best[1].min(time(Encoding::Linear, width));
        }
    }
    for ([own, plain], (encoding, width)) in best.into_iter().zip(cases) {
        println!(
            "{:10} {own:6.2} ms, {width} inputs {plain:6.2} ms",
            encoding.name()
        );
    }
}

/// 8192 rows with this many numbers.
fn table(inputs: usize) -> Problem {
    const ROWS: usize = 8192;
    let mut data = Embedded::Digits.load().expect("a data set to start from");
    let values =
        (0..ROWS * inputs).map(|i| ((i % 4093 * 13 + i % 1013 * 7) % 2029) as f32 / 400.0 - 2.5);
    data.features = Storage::F32(values.collect());
    (data.rows, data.shape) = (ROWS, vec![inputs]);
    data.target = Target::Classes {
        labels: (0..ROWS as u32).map(|row| row % 100 * row % 10).collect(),
        names: (0..10).map(|class: u32| class.to_string()).collect(),
    };
    let fold = FoldRows {
        train: (0..ROWS).collect(),
        validation: Vec::new(),
    };
    let scales = FoldScales {
        features: Preprocess {
            center: vec![0.0; inputs],
            scale: vec![1.0; inputs],
            fill: vec![0.0; inputs],
            per_row: false,
        },
        targets: Vec::new(),
    };
    let devices = [Device::default()];
    Problem::with_scales(&data, vec![fold], vec![scales], &devices).expect("a problem")
}

/// Milliseconds that this process has computed, which other processes do not lengthen.
fn processor_time() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = text.split(' ').skip(13).take(2);
    10.0 * ticks.filter_map(|n| n.parse::<f64>().ok()).sum::<f64>()
}

#[test]
fn a_member_alone_equals_itself_among_folds_with_more_steps() {
    let mut setup = Setup::new(Norm::Batch, config(4));
    // Fold 1 loses rows, so that it has fewer steps per epoch than the others.
    let (data, mut folds) = digits();
    folds[1].train.truncate(130);
    setup.problem =
        Problem::new(&data, folds, Scaling::Auto, &[Device::default()]).expect("a problem");
    let plan = setup.plan(&[0.1], 1);
    let together = setup.train(&plan.members, resources(1, Some(5)));
    let alone = setup.train(&plan.members[1..2], resources(1, None));
    let difference = largest_difference(&alone.outcomes[0].state, &together.outcomes[1].state);
    assert!(difference < 1e-5, "{difference}");
}

#[test]
fn validation_rows_never_reach_the_weights() {
    let (data, folds) = digits();
    let fold = vec![folds[2].clone()];
    let floats: Vec<f32> = (0..data.features.len())
        .map(|i| data.features.get(i))
        .collect();
    let mut clean = data.clone();
    clean.features = Storage::F32(floats.clone());
    let mut poisoned = clean.clone();
    let mut values = floats;
    for &row in &fold[0].validation {
        values[row * 64..(row + 1) * 64].fill(f32::NAN);
    }
    // Neither do rows that belong to no fold.
    values[300 * 64..].fill(f32::NAN);
    poisoned.features = Storage::F32(values);
    // Nor do the labels of either.
    if let Target::Classes { labels, .. } = &mut poisoned.target {
        let outside = fold[0].validation.iter().copied().chain(300..data.rows);
        outside.for_each(|row| labels[row] = (labels[row] + 1) % 10);
    }

    let quantiles = Encoding::ALL.map(|encoding| (encoding, BinsBy::Quantiles));
    let encodings = quantiles
        .into_iter()
        .chain([(Encoding::Piecewise, BinsBy::Target)]);
    for ((encoding, bins_by), scaling) in encodings.flat_map(|encoding| {
        [Scaling::Standard, Scaling::Robust].map(|scaling| (encoding, scaling))
    }) {
        let mut setup = Setup::new(Norm::Batch, config(6));
        setup.network = binned(Norm::Batch, encoding, bins_by);
        let members: Vec<_> = [0.0, 0.3]
            .into_iter()
            .map(|rate| Member::new(&setup.config, rate, 0, 17))
            .collect();
        let mut states = Vec::new();
        for data in [&clean, &poisoned] {
            setup.problem =
                Problem::new(data, fold.clone(), scaling, &[Device::default()]).expect("a problem");
            let trained = setup.train(&members, resources(2, None));
            states.push(
                trained
                    .outcomes
                    .into_iter()
                    .map(|o| o.state)
                    .collect::<Vec<_>>(),
            );
        }
        for (seen, blinded) in states[0].iter().zip(&states[1]) {
            assert_same_state(seen, blinded);
        }
    }
}

#[test]
fn a_diverged_member_is_frozen_and_the_others_do_not_notice() {
    let setup = Setup::new(Norm::None, config(5));
    let mut plan = setup.plan(&[0.01], 1);
    let healthy = setup.train(&plan.members, resources(1, Some(5)));
    let mut bad = plan.members[2].clone();
    bad.lr = 1e30;
    plan.members.insert(2, bad);
    let mixed = setup.train(&plan.members, resources(1, Some(6)));
    assert!(matches!(
        mixed.outcomes[2].status,
        Status::Diverged { epoch: 1..=2 }
    ));
    for (place, outcome) in healthy.outcomes.iter().enumerate() {
        let same = &mixed.outcomes[place + usize::from(place >= 2)];
        assert_same_state(&outcome.state, &same.state);
        assert_eq!(outcome.status, Status::Finished { epochs: 5 });
    }
}

fn with_checkpoints<'a>(job: Job<'a>, dir: &'a Path, resume: bool) -> Job<'a> {
    Job {
        checkpoints: Some(dir),
        resume,
        ..job
    }
}

/// Trains until `epoch` is done, then cancels.
fn interrupt_after(setup: &Setup, members: &[Member], dir: &Path, epoch: u32, resume: bool) {
    let cancel = AtomicBool::new(false);
    let resources = resources(2, Some(3));
    let observe = |event| {
        if matches!(event, Event::Epoch { epoch: own, .. } if own == epoch) {
            cancel.store(true, Ordering::Relaxed);
        }
    };
    let job = Job {
        cancel: &cancel,
        observe: &observe,
        ..with_checkpoints(setup.job(members, &resources), dir, resume)
    };
    match train(&job) {
        Err(TrainError::Interrupted { epoch: at, .. }) => assert_eq!(at, epoch),
        other => panic!("expected an interruption, got {other:?}"),
    }
}

#[test]
fn a_resumed_run_is_bit_identical_to_an_uninterrupted_one() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut setup = Setup::new(Norm::Batch, config(8));
    setup.config.patience = 2;
    let plan = setup.plan(&[1e-2, 3.0], 1);
    let whole = setup.train(&plan.members, resources(1, Some(10)));
    interrupt_after(&setup, &plan.members, dir.path(), 5, false);
    let resources = resources(2, Some(4));
    let resumed = train(&with_checkpoints(
        setup.job(&plan.members, &resources),
        dir.path(),
        true,
    ))
    .expect("resuming");
    assert_same_run(&whole, &resumed);
    if !is_gpu(&Device::default()) {
        assert_eq!(whole.history, resumed.history);
    }
}

/// Its bins are in the checkpoint.
#[test]
fn a_resumed_run_keeps_its_encoding() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut setup = Setup::new(Norm::Batch, config(4));
    setup.network = encoded(Norm::Batch, Encoding::Piecewise);
    let plan = setup.plan(&[1e-2], 1);
    let whole = setup.train(&plan.members, resources(1, Some(10)));
    interrupt_after(&setup, &plan.members, dir.path(), 2, false);
    let resources = resources(2, Some(4));
    let job = setup.job(&plan.members, &resources);
    let resumed = train(&with_checkpoints(job, dir.path(), true)).expect("resuming");
    assert_same_run(&whole, &resumed);
}

/// Between two validations nothing is kept, and what was kept goes on to the same end.
#[test]
fn checkpoints_are_made_where_members_are_validated() {
    let dir = tempfile::tempdir().expect("a directory");
    let config = TrainConfig {
        evaluate_every: 3,
        ..config(8)
    };
    let setup = Setup::new(Norm::None, config);
    let plan = setup.plan(&[1e-2], 1);
    let whole = setup.train(&plan.members, resources(1, None));
    interrupt_after(&setup, &plan.members, dir.path(), 5, false);
    let seen = std::sync::Mutex::new(None);
    let observe = |event| {
        if let Event::Resumed { epoch, .. } = event {
            *seen.lock().expect("the lock") = Some(epoch);
        }
    };
    let resources = resources(1, None);
    let job = Job {
        observe: &observe,
        ..with_checkpoints(setup.job(&plan.members, &resources), dir.path(), true)
    };
    assert_same_run(&whole, &train(&job).expect("resuming"));
    assert_eq!(seen.into_inner().expect("the lock"), Some(3));
}

/// Bytes of a checkpoint with every `from` replaced by as many bytes, and the digest of the result.
fn forged(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let (from, to) = (from.as_bytes(), to.as_bytes());
    let mut body = bytes[..bytes.len() - 64].to_vec();
    let places: Vec<_> = (0..body.len() - from.len())
        .filter(|&place| body[place..].starts_with(from))
        .collect();
    assert!(!places.is_empty() && from.len() == to.len());
    for place in places {
        body[place..place + to.len()].copy_from_slice(to);
    }
    let digest = decay_data::sha256_hex(&body);
    [&body, digest.as_bytes()].concat()
}

/// A flipped bit, and what has a valid digest and yet fits no network: nothing of it reaches a worker.
#[test]
fn a_damaged_checkpoint_falls_back_to_the_one_before() {
    type Damage = fn(&[u8]) -> Vec<u8>;
    let damages: [(Damage, &str); 6] = [
        (
            |bytes| {
                let mut bytes = bytes.to_vec();
                let middle = bytes.len() / 2;
                bytes[middle] ^= 1;
                bytes
            },
            "digest",
        ),
        (
            |b| forged(b, "0.parameter.0", "0.parameter.9"),
            "parameters",
        ),
        (
            |b| forged(b, "0.parameter.1", "0.momentum_.1"),
            "parameters",
        ),
        (|b| forged(b, "0.moment.1", "0.moment.9"), "moments"),
        (
            |b| forged(b, r#"\"place\":0"#, r#"\"place\":7"#),
            "member 7",
        ),
        (
            |b| forged(b, r#"\"epoch\":4,"#, r#"\"epoch\":9,"#),
            "epoch is 9",
        ),
    ];
    for (damage, words) in damages {
        goes_back(damage, words);
    }
}

/// A run whose newest checkpoint is damaged says so in these `words` and ends like one that was never interrupted.
fn goes_back(damage: impl Fn(&[u8]) -> Vec<u8>, words: &str) {
    let dir = tempfile::tempdir().expect("a directory");
    let setup = Setup::new(Norm::None, config(6));
    let plan = setup.plan(&[0.1], 1);
    let whole = setup.train(&plan.members, resources(2, None));
    // Stopping in good order writes the newest epoch, so that these two are there.
    interrupt_after(&setup, &plan.members, dir.path(), 2, false);
    interrupt_after(&setup, &plan.members, dir.path(), 4, true);
    let mut files: Vec<_> = std::fs::read_dir(dir.path())
        .expect("checkpoints")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    assert_eq!(files.len(), 2);
    let newest = files.last().expect("a checkpoint");
    let bytes = std::fs::read(newest).expect("its bytes");
    std::fs::write(newest, damage(&bytes)).expect("writing");

    let resources = resources(2, None);
    let seen = std::sync::Mutex::new(None);
    let observe = |event| {
        if let Event::Resumed { epoch, lost } = event {
            *seen.lock().expect("the lock") = Some((epoch, lost));
        }
    };
    let job = Job {
        observe: &observe,
        ..with_checkpoints(setup.job(&plan.members, &resources), dir.path(), true)
    };
    let resumed = train(&job).expect("resuming");
    let (epoch, lost) = seen.into_inner().expect("the lock").expect("a resume");
    assert!((2..4).contains(&epoch), "{epoch}");
    let lost = lost.expect("a reason");
    assert!(lost.contains("damaged") && lost.contains(words), "{lost}");
    assert_same_run(&whole, &resumed);
}

#[test]
fn checkpoints_of_another_run_are_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut setup = Setup::new(Norm::None, config(3));
    let plan = setup.plan(&[0.1], 1);
    interrupt_after(&setup, &plan.members, dir.path(), 1, false);
    setup.config.lr = 2e-3;
    let plan = setup.plan(&[0.1], 1);
    let resources = resources(1, None);
    let job = with_checkpoints(setup.job(&plan.members, &resources), dir.path(), true);
    let error = train(&job).expect_err("another run").to_string();
    assert!(error.contains("other data or settings"), "{error}");
}

#[test]
fn waves_do_not_change_the_result() {
    let setup = Setup::new(Norm::Batch, config(3));
    let plan = setup.plan(&[0.1, 1.0], 2);
    let roomy = setup.train(&plan.members, resources(1, Some(2)));
    let parameters = 4 * setup.network.size() as u64;
    // What a run takes beside the data and the members of a wave: on a CPU the process, and final values twice, outputs and history
    // of all members; the memory of a GPU has none of it.
    let (process, left) = if is_gpu(&Device::default()) {
        (0, 0)
    } else {
        let members = plan.members.len() as u64;
        (PROCESS_MEMORY, 4 * parameters * members)
    };
    let too_small = Resources {
        threads: 1,
        memory: process + setup.problem.bytes,
        chunk: Some(2),
    };
    // Room for the data and a few members: the population is trained in several waves.
    let tight = Resources {
        memory: too_small.memory + left + 48 * parameters + (1 << 17),
        ..too_small
    };
    let waves = setup.train(&plan.members, tight);
    assert_same_run(&roomy, &waves);
    let job = setup.job(&plan.members, &too_small);
    assert!(matches!(train(&job), Err(TrainError::Memory { .. })));
}

#[test]
fn early_stopping_keeps_the_best_epoch() {
    let mut setup = Setup::new(Norm::None, config(30));
    setup.config.lr = 3e-2;
    setup.config.patience = 3;
    let plan = setup.plan(&[0.0], 1);
    let trained = setup.train(&plan.members, resources(2, None));
    let mut stopped = 0;
    for (place, outcome) in trained.outcomes.iter().enumerate() {
        let losses: Vec<_> = trained
            .history
            .iter()
            .filter(|r| r.member == place && r.split == Split::Validation)
            .map(|r| (r.losses.loss, r.epoch))
            .collect();
        let best = losses
            .iter()
            .copied()
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .expect("losses");
        let Status::Stopped { epoch, best_epoch } = outcome.status else {
            panic!(
                "with patience every member keeps its best epoch: {:?}",
                outcome.status
            );
        };
        assert_eq!(best_epoch, best.1);
        assert_eq!(outcome.validation.expect("losses").loss, best.0);
        stopped += usize::from(epoch < 30);
    }
    assert!(stopped > 0, "nobody stopped early");
}

#[test]
fn recorded_validation_losses_are_those_of_the_returned_weights() {
    let setup = Setup::new(Norm::Batch, config(3));
    let plan = setup.plan(&[0.1], 1);
    let trained = setup.train(&plan.members, resources(2, None));
    let rows: Vec<_> = trained
        .outcomes
        .iter()
        .zip(&plan.members)
        .map(|(outcome, member)| decay_train::Evaluation {
            state: &outcome.state,
            fold: member.fold,
            rows: &setup.problem.folds[member.fold].validation,
        })
        .collect();
    let (network, problem, stop) = (&setup.network, &setup.problem, AtomicBool::new(false));
    let outputs = || decay_train::outputs(network, problem, &rows, &resources(1, None), &stop);
    let evaluated = outputs();
    stop.store(true, Ordering::Relaxed);
    assert!(matches!(outputs(), Err(TrainError::Stopped)));
    let outputs = evaluated.expect("outputs");
    let data = Embedded::Digits.load().expect("the digits");
    let decay_data::Target::Classes { labels, .. } = &data.target else {
        panic!("digits have classes");
    };
    for ((logits, evaluation), outcome) in outputs.iter().zip(&rows).zip(&trained.outcomes) {
        let nll: f64 = logits
            .chunks_exact(10)
            .zip(evaluation.rows)
            .map(|(x, &row)| {
                let sum: f64 = x.iter().map(|&v| f64::from(v).exp()).sum();
                sum.ln() - f64::from(x[labels[row] as usize])
            })
            .sum::<f64>()
            / evaluation.rows.len() as f64;
        let recorded = outcome.validation.expect("losses").loss;
        assert!((nll - recorded).abs() < 1e-9, "{nll} {recorded}");
    }
}

#[test]
fn without_a_gradient_a_weight_halves_in_its_half_life() {
    // Constant inputs of zero give the first matrix no gradient; only decay moves it.
    let (mut data, folds) = digits();
    data.features = Storage::F32(vec![0.0; data.features.len()]);
    let mut setup = Setup::new(Norm::None, TrainConfig::default());
    setup.config.optimizer = Optimizer::Sgd;
    setup.config.lr = 0.1;
    setup.config.epochs = 6;
    setup.problem =
        Problem::new(&data, folds, Scaling::None, &[Device::default()]).expect("a problem");
    let steps = f64::from(setup.config.steps_per_epoch(240));
    let rate = decay_train::rate_of_half_life(3.0, 0.1, steps);
    assert!((half_life(rate, 0.1, steps) - 3.0).abs() < 1e-9);
    let members = [Member::new(&setup.config, rate, 0, 4)];
    let trained = setup.train(&members, resources(1, None));
    let start = setup.network.initial(4);
    for (before, after) in start.parameters[0]
        .iter()
        .zip(&trained.outcomes[0].state.parameters[0])
    {
        assert!((after - before / 4.0).abs() <= 2e-6, "{before} {after}");
    }
}

#[test]
fn a_loss_that_overfits_shows_in_the_gap() {
    let mut setup = Setup::new(Norm::None, config(40));
    setup.config.dropout = 0.0;
    setup.config.label_smoothing = 0.0;
    setup.config.schedule = Schedule::Constant;
    setup.config.lr = 1e-2;
    let plan = setup.plan(&[0.0], 1);
    let trained = setup.train(&plan.members, resources(2, None));
    for outcome in &trained.outcomes {
        let (train, validation) = (
            outcome.train.expect("train"),
            outcome.validation.expect("validation"),
        );
        assert!(
            train.loss < 0.2 * validation.loss,
            "{train:?} {validation:?}"
        );
        assert!(train.accuracy.expect("accuracy") > 0.98);
    }
}

#[test]
fn settings_outside_their_range_are_named() {
    let mut setup = Setup::new(Norm::None, config(1));
    setup.config.batch = 0;
    let members = [Member::new(&TrainConfig::default(), 0.1, 0, 0)];
    let resources = resources(1, None);
    let error = train(&setup.job(&members, &resources))
        .expect_err("batch 0")
        .to_string();
    assert_eq!(error, "train.batch must be in [1, inf), got 0");
    setup.config.batch = 4096;
    setup.config.drop_last = true;
    let error = train(&setup.job(&members, &resources))
        .expect_err("no batch")
        .to_string();
    assert!(
        error.contains("240 training rows") && error.contains("4096"),
        "{error}"
    );
}
