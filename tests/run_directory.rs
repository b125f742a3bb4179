//! What a run leaves: the files that others rely on, and the same files again.

mod harness;

use harness::{FAST, Place, mixed_table};

/// Rows of a CSV file as text, the header first.
fn rows(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_demonstration_keeps_its_contract() {
    let place = Place::new();
    let arguments = [&["--out", "run"], &FAST[..]].concat();
    let finished = place.succeeds(&arguments);
    for word in [
        "rate",
        "half-life (epochs)",
        "train NLL",
        "validation NLL",
        "gap",
        "accuracy",
        "ECE",
        "* chosen",
    ] {
        assert!(
            finished.stdout.contains(word),
            "{word}: {}",
            finished.stdout
        );
    }
    assert_eq!(finished.stdout.lines().last(), Some("run/report.html"));

    let run = place.json("run/run.json");
    assert_eq!(
        (&run["status"], &run["command"]),
        (&"finished".into(), &"tune".into())
    );
    assert_eq!(run["members"], 9);
    assert_eq!(
        run["data"]["files"][0]["sha256"].as_str().map(str::len),
        Some(64)
    );
    assert_eq!(run["data"]["training_rows"], 1438);
    assert!(run["seconds"]["sweep"].as_f64() > Some(0.0));

    let audit = place.json("run/audit.json");
    for metric in [
        "accuracy",
        "nll",
        "brier",
        "ece",
        "nll_tempered",
        "auroc_msp",
        "auroc_energy",
    ] {
        let [mean, low, high] =
            ["mean", "low", "high"].map(|end| audit[metric][end].as_f64().expect(metric));
        assert!(low <= mean && mean <= high, "{metric}");
        let n = if metric.starts_with("auroc") {
            2359
        } else {
            359
        };
        assert_eq!(audit[metric]["n"], n, "{metric}");
    }
    assert!(audit["accuracy"]["mean"].as_f64() > Some(0.5));

    let selection = place.json("run/selection.json");
    let chosen = selection["chosen"].as_u64().unwrap() as usize;
    assert_eq!(selection["candidates"].as_array().map(Vec::len), Some(3));
    assert_eq!(
        selection["candidates"][chosen]["rate"],
        selection["chosen_rate"]
    );
    assert!(
        selection["shape_in_words"]
            .as_str()
            .unwrap()
            .contains("validation curve")
    );

    // 9 members and 2 refits.
    let members = rows(&place.read("run/members.csv"));
    assert_eq!(members.len(), 1 + 9 + 2);
    assert_eq!(
        members[0][..4],
        ["member", "rate", "half_life_epochs", "fold"]
    );
    assert!(members[0].contains(&"validation_nll".to_owned()));
    let history = rows(&place.read("run/history.csv"));
    assert_eq!(history[0], ["member", "epoch", "split", "metric", "value"]);
    // Train NLL, validation NLL and accuracy of the members, train NLL of the refits, 2 epochs each.
    assert_eq!(history.len(), 1 + 9 * 3 * 2 + 2 * 2);

    let model = place.json("run/model.json");
    assert_eq!(
        (&model["inputs"], &model["outputs"]),
        (&64.into(), &10.into())
    );
    assert_eq!(model["classes"][9], "9");
    assert!(
        place.path("run/model.safetensors").is_file()
            && place.path("run/refits/1.safetensors").is_file()
    );
    let html = place.read("run/report.html");
    assert!(html.contains("<svg") && html.contains("layers.0.weight"));
    assert!(
        !html.contains("src=\"http") && !html.contains("href=\"http"),
        "the page needs no network"
    );
    assert!(toml::from_str::<toml::Table>(&place.read("run/config.toml")).is_ok());
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
        "refits",
    ] {
        if file != "refits" {
            assert_eq!(
                place.bytes(&format!("one/{file}")),
                place.bytes(&format!("two/{file}")),
                "{file}"
            );
        }
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
fn predictions_are_probabilities_of_the_named_classes() {
    let place = Place::new();
    place.file("table.csv", mixed_table(150));
    place.tunes(&["--data", "table.csv", "--target", "kind"]);
    let finished = place.succeeds(&["predict", "--model", "run", "--data", "table.csv"]);
    let rows = rows(&finished.stdout);
    assert_eq!(rows[0], ["class", "p_kind 0", "p_kind 1", "p_kind 2"]);
    assert_eq!(rows.len(), 151);
    for row in &rows[1..] {
        let p: Vec<f64> = row[1..].iter().map(|cell| cell.parse().unwrap()).collect();
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{row:?}");
        let best = (0..3).max_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap();
        assert_eq!(row[0], format!("kind {best}"));
    }
    place.succeeds(&[
        "predict",
        "--model",
        "run",
        "--data",
        "table.csv",
        "--out",
        "p.csv",
    ]);
    assert_eq!(place.read("p.csv"), finished.stdout);
    let logits = place.succeeds(&[
        "predict",
        "--model",
        "run/model.json",
        "--data",
        "table.csv",
        "--logits",
    ]);
    assert!(
        logits
            .stdout
            .starts_with("logit_kind 0,logit_kind 1,logit_kind 2\n")
    );
}

/// The audit of the held-out rows can be had again from the files alone.
#[test]
fn an_audit_of_the_same_rows_is_the_same() {
    let place = Place::new();
    let table = mixed_table(300);
    place.file("table.csv", &table);
    place.tunes(&["--data", "table.csv", "--holdout", "0", "--target", "kind"]);
    assert!(!place.path("run/audit.json").exists());
    let finished = place.succeeds(&[
        "audit",
        "--model",
        "run",
        "--data",
        "table.csv",
        "--out",
        "again",
    ]);
    assert!(
        finished.stdout.contains("Held-out accuracy"),
        "{}",
        finished.stdout
    );
    let audit = place.json("again/audit.json");
    assert_eq!(audit["accuracy"]["n"], 300);
    // `fit` trains on all rows here, so training accuracy and audited accuracy agree.
    let members = rows(&place.read("run/members.csv"));
    let column = members[0]
        .iter()
        .position(|name| name == "train_accuracy")
        .unwrap();
    let refits: Vec<f64> = members[members.len() - 2..]
        .iter()
        .map(|row| row[column].parse().unwrap())
        .collect();
    let mean = refits.iter().sum::<f64>() / 2.0;
    assert!((audit["accuracy"]["mean"].as_f64().unwrap() - mean).abs() < 1e-9);
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
