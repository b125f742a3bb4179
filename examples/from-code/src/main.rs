//! decay as a library: cross-validate the decay rate of a small network on a table.

use std::error::Error;
use std::sync::atomic::AtomicBool;

use decay_audit::one_standard_error_rule;
use decay_data::{Embedded, Scaling, stratified_kfold};
use decay_model::{MlpConfig, ModelConfig};
use decay_train::{
    FoldRows, Job, Plan, Problem, Resources, TrainConfig, devices, half_life, train,
};

fn main() -> Result<(), Box<dyn Error>> {
    let data = Embedded::Wine.load()?;
    // A device may be named on the command line, as in `cargo run --release -p from-code --features decay/cuda -- cuda:0`.
    let name = std::env::args().nth(1);
    let chosen = devices(name.as_deref().unwrap_or("auto"))?;
    let rows: Vec<usize> = (0..data.rows).collect();
    let folds: Vec<FoldRows> = stratified_kfold(&data.target, &rows, 5, 1)?
        .into_iter()
        .map(|fold| FoldRows {
            train: fold.train,
            validation: fold.validation,
        })
        .collect();
    let steps_rows = folds[0].train.len();
    // Each fold's scales are fitted on its training rows here, and the data go to each device once.
    let problem = Problem::new(&data, folds, Scaling::Auto, &chosen.devices)?;

    let network = ModelConfig::Mlp(MlpConfig {
        hidden: vec![32],
        ..MlpConfig::default()
    })
    .init(problem.inputs, problem.outputs)?;
    let config = TrainConfig {
        epochs: 60,
        batch: 32,
        lr: 5e-3,
        ..TrainConfig::default()
    };
    let rates: Vec<f64> = (-3..5)
        .map(|power| 10f64.powf(f64::from(power) / 2.0))
        .collect();
    let plan = Plan::grid(&config, &rates, 5, 4, 7)?;
    let trained = train(&Job {
        network: &network,
        problem: &problem,
        members: &plan.members,
        config: &config,
        resources: &Resources::detect(&chosen.devices, None, None),
        checkpoints: None,
        resume: false,
        train_losses: false,
        cancel: &AtomicBool::new(false),
        observe: &|_| {},
    })?;

    // One error per fold and rate: the mean over seeds, since seeds of a fold share its rows.
    let loss = |member: usize| {
        trained.outcomes[member]
            .validation
            .map_or(f64::NAN, |v| v.loss)
    };
    let rates = &plan.axes[0].values;
    let mut errors = vec![vec![0.0; rates.len()]; plan.folds];
    for (member, setting) in plan.members.iter().enumerate() {
        let rate = plan.setting_of(member);
        errors[setting.fold][rate] += loss(member) / plan.seeds as f64;
    }
    let choice = one_standard_error_rule(rates, &errors)?;
    let steps = f64::from(config.steps_per_epoch(steps_rows));
    println!(
        "{} members on {} in {:.2?}",
        plan.members.len(),
        chosen.name,
        trained.duration
    );
    println!("{:>9}  {:>9}  validation NLL", "rate", "half-life");
    for (k, rate) in rates.iter().enumerate() {
        let mark = match k {
            _ if k == choice.one_se_index => "chosen",
            _ if k == choice.best_index => "lowest",
            _ => "",
        };
        println!(
            "{rate:>9.4}  {:>9.1}  {:.4} ± {:.4}  {mark}",
            half_life(*rate, config.lr, steps),
            choice.mean[k],
            choice.standard_error[k],
        );
    }
    Ok(())
}
