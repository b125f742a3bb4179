//! The demonstration: what it prints, records and leaves for others to rely on.

use crate::harness::{FAST, Place, rows};

/// A fast demonstration.
fn demonstration() -> (Place, String) {
    let place = Place::new();
    let arguments = [&["--out", "run"], &FAST[..]].concat();
    let stdout = place.succeeds(&arguments).stdout;
    (place, stdout)
}

#[test]
fn the_demonstration_prints_a_table_and_ends_with_the_page() {
    let (place, stdout) = demonstration();
    for word in [
        "rate",
        "half-life",
        "train NLL",
        "validation NLL",
        "gap",
        "accuracy",
        "ECE",
        "* chosen",
        "validation curve",
        "Held-out accuracy",
        "fashion-mini",
    ] {
        assert!(stdout.contains(word), "{word}: {stdout}");
    }
    assert_eq!(stdout.lines().last(), Some("run/report.html"));
    let html = place.read("run/report.html");
    assert!(html.contains("<svg") && html.contains("layers.0.weight"));
    assert!(
        !html.contains("src=\"http") && !html.contains("<link"),
        "the page needs no network"
    );
}

#[test]
fn the_demonstration_records_what_ran_and_what_was_found() {
    let (place, _) = demonstration();
    let run = place.json("run/run.json");
    assert_eq!(
        (&run["status"], &run["command"]),
        (&"finished".into(), &"tune".into())
    );
    assert_eq!(
        (&run["members"], &run["data"]["training_rows"]),
        (&9.into(), &1438.into())
    );
    assert_eq!(
        run["data"]["files"][0]["sha256"].as_str().map(str::len),
        Some(64)
    );
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
}

#[test]
fn the_demonstration_leaves_tables_and_a_model() {
    let (place, _) = demonstration();
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
    for file in ["model.safetensors", "refits/1.safetensors"] {
        assert!(place.path("run").join(file).is_file(), "{file}");
    }
    let config: toml::Table = place.read("run/config.toml").parse().unwrap();
    assert_eq!(config["sweep"]["rates"].as_str(), Some("1e-3..1:3"));
}
