//! Sweeps over decay rates.

use std::sync::atomic::AtomicBool;

use decay_data::{Embedded, Scaling};
use decay_train::{Device, Plan, Problem, train};

use crate::Options;
use crate::images::{dealt_folds, fashion_mnist, head};
use crate::workload::{Workload, cnn, config, job, log_spaced, mlp, repeat};

/// 160 perceptrons 64-64-64-10.
pub(crate) fn digits() -> Workload {
    let data = Embedded::Digits.load().expect("the embedded digits");
    Workload {
        folds: dealt_folds(&data, 5),
        scaling: Scaling::Standard,
        network: mlp(&[64, 64], &data),
        config: config(20, 64),
        rates: log_spaced(1e-4, 10.0, 16),
        seeds: 2,
        data,
    }
}

/// 40 perceptrons 784-128-10.
pub(crate) fn fmnist_mlp() -> Workload {
    let data = head(fashion_mnist().0, 12_000);
    Workload {
        folds: dealt_folds(&data, 5),
        scaling: Scaling::UnitRange,
        network: mlp(&[128], &data),
        config: config(3, 128),
        rates: log_spaced(1e-3, 1.0, 8),
        seeds: 1,
        data,
    }
}

/// 40 networks of two convolutions.
pub(crate) fn fmnist_cnn() -> Workload {
    let data = head(fashion_mnist().0, 2_000);
    Workload {
        folds: dealt_folds(&data, 5),
        scaling: Scaling::UnitRange,
        network: cnn(&["conv3:8", "max2", "conv3:16", "max2"], &data),
        config: config(2, 64),
        rates: log_spaced(1e-3, 1.0, 8),
        seeds: 1,
        data,
    }
}

/// Trains the grid and prints time and quality.
pub(crate) fn run(name: &str, workload: &Workload, options: &Options) {
    let folds = workload.folds.len();
    let problem = Problem::new(
        &workload.data,
        workload.folds.clone(),
        workload.scaling,
        &[Device::default()],
    )
    .expect("a problem");
    let plan = Plan::grid(
        &workload.config,
        &workload.rates,
        folds,
        workload.seeds,
        options.seed,
    )
    .expect("a plan");
    let cancel = AtomicBool::new(false);
    let job = job(workload, &problem, &plan, options, &cancel);
    let (seconds, trained) = repeat(options, || train(&job).expect("the workload trains"));
    let mean = |rate: usize, pick: fn(&decay_train::Losses) -> f64| {
        let losses = plan
            .of_setting(rate)
            .filter_map(|m| trained.outcomes[m].validation);
        let values: Vec<f64> = losses.map(|l| pick(&l)).collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    let nll: Vec<f64> = (0..plan.settings()).map(|r| mean(r, |l| l.loss)).collect();
    let best = (0..nll.len())
        .min_by(|&a, &b| nll[a].total_cmp(&nll[b]))
        .expect("a rate");
    let steps = workload
        .config
        .steps_per_epoch(workload.folds[0].train.len())
        * workload.config.epochs;
    let work = plan.members.len() as f64 * f64::from(steps);
    let median = seconds[seconds.len() / 2];
    println!(
        "{{\"workload\":\"{name}\",\"peer\":\"decay\",\"seconds\":{median:.4},\"seconds_all\":{seconds:?},\
         \"work_units\":{work},\"us_per_model_step\":{:.2},\"best_val_nll\":{:.5},\"best_weight_decay\":{:.5},\
         \"val_accuracy_at_best\":{:.5},\"mean_val_nll\":{:.5},\"threads\":{}}}",
        median / work * 1e6,
        nll[best],
        plan.axes[0].values[best],
        mean(best, |l| l.accuracy.unwrap_or(f64::NAN)),
        nll.iter().sum::<f64>() / nll.len() as f64,
        options.resources.threads,
    );
}
