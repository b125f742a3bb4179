//! Losses and weights by what a network learns that has nothing but a bias: the statistic that each of them is least at.

use crate::setup::{Setup, assert_same};
use decay_data::Target;
use decay_train::{ClassWeights, Hyper, Loss, Member, Outcome, Schedule, TrainConfig};

const ROWS: usize = 21;

/// Full batches until nothing moves.
fn config(loss: Loss) -> TrainConfig {
    TrainConfig {
        loss,
        epochs: 1500,
        full_batch: true,
        lr: 0.05,
        schedule: Schedule::Cosine,
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}

/// `0, 0.1, 0.4, .., 40`: skewed, and in no order.
fn values() -> Vec<f64> {
    let places = (0..ROWS).map(|i| i * 8 % ROWS);
    places.map(|i| (i * i) as f64 / 10.0).collect()
}

fn regression(loss: Loss, weights: Option<Vec<f64>>) -> Setup {
    let target = Target::value("y", values());
    Setup::linear(&[0.0; ROWS], target, weights, config(loss))
}

fn trained(setup: &Setup) -> Outcome {
    let member = Member::new(&setup.config, 0.0, 0, 3);
    setup.train(&[member], 1).outcomes.swap_remove(0)
}

/// The outputs for every row, which are the biases.
fn biases(outcome: &Outcome) -> &[f32] {
    &outcome.state.parameters[1]
}

fn validation(outcome: &Outcome) -> f64 {
    outcome.validation.expect("validation rows").loss
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn a_bias_learns_the_mean_the_median_and_the_rate() {
    let y = values();
    let centre = mean(&y);
    for (loss, want) in [
        (Loss::Auto, centre),
        (Loss::Absolute, 10.0),
        (Loss::Poisson, centre),
        (Loss::Gaussian, centre),
    ] {
        let setup = regression(loss, None);
        let outcome = trained(&setup);
        let found = loss.values(biases(&outcome), &setup.problem.scales[0].targets)[0];
        assert!((found - want).abs() < 0.02, "{loss:?}: {found} {want}");
        let cost = |y: &f64| match loss {
            Loss::Auto => (found - y).powi(2),
            Loss::Absolute => (found - y).abs(),
            Loss::Poisson if *y == 0.0 => 2.0 * found,
            Loss::Poisson => 2.0 * (found - y + y * (y / found).ln()),
            _ => {
                let scale = &setup.problem.scales[0].targets;
                let variance = loss.variances(biases(&outcome), scale).expect("a variance")[0];
                let wanted = mean(
                    &values()
                        .iter()
                        .map(|y| (y - centre).powi(2))
                        .collect::<Vec<_>>(),
                );
                assert!(
                    (variance / wanted - 1.0).abs() < 1e-3,
                    "{variance} {wanted}"
                );
                0.5 * ((std::f64::consts::TAU * variance).ln() + (found - y).powi(2) / variance)
            }
        };
        let want = mean(&y.iter().map(cost).collect::<Vec<_>>());
        for told in [validation(&outcome), outcome.train.expect("asked for").loss] {
            assert!((told / want - 1.0).abs() < 1e-9, "{loss:?}: {told} {want}");
        }
        // The last epoch's loss is of the weights one step before.
        let history = setup
            .train(&[Member::new(&setup.config, 0.0, 0, 3)], 1)
            .history;
        let last = history
            .iter()
            .rfind(|record| record.split == decay_train::Split::Train);
        let last = last.expect("a record").losses.loss;
        assert!((last / want - 1.0).abs() < 1e-4, "{loss:?}: {last} {want}");
    }
}

/// Members of one population differ in it, and each comes out as if it were alone.
#[test]
fn a_bias_learns_the_members_own_quantile() {
    let setup = regression(Loss::Quantile, None);
    let scale = &setup.problem.scales[0].targets;
    // Of 21 values a quarter is above the sixth, nine tenths above the nineteenth.
    let wanted = [(0.25, 2.5), (0.5, 10.0), (0.9, 32.4)];
    let members = wanted.map(|(quantile, _)| {
        let mut member = Member::new(&setup.config, 0.0, 0, 3);
        Hyper::Quantile.set(&mut member, quantile);
        member
    });
    let together = setup.train(&members, 3).outcomes;
    for ((member, outcome), (quantile, value)) in members.iter().zip(&together).zip(wanted) {
        let found = Loss::Quantile.values(biases(outcome), scale)[0];
        assert!((found - value).abs() < 0.05, "{quantile}: {found} {value}");
        let pinball = |y: &f64| (quantile * (y - found)).max((quantile - 1.0) * (y - found));
        let want = mean(&values().iter().map(pinball).collect::<Vec<_>>());
        assert!((validation(outcome) / want - 1.0).abs() < 1e-9);
        let alone = setup.states(std::slice::from_ref(member), 1);
        assert_same(&alone[0], &outcome.state, "alone");
    }
}

#[test]
fn sample_weights_weigh_training_and_validation() {
    let (y, weights): (Vec<f64>, Vec<f64>) =
        (values(), (0..ROWS).map(|i| (i % 4) as f64 * 0.7).collect());
    let total: f64 = weights.iter().sum();
    let pairs = || y.iter().zip(&weights);
    let centre = pairs().map(|(y, w)| y * w).sum::<f64>() / total;
    let setup = regression(Loss::Auto, Some(weights.clone()));
    let outcome = trained(&setup);
    let found = Loss::Auto.values(biases(&outcome), &setup.problem.scales[0].targets)[0];
    assert!((found - centre).abs() < 1e-3, "{found} {centre}");
    let want = pairs().map(|(y, w)| w * (y - found).powi(2)).sum::<f64>() / total;
    assert!((validation(&outcome) / want - 1.0).abs() < 1e-9);
}

/// Batches of very unlike weights: each moves the model by what its rows count, not by its number of rows.
#[test]
fn small_batches_weigh_their_rows_by_all_rows() {
    let weights: Vec<f64> = (0..ROWS).map(|i| if i < 3 { 9.0 } else { 0.1 }).collect();
    let total: f64 = weights.iter().sum();
    let centre = values()
        .iter()
        .zip(&weights)
        .map(|(y, w)| y * w)
        .sum::<f64>()
        / total;
    let mut setup = regression(Loss::Auto, Some(weights));
    setup.config = TrainConfig {
        full_batch: false,
        batch: 1,
        optimizer: decay_train::Optimizer::Sgd,
        epochs: 400,
        lr: 0.02,
        ..setup.config
    };
    let outcome = trained(&setup);
    let found = Loss::Auto.values(biases(&outcome), &setup.problem.scales[0].targets)[0];
    assert!((found - centre).abs() < 0.05, "{found} {centre}");
}

fn classes(weights: &str, samples: Option<Vec<f64>>) -> Setup {
    let target = Target::Classes {
        labels: (0..ROWS).map(|i| [0, 0, 0, 1, 1, 2, 0][i % 7]).collect(),
        names: ["a", "b", "c"].map(str::to_owned).to_vec(),
    };
    let config = TrainConfig {
        class_weights: weights.parse().expect("weights"),
        ..config(Loss::Auto)
    };
    Setup::linear(&[0.0; ROWS], target, samples, config)
}

/// Shares `w_c n_c` of 12, 6 and 3 rows; what is told of validation rows counts every row once.
#[test]
fn class_weights_weigh_training_alone() {
    let counts = [12.0, 6.0, 3.0];
    for (weights, shares) in [
        ("none", [12.0, 6.0, 3.0]),
        ("balanced", [1.0, 1.0, 1.0]),
        ("c=4, a = 0.5", [6.0, 6.0, 12.0]),
    ] {
        let outcome = trained(&classes(weights, None));
        let x: Vec<f64> = biases(&outcome)
            .iter()
            .map(|&x| f64::from(x).exp())
            .collect();
        let (sum, total) = (x.iter().sum::<f64>(), shares.iter().sum::<f64>());
        for (x, share) in x.iter().zip(shares) {
            assert!(
                (x / sum - share / total).abs() < 1e-4,
                "{weights}: {x} {share}"
            );
        }
        let nll = x.iter().zip(counts).map(|(x, n)| -n * (x / sum).ln());
        let want = nll.sum::<f64>() / 21.0;
        assert!(
            (validation(&outcome) / want - 1.0).abs() < 1e-9,
            "{weights}"
        );
    }
}

#[test]
fn both_weights_multiply() {
    // Rows of `a` that are told apart by nothing: half of them count double.
    let samples: Vec<f64> = (0..ROWS).map(|i| if i < 7 { 2.0 } else { 1.0 }).collect();
    let outcome = trained(&classes("b=3", Some(samples)));
    let x: Vec<f64> = biases(&outcome)
        .iter()
        .map(|&x| f64::from(x).exp())
        .collect();
    let sum: f64 = x.iter().sum();
    let shares = [16.0, 3.0 * 8.0, 4.0];
    for (x, share) in x.iter().zip(shares) {
        assert!((x / sum - share / 44.0).abs() < 1e-4, "{x} {share}");
    }
}

#[test]
fn what_has_no_meaning_is_refused() {
    let refused = |setup: Setup| {
        let member = Member::new(&setup.config, 0.1, 0, 1);
        setup
            .try_train(&[member], 1)
            .expect_err("a refusal")
            .to_string()
    };
    let mut labels = classes("none", None);
    labels.config.loss = Loss::Gaussian;
    assert_eq!(
        refused(labels),
        "train.loss is for regressions and multilabel tasks, got gaussian"
    );
    let mut labels = classes("none", None);
    labels.config.quantile = 0.9;
    assert_eq!(
        refused(labels),
        "train.quantile is for regressions, got 0.9"
    );
    let mut squares = regression(Loss::Auto, None);
    squares.config.quantile = 0.9;
    assert_eq!(
        refused(squares),
        "train.quantile = 0.9: it is the level of train.loss = quantile"
    );
    let mut squares = regression(Loss::Auto, None);
    squares.config.class_weights = ClassWeights::Balanced;
    assert_eq!(
        refused(squares),
        "train.class_weights = balanced: it weighs classes, and a regression has none"
    );
    assert_eq!(
        refused(classes("d=2", None)),
        "train.class_weights: no class is called 'd'; the classes are a, b, c"
    );
    let below = Setup::regression(&[0.0; 3], &[1.0, 2.0, -0.5], config(Loss::Poisson));
    assert_eq!(
        refused(below),
        "train.loss = poisson needs targets in [0, inf): row 3 of the data has -0.5"
    );
    let mut nothing = vec![0.0; ROWS];
    assert_eq!(
        refused(classes("none", Some(nothing.clone()))),
        "fold 0: all of its training rows have weight 0, so that nothing can be learned"
    );
    nothing[3] = 1.0;
    assert_eq!(
        refused(classes("b=0", Some(nothing))),
        "fold 0: all of its training rows have weight 0, so that nothing can be learned"
    );
}
