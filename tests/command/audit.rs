//! The audit of a run: its parts, their files, and what must hold between them.

use crate::harness::{Place, mixed_table};
use serde_json::Value;

/// A small network on the embedded digits, the rows of two classes set aside.
const FIT: [&str; 16] = [
    "fit",
    "--data",
    "digits",
    "--scaling",
    "global",
    "--model.hidden",
    "24",
    "--epochs",
    "6",
    "--lr",
    "0.01",
    "--seeds",
    "2",
    "--unknown-classes",
    "8,9",
    "--quiet",
];

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

#[test]
fn every_part_of_an_audit_is_measured_and_its_parts_agree() {
    let place = Place::new();
    place.succeeds(
        &[
            &FIT[..],
            &["--attacks", "none", "--certificates=false", "--out", "run"],
        ]
        .concat(),
    );
    let finished = place.succeeds(&[
        "audit",
        "run",
        "--ood",
        "fashion-mini,shift:uniform",
        "--near-ood",
        "shift:rotation=90",
        "--audit-rows",
        "80",
        "--smoothing",
        "0.1",
        "--out",
        "audit",
    ]);
    let audit = place.json("audit/audit.json");
    for part in [
        "Held-out accuracy is",
        "are told apart",
        "On corrupted images",
        "Changes of at most",
    ] {
        assert!(
            finished.stdout.contains(part),
            "'{part}' is missing: {}",
            finished.stdout
        );
    }
    detection_holds(&audit["detection"]);
    robustness_holds(&audit["robustness"]);
    let shifts = &audit["shifts"];
    assert_eq!(shifts["corruptions"].as_array().map(Vec::len), Some(15));
    assert!(number(&shifts["mean_accuracy"]["mean"]) < number(&shifts["clean"]["mean"]));
    assert!(
        audit["verdict"]
            .as_array()
            .is_some_and(|all| all.len() >= 5)
    );
    let page = place.read("audit/audit.html");
    for part in [
        "Corrupted images",
        "Robustness",
        "Detection of other data",
        "certified, CROWN",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // A line for each corruption and severity.
    assert_eq!(
        place.read("audit/corruptions.csv").lines().count(),
        1 + 15 * 5
    );
}

/// Every set has every score, the ones of several models among them; the classes set aside are a near set.
fn detection_holds(detection: &Value) {
    let sets = detection["sets"].as_array().expect("sets");
    let names: Vec<_> = sets
        .iter()
        .map(|set| set["data"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "fashion-mini",
            "held-out images, uniform",
            "held-out images, rotation 90",
            "the classes set aside (8, 9)"
        ]
    );
    let near: Vec<_> = sets
        .iter()
        .map(|set| set["near"].as_bool().unwrap())
        .collect();
    assert_eq!(near, [false, false, true, true]);
    for set in sets {
        let scores = set["scores"].as_object().expect("scores");
        // All detectors but the entropy of the models' mean, which is the entropy of all together.
        assert_eq!(scores.len(), 13, "{:?}", scores.keys());
        for (name, score) in scores {
            let [low, mean, high] = ["low", "mean", "high"].map(|end| number(&score["auroc"][end]));
            assert!(
                0.0 <= low && low <= mean && mean <= high && high <= 1.0,
                "{name}"
            );
        }
    }
    assert!(number(&sets[1]["scores"]["mahalanobis"]["auroc"]["mean"]) > 0.9);
    assert_eq!(detection["skipped"], serde_json::json!([]));
}

/// At every radius: certified <= attacked <= random noise, and none of them rises.
fn robustness_holds(robustness: &Value) {
    let norms = robustness["norms"].as_array().expect("norms");
    assert_eq!(norms.len(), 2);
    for one in norms {
        let means = |of: &Value| -> Vec<f64> {
            of.as_array()
                .unwrap()
                .iter()
                .map(|e| number(&e["mean"]))
                .collect()
        };
        let (attacked, noise) = (means(&one["attacked"]), means(&one["noise"]));
        let falls = |curve: &[f64]| curve.windows(2).all(|pair| pair[1] <= pair[0] + 1e-12);
        assert!(falls(&attacked) && falls(&noise), "{attacked:?} {noise:?}");
        assert!(attacked.iter().zip(&noise).all(|(a, n)| a <= n));
        assert!(
            attacked.last() < Some(&0.3) && attacked[0] > 0.6,
            "{attacked:?}"
        );
        let certified = one["certified"].as_array().unwrap();
        let names: Vec<_> = certified
            .iter()
            .map(|c| c["certificate"].as_str().unwrap())
            .collect();
        assert!(
            names.contains(&"crown") && names.contains(&"interval"),
            "{names:?}"
        );
        assert_eq!(names.contains(&"smoothing"), one["norm"] == "l2");
        for one in certified.iter().filter(|c| c["certificate"] != "smoothing") {
            let accuracy = means(&one["accuracy"]);
            assert!(falls(&accuracy));
            let pairs = accuracy.iter().zip(&attacked);
            assert!(
                pairs.clone().all(|(c, a)| *c <= a + 1e-12),
                "{one}: {attacked:?}"
            );
        }
        assert!(one["masking"].as_array().is_some_and(|all| all.len() == 2));
    }
    let skipped = robustness["skipped"].to_string();
    assert!(
        skipped.contains("linear applies to linear models"),
        "{skipped}"
    );
}

/// Of a table, radii are standard deviations, and nothing is an image.
#[test]
fn a_table_is_attacked_in_standard_deviations() {
    let place = Place::new();
    place.file("table.csv", mixed_table(200));
    let fit = [
        "fit",
        "--data",
        "table.csv",
        "--target",
        "kind",
        "--epochs",
        "4",
        "--seeds",
        "1",
    ];
    place.succeeds(
        &[
            &fit[..],
            &["--norms", "l1", "--radii", "0.1,0.4", "--out", "run"],
        ]
        .concat(),
    );
    let audit = place.json("run/audit.json");
    assert_eq!(audit["shifts"], Value::Null);
    assert_eq!(audit["detection"], Value::Null);
    let one = &audit["robustness"]["norms"][0];
    assert_eq!(
        (&one["norm"], &one["radii"]),
        (&"l1".into(), &serde_json::json!([0.1, 0.4]))
    );
    assert_eq!(audit["robustness"]["unit"], "standard_deviation");
    assert_eq!(audit["robustness"]["attack"], "quick");
    place.refuses(
        &["audit", "run", "--ood", "shift:blur=2"],
        &["shift:blur=2", "only images"],
    );
    place.refuses(
        &["audit", "run", "--radii", "0"],
        &["audit.radii", "above 0"],
    );
    place.refuses(&["audit", "run", "--ood", "digits"], &["digits"]);
}

/// The kept members of a sweep are audited again from their files, to the same figures.
#[test]
fn a_population_that_was_kept_is_audited_again() {
    let place = Place::new();
    place.tunes(&[
        "--data",
        "digits",
        "--keep-population",
        "--population",
        "figures",
    ]);
    let before = place.json("run/report.json")["sweep"]["audited"].clone();
    assert!(
        before.as_array().is_some_and(|curves| curves.len() >= 5),
        "{before}"
    );
    let figures = place.read("run/population.csv");
    // Three rates, three folds, one seed.
    assert!(
        figures
            .lines()
            .filter(|line| line.contains(",accuracy,"))
            .count()
            == 9
    );
    place.succeeds(&[
        "audit",
        "run",
        "--attacks",
        "none",
        "--certificates=false",
        "--corruptions=false",
        "--population",
        "attacks",
        "--audit-rows",
        "40",
        "--out",
        "again",
    ]);
    let page = place.read("again/audit.html");
    assert!(page.contains("The whole population on the rows of the audit"));
    assert!(page.contains("Accuracy under attack, ℓ∞"));
    let first = |curves: &Value| number(&curves[0]["spreads"][0]["mean"]);
    let shown = format!("{:.2}", first(&before));
    assert!(page.contains(&shown), "{shown}");
}

#[test]
fn what_cannot_be_audited_is_refused_in_a_sentence() {
    let place = Place::new();
    place.refuses(&["audit", "nowhere"], &["nowhere", "no model"]);
    place.refuses(
        &["fit", "--data", "digits", "--unknown-classes", "ten"],
        &["'ten'", "0, 1, 2"],
    );
    place.refuses(
        &["fit", "--data", "digits", "--ood", "shift:fig=2"],
        &["shift:fig=2", "fog=5"],
    );
    place.refuses(
        &["fit", "--data", "digits", "--attacks", "quik"],
        &["audit.attacks", "'quick'"],
    );
    place.refuses(
        &["fit", "--data", "digits", "--radii", "-1"],
        &["audit.radii", "[0, inf)"],
    );
    place.succeeds(
        &[
            &FIT[..],
            &[
                "--attacks",
                "none",
                "--certificates=false",
                "--corruptions=false",
                "--out",
                "run",
            ],
        ]
        .concat(),
    );
    place.file("weights.pt", "no checkpoint");
    place.refuses(
        &["audit", "run", "--weights", "weights.pt"],
        &["weights.pt", "not a readable torch file"],
    );
    place.refuses(&["audit", "run", "--data", "wine"], &["wine"]);
}
