//! Sweeps over options other than the decay rate, alone and against it.

use std::time::{Duration, Instant};

use crate::harness::Place;

const FOLDS: [&str; 8] = [
    "--epochs", "2", "--folds", "3", "--seeds", "1", "--refits", "1",
];

fn sweep<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [
        &["tune", "--data", "digits", "--out", out],
        &FOLDS[..],
        more,
    ]
    .concat()
}

/// Rows of a CSV file by the names of their columns.
fn table(text: &str) -> Vec<std::collections::HashMap<String, String>> {
    let mut lines = text.lines().map(|line| line.split(','));
    let head: Vec<&str> = lines.next().expect("a header").collect();
    lines
        .map(|cells| {
            let pairs = head.iter().zip(cells);
            pairs
                .map(|(name, cell)| ((*name).to_owned(), cell.to_owned()))
                .collect()
        })
        .collect()
}

fn number(row: &std::collections::HashMap<String, String>, column: &str) -> f64 {
    row[column].parse().expect(column)
}

#[test]
fn dropout_alone_at_one_rate() {
    let place = Place::new();
    let stdout = place
        .succeeds(&sweep("run", &["--rates", "0.1", "--dropout", "0..0.5:3"]))
        .stdout;
    for part in ["dropout", "at λ = 0.1", "values of dropout"] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
    assert!(!stdout.contains("half-life"), "{stdout}");
    let members = table(&place.read("run/members.csv"));
    assert_eq!(members.len(), 3 * 3 + 1);
    for (place, dropout) in [(0, 0.0), (3, 0.25), (6, 0.5)] {
        assert_eq!(number(&members[place], "dropout"), dropout);
        assert_eq!(number(&members[place], "rate"), 0.1);
        assert_eq!(
            members[place]["seed"], members[0]["seed"],
            "common random numbers"
        );
    }
    let selection = place.json("run/selection.json");
    assert_eq!(selection["axis"], "dropout");
    assert_eq!(selection["setting"]["rate"], 0.1);
    assert_eq!(selection["setting"]["dropout"], selection["chosen_rate"]);
    assert_eq!(selection["surface"], serde_json::Value::Null);
    let chosen = number(members.last().expect("a refit"), "dropout");
    assert_eq!(
        selection["setting"]["dropout"], chosen,
        "the refit has the chosen one"
    );
    assert!(!place.path("run/surface.csv").exists());
    assert!(place.read("run/report.html").contains("Dropout on digits"));
}

/// A member trains the same whatever its neighbours' options are.
#[test]
fn each_value_trains_as_if_it_were_alone() {
    let place = Place::new();
    let figures = |dropout, count: usize| -> Vec<[String; 3]> {
        let out = format!("run-{dropout}");
        place.succeeds(&sweep(&out, &["--rates", "0.1", "--dropout", dropout]));
        let members = table(&place.read(&format!("{out}/members.csv")));
        let columns = ["seed", "validation_nll", "weight_norm"];
        let figures =
            |row: &std::collections::HashMap<String, String>| columns.map(|c| row[c].clone());
        members[..count].iter().map(figures).collect()
    };
    let both = figures("0,0.3", 6);
    assert_eq!(both[..3], figures("0", 3));
    assert_eq!(both[3..], figures("0.3", 3));
    assert_ne!(both[0], both[3]);
}

#[test]
fn a_learning_rate_is_chosen_by_its_lowest_mean_and_says_so() {
    let place = Place::new();
    let stdout = place
        .succeeds(&sweep(
            "run",
            &["--rates", "0.1", "--lr", "1e-3,1e-4", "--rule", "one-se"],
        ))
        .stdout;
    assert!(stdout.contains("chosen (lowest mean)"), "{stdout}");
    let selection = place.json("run/selection.json");
    assert_eq!(selection["setting"]["lr"], 1e-3);
    assert!(
        selection["note"]
            .as_str()
            .expect("a note")
            .contains("regularise")
    );
}

#[test]
fn decay_against_label_smoothing() {
    let place = Place::new();
    let options = ["--rates", "1e-3..10:4", "--label-smoothing", "0,0.1,0.3"];
    let stdout = place.succeeds(&sweep("run", &options)).stdout;
    for part in [
        "best rate",
        "tau (epochs)",
        "at label smoothing = ",
        "The mean is lowest at the λ",
    ] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
    let members = table(&place.read("run/members.csv"));
    assert_eq!(members.len(), 4 * 3 * 3 + 1);
    let selection = place.json("run/selection.json");
    let (surface, setting) = (&selection["surface"], &selection["setting"]);
    assert_eq!(surface["y"]["values"], serde_json::json!([0.0, 0.1, 0.3]));
    let cells = table(&place.read("run/surface.csv"));
    assert_eq!(cells.len(), 12);
    for row in [0, 1, 2] {
        let lowest = cells[4 * row..4 * (row + 1)].iter();
        assert_eq!(lowest.filter(|cell| cell["row_lowest"] == "1").count(), 1);
    }
    let chosen: Vec<_> = cells.iter().filter(|cell| cell["chosen"] == "1").collect();
    assert_eq!(chosen.len(), 1);
    for key in ["rate", "label_smoothing"] {
        assert_eq!(setting[key].as_f64(), Some(number(chosen[0], key)), "{key}");
    }
    // The lowest mean of all is in the chosen row.
    let mean = |cell: &&std::collections::HashMap<String, String>| number(cell, "validation");
    let lowest = cells.iter().min_by(|a, b| mean(a).total_cmp(&mean(b)));
    let row = &lowest.expect("cells")["label_smoothing"];
    assert_eq!(row, &chosen[0]["label_smoothing"]);
    let report = place.json("run/report.json");
    assert_eq!(&report["surface"], surface);
    assert_eq!(report["sweep"]["points"].as_array().map(Vec::len), Some(4));
    let html = place.read("run/report.html");
    assert!(html.contains("id=\"panel-surface\"") && html.contains("surface"));
}

