//! decay as a library: what `decay tune` does, from Rust, in a directory below `runs`.
//!
//! ```sh
//! cargo run --release -p from-code
//! cargo run --release -p from-code --features decay/cuda -- cuda:0    # on another device
//! ```

#![forbid(unsafe_code)]

use decay::prelude::*;

fn main() -> Result<(), Error> {
    let device = std::env::args().nth(1);
    // Rows for the audit are set aside here; no scale, fold or choice sees them.
    let data = decay::read("embedded:wine").load()?;
    let outcome = Experiment::on(&data)
        .model(Mlp::hidden([32]))
        .train(TrainConfig {
            epochs: 60,
            batch: 32,
            lr: 5e-3,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, log_range(0.03, 100.0, 8))
        .folds(5)
        .seeds(4)
        .device(device.unwrap_or_else(|| "auto".into()))
        .observe(|event| {
            if let Event::Swept { .. } = event {
                println!("{event}");
            }
        })
        .out_under("runs")
        .run()?;
    for finding in &outcome.findings {
        println!("{finding}");
    }

    // Any program predicts from the directory.
    if let Some(run) = &outcome.run {
        let answers = Model::open(run)?.predict("embedded:wine")?;
        println!(
            "\n{}: the first row is {}",
            run.display(),
            answers.labels()[0]
        );
    }
    Ok(())
}
