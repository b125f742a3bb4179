//! Lasso and elastic net, reached by proximal steps and solved, against scikit-learn's coordinate descent.

use crate::golden::{self, numbers};
use crate::setup::Setup;
use decay_train::{Member, Optimizer, Solver, TrainConfig};

/// The path of one case: every penalty is a member of one population.
fn check(name: &str, config: TrainConfig, tolerance: f64) {
    let case = golden::case("linear.json", name);
    let (x, y) = (
        numbers(&case["inputs"]["x_centred"]),
        numbers(&case["inputs"]["y_centred"]),
    );
    let columns = x.len() / y.len();
    let setup = Setup::regression(&x, &y, config);
    let sd = setup.problem.scales[0].targets[0].sd;
    // Trained on y / sd with the mean square as loss: scikit-learn's objective divided by sd^2 / 2.
    let ratio = case["params"]["l1_ratio"].as_f64().expect("a ratio");
    let member = |lambda: &f64| Member {
        l1: 2.0 * lambda * ratio / sd,
        l2: 2.0 * lambda * (1.0 - ratio),
        ..Member::new(&setup.config, 0.0, 0, 1)
    };
    let lambdas = numbers(&case["params"]["lambda"]);
    let members: Vec<_> = lambdas.iter().map(member).collect();
    let trained = setup.train(&members, members.len());
    let expected = numbers(&case["expected"]["coef"]);
    for (place, outcome) in trained.outcomes.iter().enumerate() {
        let own = &expected[place * columns..][..columns];
        for (weight, want) in outcome.state.parameters[0].iter().zip(own) {
            let coefficient = f64::from(*weight) * sd;
            let error = (coefficient - want).abs();
            assert!(
                error < tolerance,
                "{name}, λ {}: {coefficient} for {want}",
                lambdas[place]
            );
            assert_eq!(*want == 0.0, *weight == 0.0, "{name}: zeros are exact");
        }
    }
}

fn steps() -> TrainConfig {
    TrainConfig {
        optimizer: Optimizer::Sgd,
        lr: 0.03,
        epochs: 6000,
        full_batch: true,
        evaluate_every: 0,
        ..TrainConfig::default()
    }
}

/// Features, targets' scale and weights are single precision.
const SINGLE: f64 = 3e-6;

fn solved() -> TrainConfig {
    TrainConfig {
        solver: Solver::Exact,
        ..TrainConfig::default()
    }
}

#[test]
fn the_lasso_path_is_that_of_scikit_learn() {
    check("lasso_path", steps(), 1e-4);
    check("lasso_path", solved(), SINGLE);
}

#[test]
fn the_elastic_net_path_is_that_of_scikit_learn() {
    check("elastic_net_path", steps(), 1e-4);
    check("elastic_net_path", solved(), SINGLE);
}
