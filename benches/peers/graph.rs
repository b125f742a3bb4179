//! A graph convolutional network on Cora, the semi-supervised split of 140 nodes.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use decay_data::{Dataset, Options as Reading, Scaling, load};
use decay_model::{GnnConfig, ModelConfig};
use decay_train::{Device, FoldRows, Optimizer, Plan, Problem, TrainConfig, train};

use crate::Options;
use crate::workload::{Workload, job, repeat};

const SEEDS: usize = 20;

/// 1433-16-7 as in Kipf & Welling 2017: dropout on inputs and hidden layer, Adam, coupled decay on the first layer.
fn workload() -> Workload {
    let data = cora();
    let split = data.split.clone().expect("the split beside the data");
    let network = ModelConfig::Gnn(GnnConfig::default()).init(data.features(), 7);
    Workload {
        folds: vec![FoldRows {
            train: split.train,
            validation: split.test,
        }],
        scaling: Scaling::Auto,
        network: network.expect("a valid network"),
        config: TrainConfig {
            epochs: 200,
            batch: data.rows,
            optimizer: Optimizer::Adam,
            lr: 0.01,
            dropout: 0.5,
            decayed: vec!["convs.0.*".into()],
            evaluate_every: 0,
            ..TrainConfig::default()
        },
        rates: vec![5e-4],
        seeds: SEEDS,
        data,
    }
}

fn cora() -> Dataset {
    let data = std::env::var_os("DECAY_DATA").expect("DECAY_DATA names the folder that holds cora");
    let dir = PathBuf::from(data).join("cora");
    let loaded = load(&dir.display().to_string(), &Reading::default());
    loaded.expect("Cora as LINQS distributes it").train
}

/// Trains all seeds as one population and prints time and mean test accuracy.
pub(crate) fn run(name: &str, options: &Options) {
    let workload = workload();
    let folds = workload.folds.clone();
    let problem = Problem::new(
        &workload.data,
        folds,
        workload.scaling,
        &[Device::default()],
    );
    let problem = problem.expect("a problem");
    let plan = Plan::grid(&workload.config, &workload.rates, 1, SEEDS, options.seed);
    let plan = plan.expect("a plan");
    let cancel = AtomicBool::new(false);
    let job = job(&workload, &problem, &plan, options, &cancel);
    let (seconds, trained) = repeat(options, || train(&job).expect("the workload trains"));
    let accuracies: Vec<f64> = trained
        .outcomes
        .iter()
        .filter_map(|outcome| outcome.validation?.accuracy)
        .collect();
    let count = accuracies.len() as f64;
    let mean = accuracies.iter().sum::<f64>() / count;
    let variance = accuracies.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / count;
    let median = seconds[seconds.len() / 2];
    println!(
        "{{\"workload\":\"{name}\",\"peer\":\"decay\",\"seconds\":{median:.4},\"seconds_all\":{seconds:?},\"seeds\":{SEEDS},\
         \"mean_test_accuracy\":{mean:.5},\"std_test_accuracy\":{:.5},\"threads\":{}}}",
        variance.sqrt(),
        options.resources.threads
    );
}