#[test]
fn lists_in_a_file_are_kept_and_repeat_the_run() {
    let place = Place::new();
    place.file(
        "sweep.toml",
        "[data]\npath = \"digits\"\n[train]\nepochs = 2\ndropout = [0, 0.2]\nshift = 0\n\
         [sweep]\nrates = [0.01, 1]\nfolds = 3\nseeds = 1\nrefits = 1\n",
    );
    place.succeeds(&["tune", "--config", "sweep.toml", "--out", "one", "--quiet"]);
    let config: toml::Table = place.read("one/config.toml").parse().expect("TOML");
    assert_eq!(
        config["train"]["dropout"],
        toml::Value::from(vec![0.0, 0.2])
    );
    place.succeeds(&[
        "tune",
        "--config",
        "one/config.toml",
        "--out",
        "two",
        "--quiet",
    ]);
    for file in [
        "config.toml",
        "members.csv",
        "surface.csv",
        "selection.json",
    ] {
        assert_eq!(
            place.read(&format!("one/{file}")),
            place.read(&format!("two/{file}")),
            "{file}"
        );
    }
}

#[test]
fn what_cannot_be_swept_is_refused() {
    let place = Place::new();
    for (options, parts) in [
        (
            &["--lr", "1e-3,1e-2", "--dropout", "0,0.1"][..],
            &[
                "at most 2",
                "sweep.rates (16)",
                "train.lr (2)",
                "train.dropout (2)",
            ][..],
        ),
        (
            &["--dropout", "0..1:3"],
            &["train.dropout", "[0, 1)", "got 1"],
        ),
        (&["--dropout", "0..0.5"], &["train.dropout", "0..0.5:16"]),
        (&["--dropout", "0.1,much"], &["train.dropout", "'much'"]),
        (&["--lr", "0,1e-3"], &["train.lr", "(0, inf)", "got 0"]),
        (&["--shift", "0..3:3"], &["train.shift", "got 1.5"]),
        (&["--epochs", "1,2"], &["train.epochs", "whole number"]),
        (&["--mixup", "-1,0"], &["train.mixup", "[0, inf)", "got -1"]),
        (
            &["--lr", "1e-3,1e-2", "--half-lives", "1..9:3"],
            &["sweep.half_lives", "train.lr"],
        ),
        (&["--taus", "0"], &["sweep.taus", "(0, inf]", "got 0"]),
        (
            &["--taus", "1", "--half-lives", "1"],
            &["sweep.half_lives", "sweep.taus", "not both"],
        ),
        (&["--edge-dropout", "0,0.1"], &["train.edge_dropout", "gnn"]),
        (
            &["--train.keep", "time"],
            &["train.keep", "time_scale", "'time'"],
        ),
    ] {
        place.refuses(&sweep("run", options), parts);
    }
    let fit = |more: &[&'static str]| [&["fit", "--data", "wine"], more].concat();
    place.refuses(
        &fit(&["--dropout", "0..0.5:6"]),
        &["train.dropout has 6 values", "decay fit", "decay tune"],
    );
    place.refuses(&fit(&["--tau", "0"]), &["fit.tau", "(0, inf]", "got 0"]);
    place.refuses(
        &fit(&["--tau", "1", "--rate", "1"]),
        &["fit.rate", "fit.tau", "not both"],
    );
    place.file("list.toml", "[train]\ndropout = [0.1, \"x\"]\nlr = []\n");
    place.refuses(
        &["--config", "list.toml"],
        &["list.toml", "train.dropout", "list of numbers"],
    );
}

#[test]
fn a_killed_sweep_of_two_options_goes_on() {
    let place = Place::new();
    let run = |out| {
        let options = [
            "--rates",
            "0.01,1",
            "--dropout",
            "0,0.3",
            "--epochs",
            "40",
            "--quiet",
        ];
        sweep(out, &options)
    };
    place.succeeds(&run("whole"));
    let mut child = place
        .command(&run("killed"))
        .spawn()
        .expect("the program starts");
    let begun = || {
        let within = place.path("killed/checkpoint/sweep");
        let files = std::fs::read_dir(within).into_iter().flatten().flatten();
        files
            .filter(|f| f.path().extension().is_some_and(|e| e == "checkpoint"))
            .count()
            > 0
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while !begun() {
        assert!(Instant::now() < deadline, "no checkpoint");
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
    place.refuses(
        &["tune", "--out", "killed", "--resume", "--dropout", "0,0.4"],
        &["killed/config.toml", "train.dropout differs"],
    );
    place.succeeds(&["tune", "--out", "killed", "--resume"]);
    for file in [
        "members.csv",
        "history.csv",
        "surface.csv",
        "selection.json",
        "model.safetensors",
    ] {
        assert!(
            place.bytes(&format!("whole/{file}")) == place.bytes(&format!("killed/{file}")),
            "{file}"
        );
    }
}
