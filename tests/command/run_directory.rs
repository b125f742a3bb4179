//! What a run leaves: the files that others rely on, and the same files again.

use crate::harness::Place;

/// A rate at which weights blow up is shown, counted and left out.
#[test]
fn diverged_members_cost_their_rate_and_nothing_else() {
    let place = Place::new();
    let finished = place.tunes(&["--data", "wine", "--lr", "0.01"]);
    assert!(!finished.stdout.contains("diverged"));
    let more = [
        "--lr",
        "0.01",
        "--epochs",
        "12",
        "--rates",
        "1e-3,1e-2,1e7",
        "--out",
        "wild",
    ];
    let fast = [
        "tune", "--data", "wine", "--folds", "3", "--seeds", "1", "--refits", "1",
    ];
    let finished = place.succeeds(&[&fast[..], &more].concat());
    assert!(finished.stdout.contains("diverged"), "{}", finished.stdout);
    let selection = place.json("wild/selection.json");
    assert_eq!(selection["excluded"][0], 1e7);
    assert_eq!(selection["candidates"][2]["diverged"], 3);
    assert!(place.read("wild/members.csv").contains(",frozen,"));
    let all = [
        "--lr", "0.01", "--epochs", "12", "--rates", "1e6,1e7", "--out", "lost",
    ];
    let finished = place.run(&[&fast[..], &all].concat());
    assert_eq!(finished.code, 1);
    assert!(
        finished.stderr.contains("error: every rate had a model"),
        "{}",
        finished.stderr
    );
    assert_eq!(place.json("lost/run.json")["status"], "failed");
}

/// Early stopping, another metric and rule, batch norm and a schedule in one run.
#[test]
fn every_part_can_be_chosen() {
    let place = Place::new();
    let parts = [
        "--train.patience",
        "1",
        "--model.norm",
        "batch",
        "--metric",
        "brier",
        "--rule",
        "min",
        "--schedule",
        "cosine",
        "--optimizer",
        "momentum",
        "--lr",
        "0.05",
        "--model.activation",
        "gelu",
        "--train.exempt",
        "bias",
    ];
    let finished = place.tunes(&[&["--data", "breast-cancer"], &parts[..]].concat());
    assert!(
        finished.stdout.contains("validation Brier score")
            && finished.stdout.contains("lowest mean")
    );
    let html = place.read("run/report.html");
    assert!(html.contains("norms.0.weight") && html.contains("not listed in train.exempt"));
}

#[test]
fn the_resolved_settings_repeat_a_run_to_the_bit() {
    let place = Place::new();
    let more = [
        "--data",
        "wine",
        "--half-lives",
        "1..50:3",
        "--dropout",
        "0.1",
        "--model.hidden",
        "16",
        "--lr",
        "0.013",
    ];
    let fast = [
        "--epochs", "2", "--folds", "3", "--seeds", "2", "--refits", "1", "--seed", "9",
    ];
    place.succeeds(&[&["tune", "--out", "one"], &more[..], &fast].concat());
    place.succeeds(&[
        "tune",
        "--config",
        "one/config.toml",
        "--out",
        "two",
        "--threads",
        "1",
    ]);
    for file in [
        "members.csv",
        "history.csv",
        "selection.json",
        "audit.json",
        "model.json",
        "model.safetensors",
    ] {
        assert!(
            place.bytes(&format!("one/{file}")) == place.bytes(&format!("two/{file}")),
            "{file}"
        );
    }
    let config = |run: &str| {
        place
            .read(&format!("{run}/config.toml"))
            .replace("threads = 1\n", "")
    };
    assert_eq!(config("one"), config("two"));
    place.succeeds(&[
        "tune",
        "--config",
        "one/config.toml",
        "--out",
        "three",
        "--seed",
        "10",
    ]);
    assert_ne!(
        place.bytes("one/members.csv"),
        place.bytes("three/members.csv")
    );
}

#[test]
fn the_page_can_be_made_again_from_the_records() {
    let place = Place::new();
    place.succeeds(&[
        "fit",
        "--data",
        "wine",
        "--epochs",
        "2",
        "--half-life",
        "3",
        "--out",
        "run",
        "--quiet",
    ]);
    let before = place.read("run/report.html");
    std::fs::remove_file(place.path("run/report.html")).unwrap();
    assert_eq!(
        place.succeeds(&["report", "--run", "run"]).stdout,
        "run/report.html\n"
    );
    assert_eq!(place.read("run/report.html"), before);
}

#[test]
fn without_out_a_run_names_its_own_directory() {
    let place = Place::new();
    let call = [
        "fit", "--data", "wine", "--epochs", "1", "--seeds", "1", "--quiet",
    ];
    let (one, two) = (place.succeeds(&call), place.succeeds(&call));
    assert_ne!(one.stdout, two.stdout);
    for finished in [one, two] {
        assert!(
            finished.stdout.starts_with("runs/") && finished.stdout.contains("-wine"),
            "{}",
            finished.stdout
        );
        assert!(place.path(finished.stdout.trim()).is_file());
        assert_eq!(
            (finished.stdout.lines().count(), finished.stderr.as_str()),
            (1, "")
        );
    }
}

#[test]
fn lists_of_devices_and_data() {
    let place = Place::new();
    let devices = place.succeeds(&["devices"]).stdout;
    assert!(
        devices.contains("flex") && devices.contains("ndarray"),
        "{devices}"
    );
    let data = place.succeeds(&["data"]).stdout;
    for word in [
        "digits",
        "1797",
        "1×8×8",
        "fashion-mini",
        "breast-cancer",
        "wine",
        "diabetes",
        "MIT",
        "CC BY 4.0",
    ] {
        assert!(data.contains(word), "{word}: {data}");
    }
}
