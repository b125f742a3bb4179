//! What every optimiser and every kind of decay promises, walked by their lists.

use crate::setup::{Setup, assert_same};
use decay_kernels::is_gpu;
use decay_model::Norm;
use decay_train::{DecayKind, Device, Hyper, Member, Optimizer, Schedule, Status, TrainConfig};

/// Digits in batches of 32 under this configuration.
fn digits(norm: Norm, config: TrainConfig) -> Setup {
    Setup {
        config,
        ..Setup::digits(norm, 1)
    }
}

/// Members with every penalty, with and without decay.
fn members(setup: &Setup) -> Vec<Member> {
    let member = |(seed, rate)| {
        let mut member = Member::new(&setup.config, rate, 0, seed);
        for hyper in [Hyper::L1, Hyper::L2, Hyper::GroupLasso] {
            hyper.set(&mut member, 0.02);
        }
        member.max_norm = 2.0;
        member
    };
    [(3, 0.0), (3, 0.4), (9, 0.4)].map(member).to_vec()
}

/// Every optimiser as it is, and Adam, momentum and Muon with every kind of decay.
fn rules() -> Vec<(Optimizer, Option<DecayKind>)> {
    let plain = Optimizer::ALL.map(|optimizer| (optimizer, None));
    let mixed = [Optimizer::Adam, Optimizer::Momentum, Optimizer::Muon];
    let mixed = mixed
        .into_iter()
        .flat_map(|optimizer| DecayKind::ALL.map(|decay| (optimizer, Some(decay))));
    plain.into_iter().chain(mixed).collect()
}

/// Corrected decay is about weights before a normalisation.
fn norm_for((_, decay): (Optimizer, Option<DecayKind>)) -> Norm {
    match decay {
        Some(DecayKind::Corrected) => Norm::Batch,
        _ => Norm::None,
    }
}

fn config((optimizer, decay): (Optimizer, Option<DecayKind>)) -> TrainConfig {
    TrainConfig {
        optimizer,
        decay,
        lr: match optimizer {
            Optimizer::Sgd => 0.2,
            Optimizer::Momentum | Optimizer::Nesterov => 0.05,
            _ => 0.01,
        },
        epochs: 3,
        batch: 32,
        schedule: Schedule::Cosine,
        decay_schedule: Schedule::Cosine,
        ..TrainConfig::default()
    }
}

#[test]
fn every_rule_learns() {
    for rule in rules() {
        let mut setup = digits(norm_for(rule), config(rule));
        let before = {
            setup.config.lr = 1e-12;
            let still = Member::new(&setup.config, 0.0, 0, 3);
            setup.train(&[still], 1).outcomes[0].train.expect("a loss")
        };
        setup.config = TrainConfig {
            epochs: 15,
            ..config(rule)
        };
        let member = Member::new(&setup.config, 1e-3, 0, 3);
        let after = setup.train(&[member], 1).outcomes[0].train.expect("a loss");
        assert!(
            after.loss < 0.7 * before.loss,
            "{rule:?}: {} to {}",
            before.loss,
            after.loss
        );
    }
}

#[test]
fn a_member_alone_equals_itself_among_others() {
    for rule in rules() {
        let setup = digits(Norm::Batch, config(rule));
        let members = members(&setup);
        let together = setup.train(&members, 3);
        for (place, member) in members.iter().enumerate() {
            let alone = setup.train(std::slice::from_ref(member), 1);
            let name = format!("{rule:?} {place}");
            let (a, b) = (&alone.outcomes[0].state, &together.outcomes[place].state);
            if rule.0 == Optimizer::Momentum || !is_gpu(&Device::default()) {
                assert_same(a, b, &name);
            }
        }
    }
}

