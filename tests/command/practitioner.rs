//! What a practitioner types: runs named one way, predictions with columns, sets and formats, lists of runs, the answer first.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::harness::{FAST, Place, mixed_table, rows};

fn tuned() -> Place {
    let place = Place::new();
    place.file("table.csv", mixed_table(150));
    place.tunes(&["--data", "table.csv", "--target", "kind"]);
    place
}

#[test]
fn a_run_is_named_by_its_place_and_by_the_old_flags() {
    let place = tuned();
    let by_place = place.succeeds(&["predict", "run", "--data", "table.csv"]);
    let by_flag = place.succeeds(&["predict", "--model", "run", "--data", "table.csv"]);
    assert_eq!(by_place.stdout, by_flag.stdout);
    for call in [&["report", "run"][..], &["report", "--run", "run"]] {
        assert_eq!(place.succeeds(call).stdout, "run/report.html\n");
    }
    let nothing = Place::new();
    nothing.refuses(&["tune"], &["no data given", "--data", "decay demo"]);
    nothing.refuses(
        &["tune", "--data", "wine", "--memory", "4"],
        &["memory", "unit", "4GiB", "'4'"],
    );
}

#[test]
fn columns_stand_beside_predictions_in_any_format() {
    let place = tuned();
    let call = [
        "predict",
        "run",
        "--data",
        "table.csv",
        "--keep-columns",
        "colour,kind",
    ];
    let csv = place
        .succeeds(&[&call[..], &["--digits", "3"]].concat())
        .stdout;
    let cells = rows(&csv);
    assert_eq!(cells[0][..3], ["colour", "kind", "class"]);
    assert_eq!((cells.len(), cells[2][1].as_str()), (151, "kind 1"));
    assert!(
        cells[1][3..].iter().all(|cell| cell.len() <= 8),
        "{:?}",
        cells[1]
    );
    let lines = place
        .succeeds(&[&call[..], &["--format", "jsonl"]].concat())
        .stdout;
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!(first["kind"], "kind 0");
    assert!(first["p_kind 0"].is_number());
    place.succeeds(&[&call[..], &["--out", "p.parquet"]].concat());
    assert!(place.bytes("p.parquet").starts_with(b"PAR1"));
    let unknown = [
        "predict",
        "run",
        "--data",
        "table.csv",
        "--keep-columns",
        "color",
    ];
    place.refuses(&unknown, &["table.csv", "'color'", "colour"]);
}

