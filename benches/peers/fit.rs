//! One model, trained for one epoch and tested afterwards.

use std::sync::atomic::AtomicBool;

use decay_data::{Dataset, Scaling, Target};
use decay_model::Network;
use decay_train::{Device, Evaluation, FoldRows, Plan, Problem, outputs, train};

use crate::Options;
use crate::images::{fashion_mnist, head};
use crate::workload::{Workload, cnn, config, job, mlp, repeat};

/// A perceptron on all images.
pub(crate) fn fmnist_mlp() -> (Workload, Dataset) {
    let (data, test) = fashion_mnist();
    let network = mlp(&[512, 512], &data);
    (workload(data, network), test)
}

/// Two convolutions and a dense layer on the first 12,800 images.
pub(crate) fn fmnist_cnn() -> (Workload, Dataset) {
    let (data, test) = fashion_mnist();
    let data = head(data, 12_800);
    let network = cnn(
        &["conv3:32", "max2", "conv3:64", "max2", "dense:128"],
        &data,
    );
    (workload(data, network), test)
}

fn workload(data: Dataset, network: Network) -> Workload {
    let fold = FoldRows {
        train: (0..data.rows).collect(),
        validation: Vec::new(),
    };
    Workload {
        folds: vec![fold],
        scaling: Scaling::UnitRange,
        network,
        config: config(1, 128),
        rates: vec![1e-2],
        seeds: 1,
        data,
    }
}

/// Trains the model and prints time and test accuracy.
pub(crate) fn run(name: &str, (workload, test): (Workload, Dataset), options: &Options) {
    let devices = [Device::default()];
    let problem = Problem::new(
        &workload.data,
        workload.folds.clone(),
        workload.scaling,
        &devices,
    )
    .expect("a problem");
    let plan = Plan::grid(&workload.config, &workload.rates, 1, 1, 0).expect("a plan");
    let cancel = AtomicBool::new(false);
    let job = job(&workload, &problem, &plan, options, &cancel);
    let (seconds, trained) = repeat(options, || train(&job).expect("the workload trains"));
    let test_rows: Vec<usize> = (0..test.rows).collect();
    let held_out = Problem::with_scales(&test, Vec::new(), problem.scales.clone(), &devices)
        .expect("a problem");
    let evaluation = Evaluation {
        state: &trained.outcomes[0].state,
        fold: 0,
        rows: &test_rows,
    };
    let logits = outputs(
        &workload.network,
        &held_out,
        &[evaluation],
        &options.resources,
        &cancel,
    )
    .expect("outputs");
    let Target::Classes { labels, .. } = &test.target else {
        panic!("the workloads classify");
    };
    let hits = logits[0]
        .chunks_exact(10)
        .zip(labels)
        .filter(|(row, label)| {
            let best = (0..10).max_by(|&a, &b| row[a].total_cmp(&row[b]));
            best == Some(**label as usize)
        });
    let accuracy = hits.count() as f64 / test.rows as f64;
    let median = seconds[seconds.len() / 2];
    println!(
        "{{\"workload\":\"{name}\",\"peer\":\"decay\",\"seconds\":{median:.4},\"seconds_all\":{seconds:?},\"test_accuracy\":{accuracy:.4},\"threads\":{}}}",
        options.resources.threads
    );
}
