//! What sentences claim is what the records hold, and the terminal, the files, the page and `compare` have one number for one thing.

use serde_json::Value;

use crate::harness::{Finished, Place};

/// Trained to the end on an embedded table or images, in a second or two.
fn trained(place: &Place, data: &str, more: &[&str]) -> Finished {
    let call = [
        "tune",
        "--data",
        data,
        "--out",
        "run",
        "--rates",
        "1e-3..1:3",
    ];
    let small = [
        "--folds", "3", "--seeds", "1", "--refits", "2", "--lr", "0.01",
    ];
    let network = ["--model.hidden", "32", "--model.activation", "relu"];
    let quiet = ["--corruptions=false"];
    place.succeeds(&[&call[..], &small, &network, &quiet, more].concat())
}

fn estimate(audit: &Value, key: &str) -> [f64; 3] {
    ["mean", "low", "high"].map(|end| audit[key][end].as_f64().unwrap_or(f64::NAN))
}

/// `4.1 points (0.0 to 5.2)`
fn in_points([mean, low, high]: [f64; 3]) -> String {
    let [mean, low, high] = [mean, low, high].map(|share| 100.0 * share);
    format!("{mean:.1} points ({low:.1} to {high:.1})")
}

fn finding<'a>(audit: &'a Value, part: &str) -> Option<&'a str> {
    let all = audit["verdict"].as_array().expect("sentences").iter();
    let texts = all.flat_map(|one| [&one["headline"], &one["detail"]]);
    let mut texts = texts.filter_map(Value::as_str);
    texts.find(|text| text.contains(part))
}

/// Rows of the run's own file were trained on, and the sentences say how many; the numbers are those of `compare` on the same rows.
#[test]
fn rows_that_were_trained_on_are_counted_and_all_outputs_agree() {
    let place = Place::new();
    trained(
        &place,
        "wine",
        &[
            "--epochs",
            "20",
            "--attacks",
            "none",
            "--refit-on",
            "training",
        ],
    );
    let own = place.json("run/audit.json");
    assert!(finding(&own, "rows that no choice has seen").is_some());
    let finished = place.succeeds(&[
        "audit",
        "run",
        "--data",
        "wine",
        "--out",
        "again",
        "--attacks",
        "none",
    ]);
    let audit = place.json("again/audit.json");
    let held_out = own["rows"].as_u64().unwrap();
    let seen = format!(
        "on 178 rows you supplied, {} of which were trained on",
        178 - held_out
    );
    assert!(finding(&audit, &seen).is_some(), "{}", audit["verdict"]);
    let page = place.read("again/audit.html");
    for text in [&finished.stdout, &page] {
        assert!(
            text.contains(&seen) && !text.contains("no choice has seen"),
            "{text}"
        );
    }
    place.succeeds(&[
        "compare", "run", "run", "--data", "wine", "--out", "compared",
    ]);
    let compared = place.json("compared/comparison.json");
    for key in ["accuracy", "nll", "ece"] {
        let all = compared["differences"].as_array().unwrap().iter();
        let one = all.clone().find(|one| one["metric"] == key).expect(key);
        let figures = estimate(&audit, &format!("{key}_tempered"));
        let close = (one["a"].as_f64().unwrap() - figures[0]).abs() < 1e-9;
        assert!(
            close,
            "{key}: compared {}, audited {}",
            one["a"], figures[0]
        );
        // The terminal has four digits, the page as many as the interval deserves.
        let shown = shortened(figures[0]);
        assert!(finished.stdout.contains(&shown), "{key}: no {shown}");
        let rounded = (1..=4).map(|less| &shown[..shown.len().saturating_sub(less)]);
        let mut on_page = rounded
            .chain([shown.as_str()])
            .filter(|text| text.len() > 3);
        assert!(
            on_page.any(|text| page.contains(text)),
            "{key}: no {shown} on the page"
        );
    }
}

/// In four significant digits.
fn shortened(value: f64) -> String {
    let decimals = (3.0 - value.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$}")
}

/// The sentence about confidence holds the figures of the table and says what their p-values allow.
#[test]
fn the_sentence_about_confidence_follows_from_the_record() {
    let place = Place::new();
    let finished = trained(&place, "wine", &["--epochs", "20", "--attacks", "none"]);
    let audit = place.json("run/audit.json");
    let [ece, gap] = ["ece_tempered", "confidence_gap_tempered"].map(|key| estimate(&audit, key));
    assert!(ece[1] <= ece[0] && ece[0] <= ece[2], "{ece:?}");
    let p = |key: &str| audit["p_values"][key].as_f64().expect(key);
    let claims = finding(&audit, "onfident by");
    match claims {
        Some(text) => {
            assert!(
                p("confidence_gap") < 0.05 && (gap[1] > 0.0 || gap[2] < 0.0),
                "{text}"
            );
        }
        None => {
            let text = finding(&audit, "expected calibration error is").expect("the error");
            assert!(text.contains(&in_points(ece)), "{text}: {ece:?}");
        }
    }
    let report = place.json("run/report.json");
    let rows = report["audit"].as_array().unwrap().iter();
    for key in [
        "ece_tempered",
        "confidence_gap_tempered",
        "failure_auroc_tempered",
    ] {
        assert!(
            rows.clone().any(|row| row["name"] == key),
            "{key} is on the page"
        );
    }
    let selection = place.json("run/selection.json");
    let [lowest, nested] =
        ["lowest", "nested"].map(|key| selection["nested"][key].as_f64().unwrap());
    assert!(nested >= lowest);
    assert!(
        finished.stdout.contains("The lowest of 3 means is"),
        "{}",
        finished.stdout
    );
}

/// Honest networks pass every check of the attack, so that no warning comes; noise and attacks are named for what they are.
#[test]
fn no_warning_of_misled_attacks_comes_on_plain_networks() {
    for (data, epochs) in [("wine", "40"), ("breast-cancer", "20"), ("digits", "8")] {
        let place = Place::new();
        let finished = trained(&place, data, &["--epochs", epochs, "--audit.rows", "100"]);
        let audit = place.json("run/audit.json");
        let norms = audit["robustness"]["norms"].as_array().expect("norms");
        let checks = norms
            .iter()
            .flat_map(|norm| norm["masking"].as_array().unwrap());
        let checks: usize = checks
            .map(|one| one["checks"].as_array().unwrap().len())
            .sum();
        assert!(checks >= 24, "{data}: {checks}");
        let unbounded = norms
            .iter()
            .flat_map(|norm| norm["masking"].as_array().unwrap());
        let mut unbounded = unbounded.flat_map(|one| one["checks"].as_array().unwrap());
        assert!(
            unbounded.all(|one| one["sign"] != "unbounded_attack_fails" || one["passed"] == true)
        );
        assert!(!finished.stdout.contains("mislead"), "{data}");
        assert!(
            finished.stdout.contains("quick attacks"),
            "{data}: {}",
            finished.stdout
        );
        let middle = norms[0]["noise"].as_array().unwrap().len() / 2;
        let mean = norms[0]["noise"][middle]["mean"].as_f64().unwrap();
        let worst = norms[0]["noise_worst"][middle]["mean"].as_f64().unwrap();
        assert!(worst <= mean, "{data}");
        let said = format!(
            "Random noise of that size leaves {} on average.",
            shortened(mean)
        );
        assert!(finished.stdout.contains(&said), "{data}: no {said}");
    }
}
