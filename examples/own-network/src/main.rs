//! Cross-validates a network of one's own over decay rates, and reads it back from the run's directory.

#![forbid(unsafe_code)]

use decay::model::Opening;
use decay::prelude::*;
use own_network::Gated;

fn main() -> Result<(), Error> {
    let data = decay::read("embedded:wine").load()?;
    let gated = || Gated::new(data.features(), 16, data.outputs());
    let outcome = Experiment::on(&data)
        .network(gated())
        .train(TrainConfig {
            epochs: 40,
            batch: 32,
            lr: 5e-3,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, log_range(0.1, 100.0, 7))
        .seeds(2)
        .out_under("runs")
        .run()?;
    for finding in &outcome.findings {
        println!("{finding}");
    }
    if let Some(run) = &outcome.run {
        // The files name the network; only its owner can make it.
        let model = Opening::new(run).network(gated()).read()?;
        let answers = model.predict("embedded:wine")?;
        println!(
            "\n{}: the first row is {}",
            run.display(),
            answers.labels()[0]
        );
    }
    Ok(())
}
