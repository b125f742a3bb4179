//! A run that is stopped, by whatever means, ends as if it had not been.

use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::harness::Place;

/// Enough epochs to be stopped amid.
const LONG: [&str; 15] = [
    "tune",
    "--data",
    "digits",
    "--epochs",
    "40",
    "--rates",
    "1e-3..1:3",
    "--folds",
    "3",
    "--seeds",
    "2",
    "--refits",
    "2",
    "--learning-curve",
    "--out",
];
/// Results that must not depend on the interruption.
const RESULTS: [&str; 7] = [
    "members.csv",
    "history.csv",
    "model.safetensors",
    "refits/1.safetensors",
    "selection.json",
    "learning_curve.csv",
    "audit.json",
];

fn checkpoints(place: &Place, run: &str) -> Vec<PathBuf> {
    let files = place.files();
    let within = place.path(run).join("checkpoint/sweep");
    let is_one = |path: &PathBuf| {
        path.starts_with(&within) && path.extension().is_some_and(|e| e == "checkpoint")
    };
    files.into_iter().filter(is_one).collect()
}

/// Starts the long run and waits for its second checkpoint.
fn start(place: &Place, run: &str) -> Child {
    let child = place
        .command(&[&LONG[..], &[run]].concat())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    while checkpoints(place, run).len() < 2 {
        assert!(Instant::now() < deadline, "no checkpoint");
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

fn interrupt(child: &Child) {
    let status = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
}

fn same_results(place: &Place, one: &str, two: &str) {
    for file in RESULTS {
        assert!(
            place.bytes(&format!("{one}/{file}")) == place.bytes(&format!("{two}/{file}")),
            "{file} differs"
        );
    }
}

#[test]
fn a_killed_and_an_interrupted_run_end_like_an_uninterrupted_one() {
    let place = Place::new();
    place.succeeds(&[&LONG[..], &["whole"]].concat());

    let mut killed = start(&place, "killed");
    killed.kill().unwrap();
    killed.wait().unwrap();
    place.refuses(
        &["tune", "--data", "digits", "--out", "killed"],
        &["killed", "--resume"],
    );
    place.succeeds(&["tune", "--out", "killed", "--resume"]);
    same_results(&place, "whole", "killed");

    let stopped = start(&place, "stopped");
    interrupt(&stopped);
    let output = stopped.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let sentence = "of 40; resume with: decay tune --out stopped --resume";
    assert!(
        stderr.contains("error: interrupted after epoch ") && stderr.contains(sentence),
        "{stderr}"
    );
    assert_eq!(place.json("stopped/run.json")["status"], "interrupted");

    // A resumed run keeps to its settings, and falls back where the newest checkpoint is damaged.
    let differing = ["tune", "--out", "stopped", "--resume", "--lr", "0.5"];
    place.refuses(&differing, &["stopped/config.toml", "train.lr"]);
    place.refuses(&["fit", "--out", "stopped", "--resume"], &["decay tune"]);
    let newest = checkpoints(&place, "stopped").pop().unwrap();
    let bytes = std::fs::read(&newest).unwrap();
    std::fs::write(&newest, &bytes[..bytes.len() / 2]).unwrap();
    // Begun with auto; where it computes may change.
    let elsewhere = ["--threads", "1", "--device", "flex"];
    let resumed =
        place.succeeds(&[&["tune", "--out", "stopped", "--resume"], &elsewhere[..]].concat());
    assert_eq!(place.json("stopped/run.json")["device"], "flex");
    assert!(
        resumed
            .stderr
            .contains("going back to the checkpoint of epoch"),
        "{}",
        resumed.stderr
    );
    same_results(&place, "whole", "stopped");

    // A finished run is left alone.
    place.refuses(
        &[&LONG[..], &["whole"]].concat(),
        &["whole", "already holds a run"],
    );
    place.refuses(
        &["tune", "--out", "whole", "--resume"],
        &["whole", "finished"],
    );
    assert!(!place.path("whole/checkpoint").exists());
}

#[test]
fn a_directory_in_use_is_refused_and_a_second_interrupt_ends_at_once() {
    let place = Place::new();
    let mut busy = start(&place, "busy");
    let finished = place.run(&["tune", "--out", "busy", "--resume"]);
    assert_eq!(finished.code, 2, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("busy: is in use"),
        "{}",
        finished.stderr
    );
    interrupt(&busy);
    // Either the run has stopped by itself, or this ends it.
    let _ = Command::new("kill")
        .args(["-INT", &busy.id().to_string()])
        .status();
    let deadline = Instant::now() + Duration::from_secs(5);
    while busy.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(5));
    }
}
