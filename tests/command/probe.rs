//! Features of one network, and a linear model that learns from them.

use crate::harness::{Place, mixed_table, rows};

#[test]
fn a_linear_probe_learns_from_the_features_of_a_network() {
    let place = Place::new();
    place.file("table.csv", mixed_table(120));
    let longer = ["--epochs", "60", "--lr", "0.01"];
    let first = ["--data", "table.csv", "--model.hidden", "12,7"];
    place.tunes(&[&first[..], &longer].concat());
    let call = [
        "predict",
        "--model",
        "run",
        "--data",
        "table.csv",
        "--features",
    ];
    let printed = rows(&place.succeeds(&call).stdout);
    assert_eq!((printed.len(), printed[0].len()), (121, 7));
    assert_eq!(printed[0][6], "f6");
    place.succeeds(&[&call[..], &["--out", "features.npy"]].concat());
    assert_eq!(place.bytes("features.npy").len(), 128 + 120 * 7 * 4);
    let kinds: String = rows(&place.read("table.csv"))[1..]
        .iter()
        .map(|row| format!("{}\n", row[4]))
        .collect();
    place.file("kinds.csv", format!("kind\n{kinds}"));
    let probe = [
        "tune",
        "--data",
        "features.npy",
        "--labels",
        "kinds.csv",
        "--model",
        "linear",
        "--folds",
        "3",
        "--rates",
        "1e-3..1:4",
        "--seeds",
        "1",
        "--refits",
        "1",
        "--attacks",
        "none",
        "--out",
        "probe",
    ];
    let told = place.succeeds(&probe);
    assert!(!told.stderr.contains("train.dropout"), "{}", told.stderr);
    assert!(
        told.stderr.contains("train.solver = \"exact\""),
        "{}",
        told.stderr
    );
    let config = place.read("probe/config.toml");
    assert!(
        config.contains("kind = \"mlp\"") && config.contains("hidden = []"),
        "{config}"
    );
    let accuracy = place.accuracy("probe");
    assert!(accuracy > 0.85, "{accuracy}");
    // Its only layer reads the features themselves, each on its own scale.
    let call = [
        "predict",
        "--model",
        "probe",
        "--data",
        "features.npy",
        "--features",
    ];
    let seen = rows(&place.succeeds(&call).stdout);
    assert_eq!((seen.len(), seen[0].len()), (121, 7));
}

/// What is said of a run whose models are solved, and of one that asks for steps.
#[test]
fn nothing_speaks_of_steps_where_models_are_solved() {
    let place = Place::new();
    place.file("table.csv", mixed_table(120));
    let words = [
        "tune",
        "--data",
        "table.csv",
        "--model",
        "linear",
        "--attacks",
        "none",
    ];
    let solved = [&words[..], &["--out", "run", "--seeds", "3"]].concat();
    let told = place.succeeds(&solved);
    let said = format!("{}{}", told.stdout, told.stderr);
    assert!(
        said.contains("whatever the seed: sweep.seeds and sweep.refits are 1"),
        "{said}"
    );
    assert!(
        said.contains("weights minimise the mean loss plus"),
        "{said}"
    );
    let page = place.read("run/report.html");
    let (findings, _) = page.split_once("id=\"section-glossary\"").unwrap();
    for text in [said.as_str(), findings] {
        for word in ["half-life", "halves", "epoch", "steps/s", "tau ("] {
            assert!(!text.contains(word), "{word}: {text}");
        }
    }
    assert!(findings.contains("each at its minimum"));
    let members = rows(&place.read("run/members.csv"));
    assert_eq!(
        members.len(),
        1 + 5 * place.json("run/selection.json")["candidates"]
            .as_array()
            .map_or(0, Vec::len)
            + 1
    );
    let steps = [
        &words[..],
        &["--out", "steps", "--solver", "steps", "--epochs", "2"],
    ]
    .concat();
    assert!(place.succeeds(&steps).stdout.contains("half-life"));
}

#[test]
fn what_has_no_part_in_a_minimum_is_refused_in_one_sentence() {
    let place = Place::new();
    place.file("table.csv", mixed_table(60));
    let words = ["tune", "--data", "table.csv", "--solver", "exact"];
    for (more, part) in [
        (
            &["--model.hidden", "8"][..],
            "train.solver = exact: only a linear model",
        ),
        (
            &["--model", "linear", "--dropout", "0.2"],
            "train.dropout = 0.2: it shapes steps",
        ),
        (
            &["--model", "linear", "--epochs", "5"],
            "train.epochs = 5: it shapes steps",
        ),
        (
            &["--model", "linear", "--half-lives", "1..9:3"],
            "sweep.half_lives is a time",
        ),
        (
            &["--model", "linear", "--l1", "0,0.1"],
            "train.l1 = 0.1: train.solver = exact minimises it beside squared errors only",
        ),
    ] {
        place.refuses(&[&words[..], more].concat(), &[part]);
    }
}

#[test]
fn a_fit_is_solved_too_and_predicts() {
    let place = Place::new();
    place.file("table.csv", mixed_table(120));
    let fit = [
        "fit",
        "--data",
        "table.csv",
        "--model",
        "linear",
        "--rate",
        "0.01",
        "--attacks",
        "none",
        "--out",
        "run",
    ];
    let told = place.succeeds(&fit);
    assert!(
        told.stdout.contains("1 model at decay rate 0.01"),
        "{}",
        told.stdout
    );
    let answers = place.succeeds(&["predict", "--model", "run", "--data", "table.csv"]);
    assert_eq!(rows(&answers.stdout).len(), 121);
}
