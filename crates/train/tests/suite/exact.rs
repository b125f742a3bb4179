//! Members whose minimum is computed, against the same minimum approached by steps.

use crate::setup::{Setup, assert_same, folds, largest_difference, mlp};
use decay_data::{Embedded, Scaling, Storage, Target};
use decay_model::{Encoding, InputFeatures, MlpConfig, ModelConfig, Norm};
use decay_train::{
    ClassWeights, DecayKind, Hyper, Member, Optimizer, Outcome, Solver, Status, TrainConfig,
};

const ROWS: usize = 45;
const RATES: [f64; 3] = [0.02, 0.3, 3.0];

fn exact() -> TrainConfig {
    TrainConfig {
        solver: Solver::Exact,
        ..TrainConfig::default()
    }
}

/// Gradient descent on all rows until nothing moves; coupled decay is the gradient of the penalty.
fn descent() -> TrainConfig {
    TrainConfig {
        optimizer: Optimizer::Sgd,
        decay: Some(DecayKind::Coupled),
        full_batch: true,
        epochs: 4000,
        lr: 0.2,
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}

/// Correlated features, none of mean 0.
fn features() -> Vec<f64> {
    let row = |i: usize| {
        let (a, b) = ((i * 7 % 11) as f64 / 5.0, (i * 5 % 13) as f64 / 9.0);
        [a, b, 0.5 * a - b + (i % 3) as f64 / 2.0]
    };
    (0..ROWS).flat_map(row).collect()
}

fn kinds() -> Target {
    Target::Classes {
        labels: (0..ROWS)
            .map(|i| ((i * 7 % 11 + i % 4) / 5) as u32)
            .collect(),
        names: ["a", "b", "c"].map(str::to_owned).to_vec(),
    }
}

fn amounts() -> Target {
    let rows = features();
    let of_row = |(i, x): (usize, &[f64])| {
        let first = 3.0 + 0.02 * (x[0] - 2.0 * x[1] + (i % 4) as f64 / 3.0);
        [first, 400.0 * (x[2] - x[0] + (i % 5) as f64 / 2.0)]
    };
    Target::Values {
        values: rows.chunks_exact(3).enumerate().flat_map(of_row).collect(),
        names: vec!["a".into(), "b".into()],
    }
}

fn weights() -> Vec<f64> {
    (0..ROWS).map(|i| [0.0, 0.5, 2.0][i % 3]).collect()
}

fn members(config: &TrainConfig) -> Vec<Member> {
    let rates = RATES.into_iter().enumerate();
    rates
        .map(|(seed, rate)| Member::new(config, rate, 0, seed as u64))
        .collect()
}

/// Both ways come to the same weights.
#[track_caller]
fn assert_same_minimum(target: &Target, weights: Option<Vec<f64>>, classes: ClassWeights) {
    let ends = [exact(), descent()].map(|config| {
        let config = TrainConfig {
            class_weights: classes.clone(),
            ..config
        };
        let setup = Setup::linear(&features(), target.clone(), weights.clone(), config);
        setup.train(&members(&setup.config), 3).outcomes
    });
    let [solved, trained] = ends;
    for (solved, trained) in solved.iter().zip(&trained) {
        assert_eq!(solved.status, Status::Finished { epochs: 0 });
        let [mut one, mut other] = [&solved.state, &trained.state].map(Clone::clone);
        // Descent keeps the mean over classes that its biases start with, which changes no probability.
        if matches!(target, Target::Classes { .. }) {
            for state in [&mut one, &mut other] {
                let mean = state.parameters[1].iter().sum::<f32>() / 3.0;
                state.parameters[1]
                    .iter_mut()
                    .for_each(|bias| *bias -= mean);
            }
        }
        let difference = largest_difference(&one, &other);
        assert!(difference < 1e-2, "{difference}: {one:?} {other:?}");
        let losses = [solved, trained].map(|own| own.validation.map(|own| own.loss));
        let [one, other] = losses.map(Option::unwrap);
        assert!((one / other - 1.0).abs() < 1e-4, "{one} {other}");
    }
}

#[test]
fn classes_are_solved_as_descent_ends() {
    assert_same_minimum(&kinds(), None, ClassWeights::None);
}

#[test]
fn several_values_are_solved_as_descent_ends() {
    assert_same_minimum(&amounts(), None, ClassWeights::None);
}

#[test]
fn weights_of_rows_and_classes_count_as_in_training() {
    assert_same_minimum(&kinds(), Some(weights()), ClassWeights::Balanced);
    assert_same_minimum(&amounts(), Some(weights()), ClassWeights::None);
}

/// Several targets share a population whose members have penalties of their own.
#[test]
fn weights_are_as_sparse_as_proximal_steps_end() {
    let ends = [exact(), descent()].map(|config| {
        let setup = Setup::linear(&features(), amounts(), Some(weights()), config);
        let mut members = members(&setup.config);
        for (member, [l1, l2]) in members
            .iter_mut()
            .zip([[0.3, 0.0], [0.05, 0.2], [0.0, 0.1]])
        {
            Hyper::L1.set(member, l1);
            Hyper::L2.set(member, l2);
        }
        setup.train(&members, 3).outcomes
    });
    let [solved, trained] = ends;
    for (solved, trained) in solved.iter().zip(&trained) {
        let difference = largest_difference(&solved.state, &trained.state);
        assert!(difference < 1e-3, "{difference}: {solved:?} {trained:?}");
        let zero = |own: &Outcome| {
            own.state.parameters[0]
                .iter()
                .map(|w| *w == 0.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(zero(solved), zero(trained));
    }
    let count = solved[0].state.parameters[0]
        .iter()
        .filter(|w| **w == 0.0)
        .count();
    assert!((1..6).contains(&count), "{count}");
}

/// Rules that need no validation rows are asked where there are none.
#[test]
fn rows_that_nothing_judges_say_what_they_would_choose() {
    let first: Vec<f64> = match amounts() {
        Target::Values { values, .. } => values.into_iter().step_by(2).collect(),
        _ => panic!("amounts are values"),
    };
    let alone = |validation: usize, l1: f64| {
        let mut setup = Setup::linear(
            &features(),
            Target::value("a", first.clone()),
            None,
            exact(),
        );
        let own = &mut setup.problem.folds[0];
        own.validation.truncate(validation);
        let mut member = Member::new(&setup.config, 0.1, 0, 0);
        Hyper::L1.set(&mut member, l1);
        setup.train(&[member], 1).alone
    };
    let own = alone(0, 0.0).unwrap();
    // Nearly without noise: all prefer next to no decay, and the rows determine the prior.
    assert!(
        (0.0..0.1).contains(&own.leave_one_out) && own.evidence.unwrap() > 0.0,
        "{own:?}"
    );
    assert!(
        (own.leave_one_out / own.generalised).log10().abs() < 1.0,
        "{own:?}"
    );
    assert_eq!(alone(0, 0.1), None, "a lasso has other rules");
    assert_eq!(alone(5, 0.0), None, "validation rows judge");
}

/// The digits with a linear model of an encoding.
fn digits(encoding: Encoding) -> Setup {
    let data = Embedded::Digits.load().expect("the embedded digits");
    let model = ModelConfig::Mlp(MlpConfig {
        hidden: Vec::new(),
        encoding,
        ..MlpConfig::default()
    });
    let numbers = InputFeatures::new(64, (0..64).collect());
    Setup {
        network: model.init(numbers, 10).expect("a network"),
        ..Setup::new(&model, &data, folds(200), Scaling::Auto, exact())
    }
}

#[test]
fn seeds_change_nothing_and_folds_do() {
    let setup = digits(Encoding::Linear);
    let member = |fold, seed| Member::new(&setup.config, 0.1, fold, seed);
    let all = [member(0, 1), member(1, 1), member(0, 2)];
    let trained = setup.train(&all, 2);
    assert!(trained.history.is_empty(), "there are no epochs");
    let states: Vec<_> = trained.outcomes.iter().map(|own| &own.state).collect();
    assert_same(states[0], states[2], "two seeds");
    assert!(largest_difference(states[0], states[1]) > 1e-3);
}

#[test]
fn a_member_alone_is_what_it_is_in_a_population_to_the_tolerance() {
    let setup = digits(Encoding::Linear);
    let rates = [1.0, 0.1, 0.01];
    let all: Vec<Member> = rates
        .iter()
        .map(|&rate| Member::new(&setup.config, rate, 1, 0))
        .collect();
    let together = setup.states(&all, 3);
    for (member, together) in all.iter().zip(&together) {
        let alone = &setup.states(std::slice::from_ref(member), 1)[0];
        let difference = largest_difference(alone, together);
        // What a gradient within the tolerance leaves: at most itself over the rate.
        assert!(difference < 5e-2, "{}: {difference}", member.decay);
    }
}

/// Overwriting every validation row with NaN changes no bit of any weight.
#[test]
fn validation_rows_have_no_part_in_a_minimum() {
    let mut data = Embedded::Wine.load().expect("the embedded wine");
    let model = mlp(vec![], Norm::None);
    let member = |setup: &Setup| Member::new(&setup.config, 0.1, 2, 0);
    let before = Setup::new(&model, &data, folds(100), Scaling::Auto, exact());
    let width = data.features();
    let hidden = before.problem.folds[2].validation.clone();
    let Storage::F32(values) = &mut data.features else {
        panic!("wine is numbers");
    };
    for row in hidden {
        values[row * width..][..width].fill(f32::NAN);
    }
    let after = Setup::new(&model, &data, folds(100), Scaling::Auto, exact());
    let [before, after] = [before, after].map(|own| own.states(&[member(&own)], 1).remove(0));
    assert_same(&before, &after, "validation rows");
}

#[test]
fn an_encoding_without_weights_is_solved_and_one_with_weights_refused() {
    let member = |setup: &Setup| Member::new(&setup.config, 0.1, 0, 0);
    let bins = digits(Encoding::Piecewise);
    let loss = |setup: &Setup| {
        setup.train(&[member(setup)], 1).outcomes[0]
            .train
            .unwrap()
            .loss
    };
    assert!(loss(&bins) < loss(&digits(Encoding::Linear)));
    let waves = digits(Encoding::Periodic);
    let refused = waves
        .try_train(&[member(&waves)], 1)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("--model linear"), "{refused}");
}

#[test]
fn what_shapes_steps_is_refused() {
    let linear = |config| Setup::linear(&features(), kinds(), None, config);
    let plain = linear(exact());
    let mut member = Member::new(&plain.config, 0.1, 0, 0);
    Hyper::Dropout.set(&mut member, 0.5);
    let refused = plain.try_train(&[member], 1).unwrap_err().to_string();
    assert!(
        refused.starts_with("train.dropout = 0.5: it shapes steps"),
        "{refused}"
    );
    let faster = linear(TrainConfig { lr: 0.1, ..exact() });
    let refused = faster
        .try_train(&members(&faster.config), 1)
        .unwrap_err()
        .to_string();
    assert!(refused.starts_with("train.lr = 0.1"), "{refused}");
    let mut sparse = Member::new(&plain.config, 0.1, 0, 0);
    Hyper::L1.set(&mut sparse, 0.5);
    let refused = plain.try_train(&[sparse], 1).unwrap_err().to_string();
    assert!(
        refused.starts_with("train.l1 = 0.5: train.solver = exact minimises it beside squared"),
        "{refused}"
    );
    let hidden = Setup {
        config: exact(),
        ..Setup::digits(Norm::None, 1)
    };
    let refused = hidden
        .try_train(&members(&hidden.config), 1)
        .unwrap_err()
        .to_string();
    assert!(
        refused.starts_with("train.solver = exact: only a linear model"),
        "{refused}"
    );
}
