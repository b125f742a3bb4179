//! Five questions that everybody has of a new model, and whether the first lines answer them from the record: `docs/reading-a-report.md`.

use std::fmt::Write as _;

use crate::harness::{FAST, Place, plain};

/// Customers with ids, dates, holes, labels and numbers; who pays much and came lately leaves.
fn customers() -> String {
    let mut table = "customer_id,joined,plan,monthly,support_calls,note,churned\n".to_owned();
    let mut state = 11_u64;
    let mut unit = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for row in 0..600 {
        let (monthly, calls, chance) = (20.0 + 80.0 * unit(), (6.0 * unit()).floor(), unit());
        let year = 2019 + (6.0 * unit()) as i32;
        let leaves = (monthly - 60.0) / 20.0 + f64::from(year - 2021) / 2.0 + calls / 4.0 - 0.5;
        let churned = if chance < 1.0 / (1.0 + (-leaves).exp()) {
            "yes"
        } else {
            "no"
        };
        let monthly = if row % 17 == 3 {
            String::new()
        } else {
            format!("{monthly:.2}")
        };
        let calls = if row % 23 == 5 {
            "NA".to_owned()
        } else {
            calls.to_string()
        };
        writeln!(
            table,
            "C{:05},{year}-{:02}-{:02},{},{monthly},{calls},note {row} of {},{churned}",
            row * 7919 % 100_000,
            1 + row % 12,
            1 + row % 28,
            ["basic", "plus", "family"][row % 3],
            row * 31 % 997,
        )
        .expect("a string grows");
    }
    table
}

/// As the lines have shares.
fn percent(share: f64) -> String {
    let value = 100.0 * share;
    match (5.0..=95.0).contains(&value) || value == value.round() {
        true => format!("{value:.0} %"),
        false => format!("{value:.1} %"),
    }
}

/// What the record says to each question, as words that an answer has.
fn answers(place: &Place) -> Vec<(&'static str, Vec<String>)> {
    let [audit, selection] =
        ["audit", "selection"].map(|name| place.json(&format!("run/{name}.json")));
    let figure = |key: &str, end: &str| audit[key][end].as_f64().unwrap_or_else(|| panic!("{key}"));
    let [accuracy, low, high] =
        ["mean", "low", "high"].map(|end| percent(figure("accuracy_tempered", end)));
    let error = |end: &str| format!("{:.1}", 100.0 * figure("ece_tempered", end));
    let rate = selection["chosen_rate"].as_f64().expect("a rate");
    let networks = 1 + std::fs::read_dir(place.path("run/refits")).map_or(0, |all| {
        let names = all.flatten().map(|entry| entry.path());
        names
            .filter(|path| path.extension().is_some_and(|end| end == "safetensors"))
            .count()
    });
    let tried = selection["candidates"].as_array();
    vec![
        (
            "Which model do I get?",
            vec![
                format!("{networks} networks answer together"),
                format!("λ {}", decay_report::text::short(rate)),
                format!("{} values tried", tried.expect("rates").len()),
            ],
        ),
        (
            "Is it any good?",
            vec![
                format!("right class of {accuracy} of"),
                format!("95 % interval {low} to {high}"),
                "always saying".into(),
                "a linear model".into(),
            ],
        ),
        (
            "May I trust the probabilities?",
            vec![format!(
                "off by {} points on average (ECE, {} to {})",
                error("mean"),
                error("low"),
                error("high")
            )],
        ),
        ("What do I change?", vec!["What next?".into()]),
        (
            "On what was it measured?",
            vec![format!("{} rows that it never saw", audit["rows"])],
        ),
    ]
}

#[test]
fn the_first_lines_and_the_top_of_the_page_answer_five_questions() {
    let place = Place::new();
    place.file("churn.csv", customers());
    let call = [
        "tune",
        "--data",
        "churn.csv",
        "--target",
        "churned",
        "--epochs",
        "8",
        "--out",
        "run",
    ];
    let told = place.succeeds(&[&call, &FAST[2..]].concat());
    let stdout = told.stdout;
    let from = stdout.find("How good?").expect("an answer");
    let first: String = stdout[from..]
        .lines()
        .take(3)
        .collect::<Vec<_>>()
        .join("\n");
    let shown = place.succeeds(&["show", "run"]).stdout;
    let page = place.read("run/report.html");
    let from = page.find("class=\"answer\"").expect("an answer");
    let top = page[from..].split("</section>").next().unwrap_or_default();
    let top = plain(top);
    assert!(
        page.find("<section") >= Some(from - 20),
        "the answer is the first section"
    );
    for (question, words) in answers(&place) {
        for word in words {
            for (what, text) in [("terminal", &first), ("page", &top), ("show", &shown)] {
                assert!(
                    text.contains(&word),
                    "{question} '{word}' on the {what}: {text}"
                );
            }
        }
    }
    // A step to take is named, or that none is asked for.
    let next = first.split("What next?").nth(1).expect("a line");
    assert!(
        next.contains("--") || next.contains("Nothing in this record"),
        "{next}"
    );
    // What the columns were taken for is said before anything is trained.
    let before = told.stderr;
    for words in ["customer_id", "set aside", "dates", "joined"] {
        assert!(before.contains(words), "{words}: {before}");
    }
}
