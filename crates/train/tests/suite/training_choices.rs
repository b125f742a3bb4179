//! Clipping, noise, plateaus and full batches by what they do to trained weights.

use crate::setup::{Setup, assert_same, folds, largest_difference};
use decay_data::{Embedded, Scaling};
use decay_model::{CnnConfig, MemberState, ModelConfig, Norm};
use decay_train::{Device, Hyper, Member, Optimizer, Problem, Schedule, TrainConfig};

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
        Hyper::Jacobian,
        Hyper::InputNoise,
        Hyper::WeightNoise,
        Hyper::ClipNorm,
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
        ..setup.member(Hyper::ClipNorm, limit, 8)
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

/// After one step of gradient descent at rate 1 the noise is what the weights differ by: each value has its own draw.
#[test]
fn noise_on_the_gradients_has_its_deviation() {
    let mut setup = Setup::digits(Norm::None, 1);
    setup.config = TrainConfig {
        optimizer: Optimizer::Sgd,
        lr: 1.0,
        full_batch: true,
        ..setup.config
    };
    let member = |sd| setup.member(Hyper::GradientNoise, sd, 8);
    let states = setup.states(&[member(0.0), member(0.1)], 2);
    let pairs = states[0].parameters.iter().zip(&states[1].parameters);
    let noise = pairs.map(|(a, b)| a.iter().zip(b).map(|(a, b)| f64::from(a - b)).collect());
    let noise: Vec<Vec<f64>> = noise.collect();
    let n = noise.iter().flatten().count() as f64;
    let variance = noise.iter().flatten().map(|z| z * z).sum::<f64>() / n;
    assert!((variance / 0.01 - 1.0).abs() < 4.0 * (2.0 / n).sqrt());
    for pair in noise.windows(2) {
        let equal = pair[0]
            .iter()
            .zip(&pair[1])
            .filter(|(a, b)| (*a - *b).abs() < 1e-5);
        assert!(equal.count() <= 1, "two parameters share their draws");
    }
}

/// The second of two steps has half the variance of the first one.
#[test]
fn noise_on_the_gradients_fades() {
    let fading = |epochs, fade| {
        let mut setup = Setup::digits(Norm::None, epochs);
        setup.config = TrainConfig {
            optimizer: Optimizer::Sgd,
            lr: 1e-6,
            full_batch: true,
            ..setup.config
        };
        let member = Member {
            gradient_noise_decay: fade,
            ..setup.member(Hyper::GradientNoise, 1e5, 8)
        };
        setup.states(&[member], 1).remove(0)
    };
    let [first, constant, faded] = [(1, 1.0), (2, 0.0), (2, 1.0)].map(|(e, f)| fading(e, f));
    let ratio = distance(&faded, &first) / distance(&constant, &first);
    assert!((ratio - 0.5f64.sqrt()).abs() < 1e-3, "{ratio}");
}

/// The update changes the weights without noise: at a rate of nearly zero they stay where they started.
#[test]
fn noise_on_the_weights_is_not_kept() {
    let mut setup = Setup::digits(Norm::None, 2);
    setup.config.optimizer = Optimizer::Sgd;
    setup.config.lr = 1e-12;
    let member = setup.member(Hyper::WeightNoise, 1.0, 8);
    let state = &setup.states(&[member], 1)[0];
    assert!(largest_difference(state, &setup.network.initial(8)) < 1e-8);
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
