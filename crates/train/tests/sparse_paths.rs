//! Lasso and elastic net reached by proximal steps, against scikit-learn's coordinate descent.

use std::sync::atomic::AtomicBool;

use decay_data::{Embedded, Inputs, Scaling, Storage, Target};
use decay_model::{MlpConfig, ModelConfig};
use decay_train::{
    Device, FoldRows, Job, Member, Optimizer, Problem, Resources, TrainConfig, train,
};
use serde_json::Value;

fn case(name: &str) -> Value {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracle");
    let dir = std::env::var("DECAY_ORACLE").unwrap_or_else(|_| default.into());
    let text = std::fs::read_to_string(format!("{dir}/linear.json")).expect("golden values");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let cases = file["cases"].as_array().expect("cases");
    let found = cases.iter().find(|case| case["name"] == name);
    found.expect("the case").clone()
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value["data"].as_array().expect("values");
    values
        .iter()
        .map(|v| v.as_f64().expect("a number"))
        .collect()
}

/// The path of one case: every penalty is a member of one population.
fn check(name: &str) {
    let case = case(name);
    let (x, y) = (
        numbers(&case["inputs"]["x_centred"]),
        numbers(&case["inputs"]["y_centred"]),
    );
    let columns = x.len() / y.len();
    let mut data = Embedded::Diabetes.load().expect("a regression");
    data.features = Storage::F32(x.iter().map(|&x| x as f32).collect());
    (data.rows, data.shape) = (y.len(), vec![columns]);
    data.schema.inputs = Inputs::Pixels {
        shape: vec![1, 1, columns],
        max: 1.0,
    };
    data.target = Target::Values {
        values: y,
        name: "y".into(),
    };
    let fold = FoldRows {
        train: (0..data.rows).collect(),
        validation: Vec::new(),
    };
    let problem =
        Problem::new(&data, vec![fold], Scaling::None, &[Device::default()]).expect("a problem");
    let sd = problem.scales[0].target.expect("a scaled target").sd;
    let config = TrainConfig {
        optimizer: Optimizer::Sgd,
        lr: 0.03,
        epochs: 6000,
        batch: data.rows,
        evaluate_every: 0,
        ..TrainConfig::default()
    };
    // Trained on y / sd with the mean square as loss: scikit-learn's objective divided by sd^2 / 2.
    let ratio = case["params"]["l1_ratio"].as_f64().expect("a ratio");
    let member = |lambda: &f64| Member {
        l1: 2.0 * lambda * ratio / sd,
        l2: 2.0 * lambda * (1.0 - ratio),
        ..Member::new(&config, 0.0, 0, 1)
    };
    let lambdas = numbers(&case["params"]["lambda"]);
    let members: Vec<_> = lambdas.iter().map(member).collect();
    let linear = MlpConfig {
        hidden: Vec::new(),
        ..MlpConfig::default()
    };
    let network = ModelConfig::Mlp(linear)
        .init(columns, 1)
        .expect("a network");
    let trained = train(&Job {
        network: &network,
        problem: &problem,
        members: &members,
        config: &config,
        resources: &Resources {
            threads: 1,
            memory: 1 << 30,
            chunk: None,
        },
        checkpoints: None,
        resume: false,
        train_losses: false,
        cancel: &AtomicBool::new(false),
        observe: &|_| {},
    })
    .expect("training");
    let expected = numbers(&case["expected"]["coef"]);
    for (place, outcome) in trained.outcomes.iter().enumerate() {
        let own = &expected[place * columns..][..columns];
        for (weight, want) in outcome.state.parameters[0].iter().zip(own) {
            let coefficient = f64::from(*weight) * sd;
            let error = (coefficient - want).abs();
            assert!(
                error < 1e-4,
                "{name}, λ {}: {coefficient} for {want}",
                lambdas[place]
            );
            assert_eq!(*want == 0.0, *weight == 0.0, "{name}: zeros are exact");
        }
    }
}

#[test]
fn the_lasso_path_is_that_of_scikit_learn() {
    check("lasso_path");
}

#[test]
fn the_elastic_net_path_is_that_of_scikit_learn() {
    check("elastic_net_path");
}