#[test]
fn a_resumed_run_ends_like_an_uninterrupted_one() {
    for rule in rules() {
        let setup = digits(norm_for(rule), config(rule));
        let members = members(&setup);
        let whole = setup.train(&members, 3);
        let dir = tempfile::tempdir().expect("a directory");
        let resumed = setup.interrupted(&members, 2, dir.path());
        for (a, b) in whole.outcomes.iter().zip(&resumed.outcomes) {
            assert_same(&a.state, &b.state, &format!("{rule:?}"));
        }
    }
}

/// A member either ends with numbers or is reported as diverged, whatever it is asked to do.
#[test]
fn extreme_strengths_end_in_numbers_or_are_reported() {
    for rule in rules() {
        let setup = digits(norm_for(rule), config(rule));
        let extreme = |lr: f64, rate: f64, strength: f64| Member {
            lr,
            l1: strength,
            l2: strength,
            group_lasso: strength,
            max_norm: 1e-6 * strength,
            ..Member::new(&setup.config, rate, 0, 5)
        };
        let members = [
            extreme(1e-3, 1e3, 0.0),
            extreme(1e-3, 1e9, 1e9),
            extreme(1e4, 0.0, 0.0),
            extreme(1e-9, 1e-9, 1e-9),
        ];
        for (member, outcome) in members.iter().zip(setup.train(&members, 3).outcomes) {
            let finite = outcome.state.parameters.iter().flatten();
            let finite = finite.copied().all(f32::is_finite);
            let diverged = matches!(outcome.status, Status::Diverged { .. });
            assert!(finite || diverged, "{rule:?} {member:?}");
        }
    }
}

#[test]
fn the_configuration_is_read_back() {
    for rule in rules() {
        let config = TrainConfig {
            decay_factors: vec!["layers.0.*=0.5".parse().expect("a factor")],
            beta2: Some(0.98),
            momentum: Some(0.8),
            l1: 0.25,
            ..config(rule)
        };
        let text = serde_json::to_string(&config).expect("JSON");
        let read: TrainConfig = serde_json::from_str(&text).expect("the same");
        assert_eq!(read, config);
    }
}

/// With a learning rate of nearly nothing only independent decay acts, by the schedule of the decay.
#[test]
fn independent_decay_follows_its_own_schedule_and_needs_no_learning_rate() {
    let cosine = |t: i32| (1.0 + (std::f64::consts::PI * f64::from(t) / 15.0).cos()) / 2.0;
    let kept = |factor: &dyn Fn(i32) -> f64| (0..15).map(|t| 1.0 - 0.01 * factor(t)).product();
    let cases: [(Schedule, f64); 2] = [
        (Schedule::Constant, kept(&|_| 1.0)),
        (Schedule::Cosine, kept(&cosine)),
    ];
    for (schedule, kept) in cases {
        let rule = (Optimizer::Adam, Some(DecayKind::Independent));
        let mut setup = digits(Norm::None, config(rule));
        setup.config.schedule = Schedule::Constant;
        setup.config.decay_schedule = schedule;
        setup.config.lr = 1e-12;
        let member = Member::new(&setup.config, 0.01, 0, 5);
        let after = &setup.train(&[member], 1).outcomes[0].state.parameters[0];
        for (before, after) in setup.network.initial(5).parameters[0].iter().zip(after) {
            let want = f64::from(*before) * kept;
            let error = (f64::from(*after) - want).abs();
            assert!(
                error <= 1e-5 * want.abs(),
                "{schedule:?}: {after} for {want}"
            );
        }
    }
}

/// A step of Muon has the size of an orthogonal matrix, `lr 0.2 sqrt(n k)`, whatever the gradient's; singular values may be 0.65 to 1.25.
#[test]
fn a_step_of_muon_is_nearly_orthogonal() {
    let mut setup = digits(Norm::None, config((Optimizer::Muon, None)));
    setup.config.epochs = 1;
    setup.config.full_batch = true;
    let member = Member::new(&setup.config, 0.0, 0, 5);
    let (start, lr) = (setup.network.initial(5), member.lr);
    let end = &setup.train(&[member], 1).outcomes[0].state;
    for (place, [n, k]) in [(0, [64.0f64, 17.0]), (2, [17.0, 10.0])] {
        let pairs = start.parameters[place].iter().zip(&end.parameters[place]);
        let squares = pairs.map(|(a, b)| f64::from(b - a).powi(2));
        let share = squares.sum::<f64>().sqrt() / (lr * 0.2 * (n * k).sqrt());
        assert!((0.6..1.25).contains(&share), "{place}: {share}");
    }
}

