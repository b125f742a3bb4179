//! Rows that a program has in memory: two spirals, and what the models say of points that they have not seen.
//!
//! ```sh
//! cargo run --release -p from-code --bin slices
//! ```

#![forbid(unsafe_code)]

use std::f32::consts::PI;

use decay::prelude::*;

const ARMS: [&str; 2] = ["one arm", "the other"];

/// A point of an arm, `along` it in `[0, 1]`.
fn point(arm: usize, along: f32) -> [f32; 2] {
    let (angle, radius) = (PI * (arm as f32 + 2.0 * along), 0.2 + along);
    [radius * angle.cos(), radius * angle.sin()]
}

fn main() -> Result<(), Error> {
    let rows = (0..300).map(|row| (row % 2, row as f32 / 300.0));
    let labels: Vec<&str> = rows.clone().map(|(arm, _)| ARMS[arm]).collect();
    let points: Vec<f32> = rows.flat_map(|(arm, along)| point(arm, along)).collect();
    let data = decay::rows(&points, 2).classes(&labels).load()?;
    let outcome = Experiment::on(&data)
        .model(Mlp::hidden([32, 32]))
        .train(TrainConfig {
            epochs: 60,
            batch: 32,
            lr: 5e-3,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, log_range(0.01, 10.0, 5))
        .seeds(1)
        .run()?;
    print!("{}", outcome.audit()?.table());

    let between = [0.25, 0.5, 0.75].map(|along| point(0, along + 1e-3));
    let answers = outcome
        .model
        .predict(decay::rows(between.as_flattened(), 2))?;
    let probabilities = answers.values.chunks(answers.classes.len());
    for (label, probabilities) in answers.labels().iter().zip(probabilities) {
        println!("{label}: {probabilities:.3?}");
    }
    Ok(())
}
