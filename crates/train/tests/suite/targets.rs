//! Several targets and labels at once, against closed forms and against each of them alone.

use crate::setup::Setup;
use decay_data::{Label, Target};
use decay_train::{DecayKind, Loss, Member, Optimizer, Outcome, Schedule, TrainConfig};

const ROWS: usize = 40;
const FEATURES: usize = 3;
/// Ends of the scales of two targets whose units have nothing to do with each other.
const UNITS: [(f64, f64); 2] = [(3.0, 0.02), (-500.0, 400.0)];

/// Correlated features, none of mean 0.
fn features() -> Vec<f64> {
    let row = |i: usize| {
        let (a, b) = ((i * 7 % 11) as f64 / 5.0, (i * 5 % 13) as f64 / 6.0);
        [a, b, 0.5 * a - b + (i % 3) as f64]
    };
    (0..ROWS).flat_map(row).collect()
}

/// What each target is, `[targets]` of `[rows]`.
fn values() -> [Vec<f64>; 2] {
    let rows = features();
    let of = |weights: [f64; FEATURES], (offset, unit): (f64, f64)| {
        let rows = rows.chunks_exact(FEATURES).enumerate();
        rows.map(|(i, x)| {
            let sum: f64 = x.iter().zip(weights).map(|(x, w)| x * w).sum();
            offset + unit * (sum + (i % 4) as f64 / 3.0)
        })
        .collect()
    };
    [
        of([1.0, -2.0, 0.5], UNITS[0]),
        of([0.25, 0.5, -1.0], UNITS[1]),
    ]
}

fn together(config: TrainConfig) -> Setup {
    let [first, second] = values();
    let pairs = first.into_iter().zip(second);
    let target = Target::Values {
        values: pairs.flat_map(|(a, b)| [a, b]).collect(),
        names: vec!["a".into(), "b".into()],
    };
    Setup::linear(&features(), target, None, config)
}

