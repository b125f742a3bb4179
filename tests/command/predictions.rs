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
        finished.stdout.contains("Accuracy on these rows")
            && finished
                .stdout
                .contains("300 rows you supplied, 300 of which were trained on"),
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
    let alone = &audit["single_network"]["accuracy"]["mean"];
    assert!((alone.as_f64().unwrap() - mean).abs() < 1e-9);
}

/// The numbers of a CSV file, its first row and the first `names` columns left out.
fn numbers(text: &str, names: usize) -> Vec<Vec<f64>> {
    let parsed = |row: &Vec<String>| row[names..].iter().map(|x| x.parse().unwrap()).collect();
    rows(text)[1..].iter().map(parsed).collect()
}

/// All networks together are the mean of their probabilities or values; one that is not there is refused.
#[test]
fn networks_answer_together_and_one_by_one() {
    let place = Place::new();
    place.file("table.csv", mixed_table(150));
    place.tunes(&["--data", "table.csv", "--target", "kind"]);
    let predict = |run: &str, data: &str, more: &[&str]| {
        let call = ["predict", "--model", run, "--data", data];
        place.succeeds(&[&call[..], more].concat()).stdout
    };
    let close = |a: f64, b: f64| (a - b).abs() < 1e-6 * (1.0 + b.abs());
    let all = numbers(&predict("run", "table.csv", &[]), 1);
    let one = ["1", "2"].map(|n| numbers(&predict("run", "table.csv", &["--member", n]), 1));
    assert_ne!(one[0], one[1]);
    let logits = numbers(&predict("run", "table.csv", &["--logits"]), 0);
    let own = ["1", "2"].map(|n| {
        numbers(
            &predict("run", "table.csv", &["--logits", "--member", n]),
            0,
        )
    });
    let softmax =
        |row: &[f64], class: usize| row[class].exp() / row.iter().map(|z| z.exp()).sum::<f64>();
    for row in 0..150 {
        for class in 0..3 {
            let mean = (one[0][row][class] + one[1][row][class]) / 2.0;
            assert!(close(all[row][class], mean), "row {row}");
            let mean = (softmax(&own[0][row], class) + softmax(&own[1][row], class)) / 2.0;
            assert!(close(logits[row][class].exp(), mean), "row {row}");
        }
    }
    for (member, part) in [("0", "network 0"), ("3", "from 1 to 2")] {
        let call = [
            "predict",
            "--model",
            "run",
            "--data",
            "table.csv",
            "--member",
            member,
        ];
        place.refuses(&call, &[part]);
    }
    // Of a regression the mean value.
    let fit = [
        "fit", "--data", "diabetes", "--epochs", "2", "--seeds", "2", "--out", "values",
    ];
    place.succeeds(&fit);
    let all = numbers(&predict("values", "diabetes", &[]), 0);
    let one = ["1", "2"].map(|n| numbers(&predict("values", "diabetes", &["--member", n]), 0));
    for (row, all) in all.iter().enumerate() {
        assert!(
            close(all[0], (one[0][row][0] + one[1][row][0]) / 2.0),
            "row {row}"
        );
    }
}
