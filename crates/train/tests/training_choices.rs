//! Clipping, noise, averages, schedules and full batches by what they do to trained weights.

mod setup;

use decay_data::{Embedded, Scaling};
use decay_model::{CnnConfig, MemberState, ModelConfig, Norm};
use decay_train::{
    Device, Evaluation, Member, Optimizer, Problem, Regulariser, Schedule, Split, Status,
    TrainConfig,
};
use setup::{Setup, assert_same, folds, largest_difference, resources};

/// Digits as images under convolutions, max-pooling and a dense layer.
fn images() -> Setup {
    let data = Embedded::Digits.load().expect("the embedded digits");
    let stages = ["conv3:5", "max2", "conv3:6/2", "dense:9"];
    let stages = stages.map(|text| text.parse().expect("a stage"));
    let model = ModelConfig::Cnn(CnnConfig {
        stages: stages.to_vec(),
        norm: Norm::None,
        ..CnnConfig::default()
    });
    let config = TrainConfig {
        epochs: 2,
        batch: 32,
        ..TrainConfig::default()
    };
    Setup::new(&model, &data, folds(100), Scaling::Auto, config)
}

/// What the suite of regularisers asks of a perceptron, of a network on images.
#[test]
fn images_are_regularised_as_rows_are() {
    for regulariser in [
        Regulariser::Jacobian,
        Regulariser::InputNoise,
        Regulariser::WeightNoise,
        Regulariser::ClipNorm,
    ] {
        let setup = images();
        let usual = setup.member(regulariser, regulariser.usual(), 5);
        let off = setup.member(regulariser, 0.0, 5);
        let together = setup.states(&[usual.clone(), off.clone()], 2);
        for (member, together) in [usual, off].iter().zip(&together) {
            let alone = setup.states(std::slice::from_ref(member), 1);
            assert_same(&alone[0], together, &format!("{regulariser:?}"));
        }
        assert!(largest_difference(&together[0], &together[1]) > 1e-5);
        assert!(together[0].is_finite());
    }
}

fn distance(a: &MemberState, b: &MemberState) -> f64 {
    let (a, b) = (a.parameters.iter().flatten(), b.parameters.iter().flatten());
    let squares = a.zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>().sqrt()
}

/// One step of gradient descent moves the weights by the clipped norm of the gradient.
#[test]
fn a_clipped_step_has_the_length_that_is_allowed() {
    let mut setup = Setup::digits(Norm::None, 1);
    setup.config = TrainConfig {
        optimizer: Optimizer::Sgd,
        lr: 1.0,
        full_batch: true,
        epochs: 1,
        ..setup.config
    };
    let limits = [0.0, 0.01, 0.25, 1e3];
    let members = limits.map(|limit| Member {
        decay: 0.0,
        ..setup.member(Regulariser::ClipNorm, limit, 8)
    });
    let start = setup.network.initial(8);
    let moved: Vec<f64> = setup
        .states(&members, 4)
        .iter()
        .map(|state| distance(state, &start))
        .collect();
    assert!(moved[0] > 0.5, "{moved:?}");
    assert_eq!(moved[0], moved[3]);
    for (moved, limit) in moved.iter().zip(limits).take(3).skip(1) {
        assert!((moved / limit - 1.0).abs() < 1e-4, "{moved} for {limit}");
    }
}

/// The update changes the weights without noise: at a rate of nearly zero they stay where they started.
#[test]
fn noise_on_the_weights_is_not_kept() {
    let mut setup = Setup::digits(Norm::None, 2);
    setup.config.optimizer = Optimizer::Sgd;
    setup.config.lr = 1e-12;
    let member = setup.member(Regulariser::WeightNoise, 1.0, 8);
    let state = &setup.states(&[member], 1)[0];
    assert!(largest_difference(state, &setup.network.initial(8)) < 1e-8);
}

/// Averaging does not change the course of the weights, so that shorter runs without it give what it averages.
#[test]
fn the_mean_of_the_last_epochs_is_returned() {
    let run = |epochs, swa_from| {
        let setup = Setup::digits(Norm::None, epochs);
        let member = setup.member(Regulariser::SwaFrom, swa_from, 8);
        setup.states(&[member], 1).remove(0)
    };
    let averaged = run(4, 0.5);
    let ends = [run(3, 0.0), run(4, 0.0)];
    for (i, values) in averaged.parameters.iter().enumerate() {
        let pairs = ends[0].parameters[i].iter().zip(&ends[1].parameters[i]);
        for (got, (a, b)) in values.iter().zip(pairs) {
            assert!((got - (a + b) / 2.0).abs() < 1e-6);
        }
    }
}

/// With a full batch an epoch is a step, and shorter runs give the weights of every step, batch statistics included.
#[test]
fn the_exponential_average_is_that_of_the_weights_of_all_steps() {
    let run = |epochs, ema| {
        let mut setup = Setup::digits(Norm::Batch, epochs);
        setup.config.full_batch = true;
        let member = setup.member(Regulariser::Ema, ema, 8);
        setup.states(&[member], 1).remove(0)
    };
    let averaged = run(3, 0.6);
    let steps = [run(1, 0.0), run(2, 0.0), run(3, 0.0)];
    let shares = [0.36f32, 0.6, 1.0].map(|share| share / 1.96);
    let of = |state: &MemberState| -> Vec<f32> {
        let values = state.parameters.iter().chain(&state.buffers);
        values.flatten().copied().collect()
    };
    let [first, second, third] = [0, 1, 2].map(|step| of(&steps[step]));
    for (i, got) in of(&averaged).iter().enumerate() {
        let want = shares[0] * first[i] + shares[1] * second[i] + shares[2] * third[i];
        assert!(
            (got - want).abs() < 2e-6 * want.abs().max(1.0),
            "{got} {want}"
        );
    }
}

