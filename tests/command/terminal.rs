//! Where the output goes must not matter: no terminal, no colour, nobody reading, no room.

use std::process::Stdio;

use crate::harness::{FAST, Place};

#[test]
fn nobody_reading_ends_no_run() {
    let place = Place::new();
    let mut command = place.command(&[&["--out", "run"], &FAST[..]].concat());
    let mut child = command.spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(place.path("run/report.html").is_file());
    for arguments in [
        &["--help"][..],
        &["data"],
        &["predict", "--model", "run", "--data", "digits"],
    ] {
        let mut child = place.command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{arguments:?}");
    }
}

#[test]
fn there_is_no_colour_without_a_terminal_and_with_no_color() {
    let place = Place::new();
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        for arguments in [&["data"][..], &["--help"], &["--batch", "0"]] {
            let output = place.command(arguments).env(name, value).output().unwrap();
            for bytes in [output.stdout, output.stderr] {
                assert!(!bytes.contains(&0x1b), "{arguments:?} with {name}");
            }
        }
    }
}

#[test]
fn help_lists_the_flags() {
    let place = Place::new();
    let help = place.succeeds(&["tune", "--help-all"]).stdout;
    for flag in [
        "data",
        "target",
        "task",
        "model.hidden",
        "rates",
        "half-lives",
        "folds",
        "seeds",
        "refits",
        "epochs",
        "batch",
        "lr",
        "optimizer",
        "schedule",
        "dropout",
        "label-smoothing",
        "drop-last",
        "device",
        "threads",
        "memory",
        "out",
        "quiet",
        "config",
        "set",
        "resume",
        "seed",
        "holdout",
        "metric",
        "rule",
    ] {
        assert!(help.contains(&format!("--{flag}")), "--{flag}: {help}");
    }
}

/// A full disk behind stdout is an error, not a panic.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_in_one_sentence() {
    let place = Place::new();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = place
        .command(&["data"])
        .stdout(Stdio::from(full))
        .output()
        .unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr.starts_with("error: stdout: cannot be written"),
        "{stderr}"
    );
    place.succeeds(&[
        "fit", "--data", "wine", "--epochs", "1", "--seeds", "1", "--out", "run", "--quiet",
    ]);
    place.fails(
        1,
        &[
            "predict",
            "--model",
            "run",
            "--data",
            "wine",
            "--out",
            "/dev/full",
        ],
        &["/dev/full", "cannot be written"],
    );
}