/// Gradient descent on all rows until nothing moves.
fn descent(lr: f64) -> TrainConfig {
    TrainConfig {
        optimizer: Optimizer::Sgd,
        decay: Some(DecayKind::Coupled),
        full_batch: true,
        epochs: 3000,
        lr,
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}

fn trained(setup: &Setup, decay: f64) -> Outcome {
    let member = Member::new(&setup.config, decay, 0, 3);
    setup.train(&[member], 1).outcomes.swap_remove(0)
}

/// The weights of a target among so many, and its bias.
fn of_target(outcome: &Outcome, target: usize, targets: usize) -> [f64; FEATURES + 1] {
    let [weights, biases] = [0, 1].map(|place| &outcome.state.parameters[place]);
    let weight = |j: usize| f64::from(weights[j * targets + target]);
    [weight(0), weight(1), weight(2), f64::from(biases[target])]
}

/// The minimiser of `mean_i (x_i w + b - t_i)^2 + a |w|^2`, the bias last, of targets in units of their spread.
fn ridge(values: &[f64], a: f64) -> [f64; FEATURES + 1] {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = (values.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / n).sqrt();
    let x = features();
    let centre = |j: usize| x.iter().skip(j).step_by(FEATURES).sum::<f64>() / n;
    let centres = [centre(0), centre(1), centre(2)];
    let mut system = [[0.0; FEATURES + 1]; FEATURES];
    for (row, y) in x.chunks_exact(FEATURES).zip(values) {
        for j in 0..FEATURES {
            let own = (row[j] - centres[j]) / n;
            for k in 0..FEATURES {
                system[j][k] += own * (row[k] - centres[k]);
            }
            system[j][FEATURES] += own * (y - mean) / sd;
        }
    }
    (0..FEATURES).for_each(|j| system[j][j] += a);
    for pivot in 0..FEATURES {
        let own = system[pivot];
        for (place, row) in system.iter_mut().enumerate() {
            if place != pivot {
                let factor = row[pivot] / own[pivot];
                row.iter_mut()
                    .zip(own)
                    .for_each(|(value, own)| *value -= factor * own);
            }
        }
    }
    let weight = |j: usize| system[j][FEATURES] / system[j][j];
    let w = [weight(0), weight(1), weight(2)];
    let bias = -w.iter().zip(centres).map(|(w, c)| w * c).sum::<f64>();
    [w[0], w[1], w[2], bias]
}

fn assert_near(found: [f64; FEATURES + 1], wanted: [f64; FEATURES + 1], what: &str) {
    for (one, other) in found.iter().zip(wanted) {
        assert!((one - other).abs() < 2e-5, "{what}: {found:?} {wanted:?}");
    }
}

/// The loss is the mean over the targets: a penalty `λ / 2 |w|^2` beside it weighs twice as much as beside the loss of each alone.
#[test]
fn two_targets_come_to_the_ridge_of_each() {
    let setup = together(descent(0.2));
    for decay in [0.0, 0.3, 4.0] {
        let outcome = trained(&setup, decay);
        for (target, values) in values().iter().enumerate() {
            let found = of_target(&outcome, target, 2);
            assert_near(
                found,
                ridge(values, decay),
                &format!("λ = {decay}, target {target}"),
            );
        }
    }
}

/// Without a hidden layer targets share nothing: at twice the learning rate and half the decay each takes the steps that it takes alone.
#[test]
fn targets_trained_together_are_each_trained_alone() {
    let both = trained(&together(descent(0.2)), 0.15);
    for (target, values) in values().iter().enumerate() {
        let alone = Setup::regression(&features(), values, descent(0.1));
        let alone = trained(&alone, 0.3);
        assert_near(
            of_target(&both, target, 2),
            of_target(&alone, 0, 1),
            "alone",
        );
    }
}

/// Told are means over the targets in units of each one's spread; alone a target is told in its own unit.
#[test]
fn losses_of_several_targets_are_told_in_units_of_their_spread() {
    for loss in [Loss::Auto, Loss::Absolute, Loss::Gaussian] {
        let config = TrainConfig {
            loss,
            epochs: 30,
            optimizer: Optimizer::Adamw,
            decay: None,
            schedule: Schedule::Constant,
            ..descent(0.05)
        };
        let setup = together(config);
        let outcome = trained(&setup, 0.0);
        let scales = &setup.problem.scales[0].targets;
        let (weights, biases) = (&outcome.state.parameters[0], &outcome.state.parameters[1]);
        let outputs: Vec<f32> = features()
            .chunks_exact(FEATURES)
            .flat_map(|x| {
                let output = |k: usize| {
                    let along = x.iter().enumerate();
                    let sum = along.map(|(j, x)| *x as f32 * weights[j * biases.len() + k]);
                    biases[k] + sum.sum::<f32>()
                };
                (0..biases.len()).map(output).collect::<Vec<_>>()
            })
            .collect();
        let said = loss.values(&outputs, scales);
        let variances = loss.variances(&outputs, scales);
        let mut wanted = 0.0;
        for (k, values) in values().iter().enumerate() {
            let sd = scales[k].sd;
            for (row, y) in values.iter().enumerate() {
                let error = (said[2 * row + k] - y) / sd;
                wanted += match &variances {
                    Some(own) => {
                        let v = own[2 * row + k] / (sd * sd);
                        0.5 * ((std::f64::consts::TAU * v).ln() + error * error / v)
                    }
                    None if loss == Loss::Auto => error * error,
                    None => error.abs(),
                };
            }
        }
        wanted /= 2.0 * ROWS as f64;
        for told in [outcome.validation, outcome.train] {
            let told = told.expect("asked for").loss;
            assert!((told - wanted).abs() < 1e-4, "{loss:?}: {told} {wanted}");
        }
    }
}

fn labels() -> Target {
    let label = |name: &str| Label {
        name: name.into(),
        values: ["no".into(), "yes".into()],
    };
    Target::Flags {
        flags: (0..ROWS).flat_map(|i| [i % 4 == 0, i % 5 < 4]).collect(),
        labels: vec![label("a"), label("b")],
    }
}

/// A bias learns the log-odds of each label, `ln(1/4 / 3/4)` and `ln 4`; the loss is the mean of the labels' entropies.
#[test]
fn biases_learn_the_log_odds_of_labels() {
    let config = TrainConfig {
        epochs: 1500,
        optimizer: Optimizer::Adamw,
        decay: None,
        schedule: Schedule::Cosine,
        ..descent(0.05)
    };
    let setup = Setup::linear(&[0.0; ROWS], labels(), None, config);
    let outcome = trained(&setup, 0.0);
    let found = &outcome.state.parameters[1];
    for (found, wanted) in found.iter().zip([-(3f64.ln()), 4f64.ln()]) {
        assert!(
            (f64::from(*found) - wanted).abs() < 2e-3,
            "{found} {wanted}"
        );
    }
    let entropy = |p: f64| -p * p.ln() - (1.0 - p) * (1.0 - p).ln();
    let wanted = (entropy(0.25) + entropy(0.8)) / 2.0;
    let told = outcome.validation.expect("validation rows");
    assert!(
        (told.loss / wanted - 1.0).abs() < 1e-5,
        "{} {wanted}",
        told.loss
    );
    // No for the first, yes for the second.
    assert!((told.accuracy.expect("of labels") - (0.75 + 0.8) / 2.0).abs() < 1e-12);
}

#[test]
fn losses_that_do_not_suit_the_target_are_refused() {
    let refused = |target: Target, loss: Loss| {
        let config = TrainConfig {
            loss,
            ..descent(0.1)
        };
        let setup = Setup::linear(&[0.0; ROWS], target, None, config);
        let member = Member::new(&setup.config, 0.0, 0, 3);
        setup
            .try_train(&[member], 1)
            .expect_err("refused")
            .to_string()
    };
    let message = refused(labels(), Loss::Absolute);
    assert!(
        message.contains("train.loss is auto or bernoulli"),
        "{message}"
    );
    let message = refused(Target::value("y", vec![0.5; ROWS]), Loss::Bernoulli);
    assert!(
        message.contains("train.loss is for multilabel tasks"),
        "{message}"
    );
    let mut counts = vec![1.0; 2 * ROWS];
    counts[2 * 6 + 1] = -2.0;
    let both = Target::Values {
        values: counts,
        names: vec!["a".into(), "b".into()],
    };
    let message = refused(both, Loss::Poisson);
    assert!(
        message.contains("row 7") && message.contains("-2"),
        "{message}"
    );
}
