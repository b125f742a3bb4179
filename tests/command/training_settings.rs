//! Hyper-parameters and schedules from the command line, and what is refused there.

use crate::harness::{FAST, Place};

#[test]
fn every_kind_of_regulariser_is_a_flag() {
    let place = Place::new();
    place.tunes(&[
        "--data",
        "wine",
        "--input-noise=0.2",
        "--weight-noise=0.01",
        "--gradient-noise=0.01",
        "--train.gradient_noise_decay=0.55",
        "--confidence-penalty=0.1",
        "--jacobian=0.01",
        "--clip-norm=1",
        "--ema=0.9",
        "--full-batch=true",
    ]);
    let config = place.read("run/config.toml");
    for line in ["jacobian = 0.01", "ema = 0.9", "full_batch = true"] {
        assert!(config.contains(line), "{line} in {config}");
    }
}

/// The sweep follows its validation rows, the refits repeat its mean.
#[test]
fn a_sweep_on_a_plateau_is_refitted_at_milestones() {
    let place = Place::new();
    place.tunes(&[
        "--data",
        "wine",
        "--schedule=plateau",
        "--train.plateau_patience=1",
        "--train.min_delta=100",
        "--swa-from=0.5",
    ]);
    place.refuses(
        &[
            "fit",
            "--data",
            "wine",
            "--schedule=plateau",
            "--out",
            "fit",
        ],
        &["train.schedule = plateau", "no validation rows"],
    );
}

#[test]
fn what_could_only_be_ignored_is_refused_with_the_reason() {
    let place = Place::new();
    let tune = |data: &str, flag: &str, parts: &[&str]| {
        let call = [
            &["tune", "--data", data, "--out", "other"],
            &FAST[..],
            &[flag],
        ]
        .concat();
        place.refuses(&call, parts);
    };
    for flag in ["--label-smoothing=0.1", "--confidence-penalty=0.1"] {
        tune("diabetes", flag, &["= 0.1", "regression has none"]);
    }
    tune("wine", "--dropout=1", &["train.dropout", "[0, 1)"]);
    tune("wine", "--train.gamma=0", &["train.gamma", "(0, 1]"]);
    let normed = ["--model.norm=batch", "--jacobian=1", "--swa-from=0.5"];
    for flag in &normed[1..] {
        let start = ["tune", "--data", "wine", "--out", "other", normed[0], flag];
        let call = [&start, &FAST[..]].concat();
        place.refuses(&call, &["batch"]);
    }
}