/// Early stopping judges and keeps the average: the recorded loss of the best epoch is that of the returned values.
#[test]
fn early_stopping_keeps_the_average_of_the_best_epoch() {
    for regulariser in [Regulariser::Ema, Regulariser::SwaFrom] {
        let mut setup = Setup::digits(Norm::None, 30);
        setup.config.lr = 3e-2;
        setup.config.patience = 3;
        let member = setup.member(regulariser, 0.2, 8);
        let members = [
            member.clone(),
            Member {
                ema: 0.0,
                swa_from: 0.0,
                ..member
            },
        ];
        let trained = setup.train(&members, 2);
        let [outcome, plain] = [0, 1].map(|place| &trained.outcomes[place]);
        assert_ne!(outcome.state, plain.state);
        let Status::Stopped { best_epoch, .. } = outcome.status else {
            panic!("{:?}", outcome.status);
        };
        let losses = trained
            .history
            .iter()
            .filter(|r| r.member == 0 && r.split == Split::Validation);
        let best = losses.min_by(|a, b| a.losses.loss.total_cmp(&b.losses.loss));
        assert_eq!(best.expect("losses").epoch, best_epoch);
        let rows = &setup.problem.folds[1].validation;
        let evaluation = Evaluation {
            state: &outcome.state,
            fold: 1,
            rows,
        };
        let outputs =
            decay_train::outputs(&setup.network, &setup.problem, &[evaluation], &resources(1));
        let loss = nll(&outputs.expect("outputs")[0], rows);
        let recorded = outcome.validation.expect("losses").loss;
        assert!((loss - recorded).abs() < 1e-9, "{loss} {recorded}");
    }
}

fn nll(outputs: &[f32], rows: &[usize]) -> f64 {
    let data = Embedded::Digits.load().expect("the digits");
    let decay_data::Target::Classes { labels, .. } = &data.target else {
        panic!("digits have classes");
    };
    let of_row = |(x, &row): (&[f32], &usize)| {
        let sum: f64 = x.iter().map(|&v| f64::from(v).exp()).sum();
        sum.ln() - f64::from(x[labels[row] as usize])
    };
    let losses = outputs.chunks_exact(10).zip(rows).map(of_row);
    losses.sum::<f64>() / rows.len() as f64
}

/// All rows at once are the batch of that size, also where folds differ in theirs.
#[test]
fn a_full_batch_is_a_batch_of_all_rows() {
    let mut setup = Setup::digits(Norm::Batch, 3);
    let member = |fold| Member {
        fold,
        ..Member::new(&setup.config, 0.01, 0, 9)
    };
    let members = [member(0), member(1)];
    setup.config.batch = 160;
    let by_size = setup.states(&members[..1], 1);
    setup.config.batch = 7;
    setup.config.full_batch = true;
    assert_eq!(setup.config.steps_per_epoch(160), 1);
    let full = setup.states(&members[..1], 1);
    assert_same(&by_size[0], &full[0], "a batch of 160");
    let data = Embedded::Digits.load().expect("the digits");
    let mut ragged = folds(200);
    ragged[1].train.truncate(97);
    setup.problem =
        Problem::new(&data, ragged, Scaling::Auto, &[Device::default()]).expect("a problem");
    let together = setup.states(&members, 2);
    for (member, state) in members.iter().zip(&together) {
        let alone = &setup.states(std::slice::from_ref(member), 1)[0];
        let difference = largest_difference(alone, state);
        assert!(difference < 1e-5, "fold {}: {difference}", member.fold);
    }
}

/// Members reduce their rates at different times, a run that is resumed at the same times.
#[test]
fn a_plateau_is_each_members_own() {
    let mut setup = Setup::digits(Norm::None, 12);
    setup.config = TrainConfig {
        schedule: Schedule::Plateau,
        plateau_patience: 2,
        gamma: 0.1,
        ..setup.config
    };
    let member = |lr, seed| Member {
        lr,
        ..Member::new(&setup.config, 0.0, 1, seed)
    };
    let members = [member(3e-3, 1), member(0.1, 2), member(0.05, 3)];
    let trained = setup.train(&members, 2);
    let reductions = |place: usize| &trained.outcomes[place].reduced_after;
    assert!(reductions(0).is_empty(), "{:?}", reductions(0));
    assert!(!reductions(1).is_empty() && !reductions(2).is_empty());
    for (place, member) in members.iter().enumerate() {
        let alone = setup.train(std::slice::from_ref(member), 1);
        assert_same(
            &alone.outcomes[0].state,
            &trained.outcomes[place].state,
            "alone",
        );
        assert_eq!(&alone.outcomes[0].reduced_after, reductions(place));
    }
    let dir = tempfile::tempdir().expect("a directory");
    let resumed = setup.interrupted(&members, 7, dir.path());
    for (place, outcome) in resumed.outcomes.iter().enumerate() {
        assert_same(&outcome.state, &trained.outcomes[place].state, "resumed");
        assert_eq!(&outcome.reduced_after, reductions(place));
    }
    // The same reductions by epoch are the same training.
    let mut replay = setup;
    replay.config.schedule = Schedule::Milestones;
    replay.config.milestones = trained.outcomes[1].reduced_after.clone();
    let replayed = replay.states(&members[1..2], 1);
    assert_same(&replayed[0], &trained.outcomes[1].state, "replayed");
}
