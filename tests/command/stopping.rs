//! Signals: a run stops in good order, all else ends at once, and what is ignored stays ignored.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use decay::run::{seal, unsealed};

use crate::harness::Place;

/// Much longer than a stop may take, and much shorter than what is stopped.
const BOUND: Duration = Duration::from_secs(10);

/// A sweep that takes seconds, and an audit that takes minutes.
const LONG: [&str; 15] = [
    "tune",
    "--data",
    "digits",
    "--epochs",
    "5",
    "--rates",
    "1e-3..1:3",
    "--folds",
    "3",
    "--seeds",
    "1",
    "--attacks",
    "standard",
    "--out",
    "run",
];

fn send(signal: &str, child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args([signal, &id]).status();
    assert!(sent.unwrap().success());
}

/// Starts a command that tells its progress in a file, and waits until that has these words.
fn until(place: &Place, arguments: &[&str], words: &str) -> Child {
    let told = std::fs::File::create(place.path("told")).unwrap();
    let child = place.command(arguments).stderr(Stdio::from(told)).spawn();
    let deadline = Instant::now() + Duration::from_secs(300);
    while !place.read("told").contains(words) {
        assert!(Instant::now() < deadline, "{}", place.read("told"));
        std::thread::sleep(Duration::from_millis(5));
    }
    child.unwrap()
}

#[track_caller]
fn ends(mut child: Child) -> Output {
    let deadline = Instant::now() + BOUND;
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "it does not stop");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn a_run_stops_in_its_audit_and_other_commands_end_at_once() {
    let place = Place::new();
    let run = until(&place, &LONG, "audit: robustness");
    send("-TERM", &run);
    assert_eq!(ends(run).status.code(), Some(1));
    let told = place.read("told");
    assert!(
        told.contains("error: interrupted; resume with: decay tune --out run --resume"),
        "{told}"
    );
    assert_eq!(place.json("run/run.json")["status"], "interrupted");

    // Its audit has been asked for, so that a resumed run is at work in no time.
    let again = until(
        &place,
        &["tune", "--out", "run", "--resume"],
        "audit: robustness",
    );
    send("-HUP", &again);
    assert_eq!(ends(again).status.code(), Some(1));
    assert_eq!(place.json("run/run.json")["status"], "interrupted");

    let short = [
        "tune",
        "--data",
        "digits",
        "--epochs",
        "1",
        "--rates",
        "0.1,1",
        "--folds",
        "2",
        "--seeds",
        "1",
        "--refits",
        "1",
        "--attacks",
        "none",
        "--certificates=false",
        "--corruptions=false",
        "--out",
        "short",
    ];
    place.succeeds(&short);
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let audit = ["audit", "short", "--attacks", "standard", "--out", "audit"];
        let audit = until(&place, &audit, "audit: robustness");
        send(signal, &audit);
        assert_eq!(ends(audit).status.code(), Some(code));
        assert!(!place.path("audit").exists());
    }
}

#[test]
fn a_signal_that_is_ignored_stays_so() {
    let place = Place::new();
    let script = format!("trap '' HUP; exec {} \"$@\"", env!("CARGO_BIN_EXE_decay"));
    let told = std::fs::File::create(place.path("told")).unwrap();
    let mut command = place.command(&[]);
    let mut shell = Command::new("sh");
    shell.current_dir(command.get_current_dir().unwrap());
    command = shell;
    let child = command
        .args(["-c", &script, "sh"])
        .args([
            "tune",
            "--data",
            "wine",
            "--epochs",
            "40",
            "--attacks",
            "none",
            "--out",
            "run",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::from(told))
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    while !place.path("run/run.json").exists() {
        assert!(Instant::now() < deadline);
        std::thread::sleep(Duration::from_millis(2));
    }
    send("-HUP", &child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", place.read("told"));
}

#[test]
fn a_run_goes_on_and_is_audited_from_any_directory() {
    let place = Place::new();
    let rows: String = (0..60)
        .map(|i| format!("{},{},{}\n", i % 7, i % 5, i % 2))
        .collect();
    place.file("data.csv", format!("a,b,y\n{rows}"));
    place.file("data/other.csv", "a,b\n1,2\n3,4\n");
    place.tunes(&[
        "--data",
        "data.csv",
        "--target",
        "y",
        "--ood",
        "data/other.csv",
    ]);
    let config = place.read("run/config.toml");
    assert!(config.contains("path = \"data.csv\""), "{config}");
    let record = place.bytes("run/run.json");
    let contents = String::from_utf8_lossy(unsealed(&record));
    let contents = contents.replace("\"finished\",", "\"interrupted\",");
    place.file("run/run.json", seal(contents.as_bytes()));
    place.file("elsewhere/data/nothing", "");
    let whole = place.bytes("run/audit.json");
    let from_there = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        let output = command
            .current_dir(place.path("elsewhere"))
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
    };
    from_there(&["audit", "../run", "--attacks", "none"]);
    from_there(&["tune", "--out", "../run", "--resume"]);
    assert!(whole == place.bytes("run/audit.json"));
}

/// Stacks of a gigabyte in a small address space: the system gives few threads.
#[cfg(target_os = "linux")]
#[test]
fn threads_that_cannot_be_had_are_an_error() {
    let place = Place::new();
    let few = |threads: &str, arguments: &str| {
        let program = env!("CARGO_BIN_EXE_decay");
        let script = format!(
            "ulimit -v 6000000; RUST_MIN_STACK=1073741824 RAYON_NUM_THREADS={threads} exec {program} {arguments}"
        );
        let output = Command::new("sh")
            .current_dir(place.path(""))
            .args(["-c", &script])
            .output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        stderr
    };
    let shared = few("64", "data wine");
    assert!(shared.contains("cannot start 64 threads: "), "{shared}");
    let own = few("1", "tune --data wine --epochs 2 --threads 64 --out run");
    assert!(
        own.contains("cannot start 64 threads: ") && own.contains("lower --threads"),
        "{own}"
    );
    place.refuses(
        &["tune", "--data", "wine", "--threads", "20000"],
        &["[1, 4096]", "20000"],
    );
    place.refuses(
        &[
            "predict",
            "--model",
            "run",
            "--data",
            "wine",
            "--threads",
            "20000",
        ],
        &["[1, 4096]", "20000"],
    );
}