/// A strong pull toward the start keeps the weights there; the same pull toward zero does not.
#[test]
fn anchored_decay_holds_the_starting_weights() {
    let distance = |decay| {
        let mut setup = digits(Norm::None, config((Optimizer::Adam, Some(decay))));
        setup.config.decay_schedule = Schedule::Constant;
        let member = Member::new(&setup.config, 30.0, 0, 5);
        let outcome = &setup.train(&[member], 1).outcomes[0];
        let (start, end) = (setup.network.initial(5), outcome.state.clone());
        let pairs = start.parameters[0].iter().zip(&end.parameters[0]);
        let distance: f32 = pairs.map(|(a, b)| (a - b).powi(2)).sum();
        let norm: f32 = start.parameters[0].iter().map(|a| a * a).sum();
        (distance / norm).sqrt()
    };
    let (anchored, decoupled) = (
        distance(DecayKind::Anchored),
        distance(DecayKind::Decoupled),
    );
    assert!(anchored < 0.2 && decoupled > 0.7, "{anchored} {decoupled}");
}

/// The factor of a layer multiplies its decay: with 0 it is as exempt, and other layers are not touched.
#[test]
fn a_layers_factor_is_a_rate_of_its_own() {
    let undriven = |factors: &[&str]| {
        let mut setup = digits(Norm::None, config((Optimizer::Sgd, None)));
        setup.config.schedule = Schedule::Constant;
        setup.config.decay_schedule = Schedule::Constant;
        setup.config.lr = 1e-9;
        let factors = factors.iter().map(|text| text.parse().expect("a factor"));
        setup.config.decay_factors = factors.collect();
        let member = Member::new(&setup.config, 1e7, 0, 5);
        let end = setup.train(&[member], 1).outcomes[0].state.clone();
        let start = setup.network.initial(5);
        let kept = |i: usize| end.parameters[i][0] / start.parameters[i][0];
        // Weights of the two layers.
        [kept(0), kept(2)]
    };
    let base = 0.99f32.powi(15);
    let double = 0.98f32.powi(15);
    for (factors, want) in [
        (vec![], [base, base]),
        (vec!["layers.0.*=0"], [1.0, base]),
        (vec!["*=0", "layers.1.*=2"], [1.0, double]),
    ] {
        for (kept, want) in undriven(&factors).into_iter().zip(want) {
            assert!((kept - want).abs() < 1e-4, "{factors:?}: {kept} for {want}");
        }
    }
}

/// Where gradients do not count, the group lasso takes `lr λ_g sqrt(k)` from the norm of every row in every step.
#[test]
fn the_group_lasso_shrinks_rows_by_its_threshold_in_every_step() {
    let mut setup = digits(Norm::None, config((Optimizer::Sgd, None)));
    setup.config.schedule = Schedule::Constant;
    setup.config.lr = 1e-9;
    let mut member = Member::new(&setup.config, 0.0, 0, 5);
    member.group_lasso = 1e6;
    let end = &setup.train(&[member], 1).outcomes[0].state;
    let start = setup.network.initial(5);
    let norm = |row: &[f32]| row.iter().map(|w| w * w).sum::<f32>().sqrt();
    let rows = start.parameters[0]
        .chunks(17)
        .zip(end.parameters[0].chunks(17));
    for (before, after) in rows {
        let want = norm(before) - 15.0 * 1e-3 * 17f32.sqrt();
        assert!(
            (norm(after) - want).abs() < 1e-4,
            "{} for {want}",
            norm(after)
        );
    }
}
