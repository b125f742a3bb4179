//! Predictions of other programs that an earlier version misread without a word, from `tests/faults`.

use crate::harness::{Finished, Place, fault};

fn audit(place: &Place, folder: &str, logits: &[&str], labels: &str) -> Finished {
    let models = logits.iter().map(|file| fault("predictions", folder, file));
    let models: Vec<String> = models.flat_map(|file| ["--logits".into(), file]).collect();
    let labels = fault("predictions", folder, labels);
    let words = ["audit", "--out", "audit", "--labels", &labels];
    let models = models.iter().map(String::as_str);
    place.run(&words.into_iter().chain(models).collect::<Vec<_>>())
}

/// What NumPy finds on the same rows.
fn assert_figures(place: &Place, found: &Finished) {
    assert_eq!(found.code, 0, "{}", found.stderr);
    let json = place.json("audit/audit.json");
    for (metric, expected) in [("accuracy", 0.725), ("nll", 0.608_266)] {
        let mean = json[metric]["mean"].as_f64().unwrap();
        assert!((mean - expected).abs() < 1e-4, "{metric}: {mean}");
    }
}

#[test]
fn columns_are_matched_by_their_classes_and_what_is_none_is_left_out() {
    let place = Place::new();
    for (folder, logits, note) in [
        ("audit-probabilities-as-logits", &["p.csv"][..], ""),
        (
            "audit-class-order",
            &["z1.csv", "z2.csv"],
            "columns are matched by name with",
        ),
        (
            "audit-index-column",
            &["z.csv"],
            "column 1 counts the rows and is no class",
        ),
    ] {
        let found = audit(&place, folder, logits, "y.csv");
        assert_figures(&place, &found);
        assert!(found.stderr.contains(note), "{folder}: {}", found.stderr);
    }
    let others = ["z1.csv", "z3.csv"].map(|file| fault("predictions", "audit-class-order", file));
    let labels = fault("predictions", "audit-class-order", "y.csv");
    let classes = ["has the classes a, b, d, but", "z1.csv has a, b, c"];
    place.refuses(
        &["compare", &others[0], &others[1], "--labels", &labels],
        &classes,
    );
}

#[test]
fn a_model_equals_itself_in_another_form() {
    let place = Place::new();
    for (folder, files) in [
        ("audit-class-order", ["z1.csv", "z2.csv"]),
        ("audit-probabilities-as-logits", ["z.csv", "p.csv"]),
    ] {
        let [first, second] = files.map(|file| fault("predictions", folder, file));
        let labels = fault("predictions", folder, "y.csv");
        place.succeeds(&[
            "compare", &first, &second, "--labels", &labels, "--out", "compared",
        ]);
        let json = place.json("compared/comparison.json").to_string();
        assert!(json.contains("accuracy"), "{json}");
        let printed = place
            .succeeds(&["compare", &first, &second, "--labels", &labels])
            .stdout;
        let nll = printed.lines().find(|line| line.starts_with("negative "));
        let numbers = nll.unwrap().split_whitespace();
        let mut numbers = numbers.filter_map(|word| word.parse::<f64>().ok());
        let difference = numbers.nth(2).unwrap();
        // The probabilities have five digits.
        assert!(difference.abs() < 1e-4, "{folder}: {printed}");
    }
}

#[test]
fn labels_are_all_names_or_all_numbers() {
    let place = Place::new();
    for (labels, noted) in [("y1.csv", false), ("y0.csv", true)] {
        let found = audit(
            &place,
            "audit-labels-by-name-and-number",
            &["z.csv"],
            labels,
        );
        assert_figures(&place, &found);
        let note = "labels are read as the classes' numbers from 0";
        assert_eq!(found.stderr.contains(note), noted, "{}", found.stderr);
    }
}

#[test]
fn arrays_of_every_kind_of_number_are_read() {
    let place = Place::new();
    let folder = "audit-npy-kinds";
    for (logits, labels) in [
        ("z.npy", "y.npy"),
        ("z16.npy", "y.npy"),
        ("zf.npy", "y.npy"),
        ("z.npy", "yu8.npy"),
        ("z.npy", "yn1.npy"),
        ("z.npy", "yoh.npy"),
    ] {
        let found = audit(&place, folder, &[logits], labels);
        assert_figures(&place, &found);
    }
    // Names that nobody gave to the columns.
    let found = audit(&place, folder, &["z.npy"], "ys.npy");
    assert_eq!(found.code, 2);
    assert!(
        found.stderr.contains("row 1: 'c' is no label"),
        "{}",
        found.stderr
    );
}
