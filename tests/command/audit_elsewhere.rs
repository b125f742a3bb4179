//! The audit of logits that another program computed, and the comparison of two models.

use crate::harness::{Place, mixed_table};
use serde_json::Value;

/// A run on a table, its logits on all rows and their labels as files.
fn exported(place: &Place) {
    let table = mixed_table(240);
    place.file("table.csv", &table);
    place.tunes(&["--data", "table.csv", "--target", "kind", "--holdout", "0"]);
    let predict = [
        "predict",
        "--model",
        "run",
        "--data",
        "table.csv",
        "--logits",
        "--member",
        "1",
        "--out",
        "logits.csv",
    ];
    place.succeeds(&predict);
    let labels: Vec<&str> = table
        .lines()
        .map(|line| line.rsplit(',').next().unwrap())
        .collect();
    place.file("labels.csv", labels.join("\n"));
}

fn means(audit: &Value) -> Vec<(String, f64)> {
    let metrics = audit.as_object().unwrap().iter();
    metrics
        .filter_map(|(name, metric)| Some((name.clone(), metric.get("mean")?.as_f64()?)))
        .collect()
}

#[test]
fn logits_from_a_file_are_audited_as_those_of_the_model() {
    let place = Place::new();
    exported(&place);
    // The first network alone without a temperature, as in the file.
    place.succeeds(&[
        "audit",
        "run",
        "--weights",
        "run/model.safetensors",
        "--data",
        "table.csv",
        "--attacks",
        "none",
        "--certificates=false",
        "--out",
        "own",
    ]);
    place.succeeds(&[
        "audit",
        "--logits",
        "logits.csv",
        "--labels",
        "labels.csv",
        "--out",
        "file",
    ]);
    let (own, file) = (place.json("own/audit.json"), place.json("file/audit.json"));
    let (own, file) = (means(&own), means(&file));
    assert!(own.len() > 15, "{own:?}");
    for ((name, a), (other, b)) in own.iter().zip(&file) {
        assert_eq!(name, other);
        assert!((a - b).abs() <= 1e-6 * (1.0 + a.abs()), "{name}: {a} {b}");
    }
    assert!(place.read("file/audit.html").contains("<h2>Audit</h2>"));
}

#[test]
fn several_models_and_other_data_come_as_further_files() {
    let place = Place::new();
    place.file("a.csv", "2,0\n0,3\n1,0\n0,1\n4,0\n-inf,1\n");
    place.file("b.csv", "1,0\n0,1\n0,0.5\n0,1\n2,0\n0,1\n");
    place.file("y.csv", "0\n1\n0\n1\n0\n1\n");
    place.file("ood.csv", "0.1,0\n0,0.2\n0.1,0\n");
    let call = [
        "audit",
        "--logits",
        "a.csv",
        "--logits",
        "b.csv",
        "--labels",
        "y.csv",
        "--ood-logits",
        "ood.csv",
        "--ood-logits",
        "ood.csv",
        "--out",
        "out",
    ];
    place.succeeds(&call);
    let audit = place.json("out/audit.json");
    assert_eq!(audit["members"], 2);
    assert_eq!(
        (&audit["ood_rows"], &audit["ood_data"]),
        (&3.into(), &"ood.csv".into())
    );
    // One of them errs once, and the other overrules it.
    let accuracy = |of: &Value| of["accuracy"]["mean"].as_f64().unwrap();
    assert!((accuracy(&audit["single_network"]) - 11.0 / 12.0).abs() < 1e-12);
    assert_eq!(accuracy(&audit), 1.0);
    place.refuses(&call[..9], &["once for each --logits", "got 1 for 2"]);
    place.file("three.csv", "1,2,3\n");
    place.file("short.csv", "1,2\n");
    for (other, parts) in [
        ("three.csv", ["the classes 0, 1, 2", "a.csv has 0, 1"]),
        ("short.csv", ["1 rows", "a.csv has 6"]),
    ] {
        place.refuses(
            &[
                "audit", "--logits", "a.csv", "--logits", other, "--labels", "y.csv",
            ],
            &parts,
        );
    }
}

#[test]
fn bad_logits_and_labels_are_named_with_their_row() {
    let place = Place::new();
    place.file("good.csv", "a,b\n1,2\n2,1\n");
    place.file("labels.csv", "a\nb\n");
    for (name, text, parts) in [
        ("nan.csv", "a,b\n1,2\nnan,1\n", ["row 2, class 'a'", "NaN"]),
        ("inf.csv", "a,b\n1,2\n1,inf\n", ["row 2, class 'b'", "inf"]),
        (
            "word.csv",
            "a,b\n1,2\n1,x\n",
            ["row 2, class 'b'", "x is no logit"],
        ),
    ] {
        place.file(name, text);
        place.refuses(
            &["audit", "--logits", name, "--labels", "labels.csv"],
            &parts,
        );
    }
    for (name, text, parts) in [
        ("c.csv", "a\nc\n", ["row 2: 'c'", "2 classes"]),
        ("two.csv", "0\n2\n", ["row 2: '2'", "0 to 1"]),
        ("long.csv", "a\nb\na\n", ["3 labels", "2 rows"]),
    ] {
        place.file(name, text);
        place.refuses(&["audit", "--logits", "good.csv", "--labels", name], &parts);
    }
    // The truth must be possible.
    place.file("sure.csv", "0,-inf\n0,1\n");
    place.refuses(
        &[
            "audit",
            "--logits",
            "sure.csv",
            "--labels",
            "good_labels.csv",
        ],
        &["good_labels.csv"],
    );
    place.file("b.csv", "1\n1\n");
    place.refuses(
        &["audit", "--logits", "sure.csv", "--labels", "b.csv"],
        &["sure.csv", "infinite", "-inf"],
    );
    let missing = place.run(&["audit", "--logits", "good.csv"]);
    assert!(
        missing.code == 2 && missing.stderr.contains("--labels"),
        "{}",
        missing.stderr
    );
}

#[test]
fn two_models_are_compared_on_the_same_rows() {
    let place = Place::new();
    exported(&place);
    let same = place.succeeds(&["compare", "run", "run", "--data", "table.csv"]);
    assert!(same.stdout.contains("no difference"), "{}", same.stdout);
    // A model that guesses: its logits are all but zero.
    let logits = place.read("logits.csv");
    let guess: String = std::iter::once(logits.lines().next().unwrap().to_owned())
        .chain(
            (1..logits.lines().count())
                .map(|row| format!("{},0,{}", (row % 3) as f64 * 0.1, (row % 2) as f64 * 0.1)),
        )
        .map(|line| line + "\n")
        .collect();
    place.file("guess.csv", guess);
    let better = place.succeeds(&[
        "compare",
        "guess.csv",
        "logits.csv",
        "--labels",
        "labels.csv",
        "--out",
        "out",
    ]);
    assert!(
        better.stdout.contains("logits is better by"),
        "{}",
        better.stdout
    );
    let found = place.json("out/comparison.json");
    let accuracy = found["differences"].as_array().unwrap().iter();
    let accuracy = accuracy
        .clone()
        .find(|one| one["metric"] == "accuracy")
        .unwrap();
    assert!(accuracy["p_adjusted"].as_f64() < Some(1e-6), "{accuracy}");
    place.refuses(
        &[
            "compare",
            "guess.csv",
            "absent.csv",
            "--labels",
            "labels.csv",
        ],
        &["absent.csv"],
    );
}