#[test]
fn rows_come_from_stdin() {
    let place = tuned();
    let mut child = place
        .command(&["predict", "run", "--data", "-", "--keep-columns", "colour"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let table = mixed_table(150);
    child
        .stdin
        .take()
        .unwrap()
        .write_all(table.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let file = [
        "predict",
        "run",
        "--data",
        "table.csv",
        "--keep-columns",
        "colour",
    ];
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        place.succeeds(&file).stdout
    );
}

#[test]
fn sets_hold_what_is_asked_for_or_it_is_said_why_not() {
    let place = tuned();
    let sets = |share: &str| {
        let call = ["predict", "run", "--data", "table.csv", "--coverage", share];
        let cells = rows(&place.succeeds(&call).stdout);
        assert_eq!(cells[0][1], "set");
        let own = cells[1..]
            .iter()
            .map(|row| row[1].split('|').map(str::to_owned).collect());
        own.collect::<Vec<Vec<String>>>()
    };
    let (few, many) = (sets("0.5"), sets("0.95"));
    assert!(
        few.iter()
            .zip(&many)
            .all(|(few, many)| few.iter().all(|class| many.contains(class)))
    );
    let held = many
        .iter()
        .enumerate()
        .filter(|(row, set)| set.contains(&format!("kind {}", row % 3)));
    assert!(held.count() > 120);
    let too_much = [
        "predict",
        "run",
        "--data",
        "table.csv",
        "--coverage",
        "0.999",
    ];
    place.refuses(&too_much, &["coverage", "0.999", "validation rows"]);
    place.refuses(
        &["predict", "run", "--data", "table.csv", "--coverage", "1"],
        &["(0, 1)", "got 1"],
    );
    let fit = [
        "fit",
        "--data",
        "table.csv",
        "--epochs",
        "1",
        "--seeds",
        "1",
        "--out",
        "fit",
    ];
    place.succeeds(&fit);
    place.refuses(
        &["predict", "fit", "--data", "table.csv", "--coverage", "0.9"],
        &["coverage", "decay tune"],
    );
}

#[test]
fn the_answer_comes_first() {
    let place = Place::new();
    place.file("table.csv", mixed_table(150));
    let stdout = place
        .tunes(&["--data", "table.csv", "--target", "kind"])
        .stdout;
    for question in ["How good? ", "What was chosen? ", "What next? "] {
        assert!(stdout.contains(question), "{question}: {stdout}");
    }
    assert!(
        stdout.contains("always saying 'kind") && stdout.contains("a linear model"),
        "{stdout}"
    );
    let shown = place.succeeds(&["show", "run"]).stdout;
    assert!(
        shown.contains("How good? ") && shown.contains("\nmetric "),
        "{shown}"
    );
    let page = place.read("run/report.html");
    assert!(page.contains("class=\"answer\"") && page.contains("id=\"section-glossary\""));
    let tables = stdout.lines().filter(|line| line.contains("  "));
    assert!(
        tables.clone().all(|line| line.chars().count() <= 80),
        "{stdout}"
    );
}

#[test]
fn runs_are_listed_and_watched_from_their_records() {
    let place = tuned();
    let listed = place.succeeds(&["runs", "."]).stdout;
    assert!(
        listed.contains("accuracy") && listed.contains("finished"),
        "{listed}"
    );
    let none = place
        .succeeds(&["runs", ".", "--where", "accuracy>2"])
        .stdout;
    assert!(!none.contains("finished"), "{none}");
    place.refuses(
        &["runs", ".", "--sort", "acuracy"],
        &["'acuracy'", "accuracy"],
    );
    place.refuses(
        &["runs", ".", "--where", "accuracy"],
        &["--where", "accuracy>0.9"],
    );
    let picture = place.succeeds(&["watch", "run"]).stdout;
    assert!(
        picture.contains("epoch 2 of 2") && picture.contains("lowest"),
        "{picture}"
    );
    place.refuses(&["watch", "."], &["no run has begun"]);
    assert!(!place.path("run/checkpoint").exists());
}

fn rows_of(table: &Value) -> impl Iterator<Item = &Value> {
    table.as_array().unwrap().iter()
}

#[test]
fn several_models_are_compared_with_the_best() {
    let place = tuned();
    for (out, lr) in [("a", "1e-5"), ("b", "1e-4")] {
        place.succeeds(&[
            "fit",
            "--data",
            "table.csv",
            "--epochs",
            "1",
            "--seeds",
            "1",
            "--lr",
            lr,
            "--out",
            out,
            "--attacks",
            "none",
        ]);
    }
    let call = [
        "compare",
        "a",
        "b",
        "run",
        "--data",
        "table.csv",
        "--out",
        "compared",
    ];
    let told = place.succeeds(&call).stdout;
    assert!(told.contains("run is best"), "{told}");
    let json = place.json("compared/comparison.json");
    assert_eq!(
        (&json["best"], &json["names"][2]),
        (&2.into(), &"run".into())
    );
    assert!((json["level"].as_f64().unwrap() - 0.975).abs() < 1e-9);
    // As two alone, but corrected for two comparisons with the best.
    place.succeeds(&[
        "compare",
        "run",
        "a",
        "--data",
        "table.csv",
        "--out",
        "pair",
    ]);
    let pair = place.json("pair/comparison.json");
    for (own, two) in rows_of(&json["metrics"]).zip(rows_of(&pair["differences"])) {
        assert_eq!(own["metric"], two["metric"]);
        let (own, number) = (&own["differences"][0], |value: &Value| {
            value.as_f64().unwrap()
        });
        let p = (2.0 * number(&two["p_adjusted"])).min(1.0);
        assert!((number(&own["p"]) - p).abs() < 1e-12, "{own} {two}");
        let [own, two] = [own, two].map(|one| &one["difference"]);
        assert_eq!(own["mean"], two["mean"]);
        assert!(number(&own["low"]) <= number(&two["low"]), "{own} {two}");
        assert!(number(&own["high"]) >= number(&two["high"]), "{own} {two}");
    }
    assert!(
        place
            .read("compared/comparison.html")
            .contains("3 models on the same rows")
    );
}

#[test]
fn progress_is_for_machines_too_and_shells_know_the_command() {
    let place = Place::new();
    let call = [
        &["tune", "--data", "wine", "--progress", "json"],
        &FAST[..],
        &["--out", "run"],
    ]
    .concat();
    let stderr = place.succeeds(&call).stderr;
    let events: Vec<serde_json::Value> = stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let of = |name: &str| events.iter().filter(|event| event["event"] == name).count();
    assert!(
        of("begun") == 1 && of("progress") > 2 && of("swept") == 1,
        "{stderr}"
    );
    assert!(
        events.iter().any(|event| event["best"]["loss"].is_number()),
        "{stderr}"
    );
    let call = [
        &["tune", "--data", "wine", "--progress", "none"],
        &FAST[..],
        &["--out", "again"],
    ]
    .concat();
    assert_eq!(place.succeeds(&call).stderr, "");
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(
            place
                .succeeds(&["completions", shell])
                .stdout
                .contains("keep-columns"),
            "{shell}"
        );
    }
    place.succeeds(&["man", "pages"]);
    assert!(place.read("pages/decay-predict.1").contains("keep"));
}
