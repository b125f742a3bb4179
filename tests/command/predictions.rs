//! What a finished model says about rows: predictions and audits.

use crate::harness::{Place, mixed_table, rows};

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
