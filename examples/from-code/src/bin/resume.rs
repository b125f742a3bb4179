//! An experiment that is watched, stopped in the middle and resumed: what it leaves is what it would have left.
//!
//! ```sh
//! cargo run --release -p from-code --bin resume -- runs/resumed
//! ```

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicBool, Ordering};

use decay::prelude::*;

/// The same settings each time: with others it could not go on.
fn experiment<'a>(data: &Data, run: &str) -> Experiment<'a> {
    Experiment::on(data)
        .model(Mlp::hidden([32]))
        .train(TrainConfig {
            epochs: 60,
            batch: 32,
            lr: 5e-3,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, log_range(0.03, 100.0, 5))
        .seeds(1)
        .out(run)
}

fn main() -> Result<(), Error> {
    let run = std::env::args().nth(1);
    let run = run.unwrap_or_else(|| "runs/resumed".into());
    let data = decay::read("embedded:wine").load()?;

    // A signal, a button or another thread may set it; here, whoever watches does.
    let stop = AtomicBool::new(false);
    let watch = |event: Event| {
        if let Event::Progress(progress) = event
            && progress.epoch >= 30
        {
            stop.store(true, Ordering::SeqCst);
        }
    };
    let stopped = experiment(&data, &run).cancel(&stop).observe(watch).run();
    match stopped {
        Err(error @ Error::Interrupted { .. }) => println!("{error}"),
        other => drop(other?),
    }

    let outcome = experiment(&data, &run)
        .resume(true)
        .observe(|event| match event {
            Event::Attacked(_) => {}
            Event::Progress(progress) if progress.epoch % 20 != 0 => {}
            event => println!("{event}"),
        })
        .run()?;
    for finding in &outcome.findings {
        println!("{finding}");
    }
    Ok(())
}
