//! Labels, from the flag to the audit.

use crate::harness::{Place, rows};
use crate::targets::{learns, numbers, place};

#[test]
fn labels_are_predicted_and_audited_together() {
    let place = place();
    let flags = [
        "--target",
        "hot,wet",
        "--drop",
        "price,size",
        "--keep-population",
        "--metric",
        "auroc",
    ];
    let told = learns(&place, "run", &flags);
    for part in [
        "taken as labels that apply where hot = 1, wet = yes",
        ", 2 labels",
        "labels told right (Hamming accuracy)",
        "rows with all labels right (exact match)",
        "F1, mean over labels",
        "AUPR, wet",
        "of the labels are told right, and",
        "left out: they need classes that exclude each other",
    ] {
        assert!(told.contains(part), "'{part}' in {told}");
    }
    let audit = place.json("run/audit.json");
    let figure = |key: &str| {
        audit[key]["mean"]
            .as_f64()
            .unwrap_or_else(|| panic!("{key}"))
    };
    assert!(figure("auroc") > 0.85 && figure("hamming_accuracy") > 0.75);
    assert!(figure("exact_match") <= figure("hamming_accuracy"));
    let of = |label: &str, key: &str| audit["targets"][label][key]["mean"].as_f64().expect(key);
    for key in [
        "nll",
        "brier",
        "auroc",
        "f1_macro",
        "hamming_accuracy",
        "nll_tempered",
    ] {
        let mean = (of("hot", key) + of("wet", key)) / 2.0;
        assert!((figure(key) - mean).abs() < 1e-9, "{key}");
    }
    each_label_has_its_curves(&place, &audit);
    let model = place.json("run/model.json");
    let labels = &model["schema"]["task"]["multilabel"]["labels"];
    assert_eq!(labels[1]["values"], serde_json::json!(["no", "yes"]));
    let temperature = model["temperature"].as_f64().expect("a temperature");
    let call = [
        "predict", "--model", "run", "--data", "new.csv", "--member", "1",
    ];
    let told = rows(&place.succeeds(&call).stdout);
    assert_eq!(told[0], ["p_hot", "p_wet"]);
    let raw = rows(&place.succeeds(&[&call[..], &["--logits"]].concat()).stdout);
    assert_eq!(raw[0], ["logit_hot", "logit_wet"]);
    for (told, raw) in told[1..].iter().zip(&raw[1..]) {
        for (p, x) in numbers(told).iter().zip(numbers(raw)) {
            let wanted = 1.0 / (1.0 + (-x / temperature).exp());
            assert!((p - wanted).abs() < 1e-6, "{p} {wanted}");
        }
    }
    // The first is cold and wet, the second hot and dry.
    let first = numbers(&told[1]);
    let second = numbers(&told[2]);
    assert!(
        first[0] < 0.5 && second[0] > 0.5 && second[1] < 0.5,
        "{told:?}"
    );
    let again = place.succeeds(&["audit", "run", "--out", "again"]);
    assert!(
        again.stdout.contains("binary cross-entropy"),
        "{}",
        again.stdout
    );
    assert_eq!(place.json("again/audit.json")["nll"], audit["nll"]);
    let compared = place
        .succeeds(&["compare", "run", "run/audited", "--data", "table.csv"])
        .stdout;
    assert!(compared.contains("rows with all"), "{compared}");
}

/// ROC and precision-recall curves of each label, with the areas that the metrics have, in intervals.
fn each_label_has_its_curves(place: &Place, audit: &serde_json::Value) {
    for (own, name) in audit["labels"]["by_label"]
        .as_array()
        .expect("labels")
        .iter()
        .zip(["hot", "wet"])
    {
        assert_eq!(own["name"], name);
        for (key, metric) in [("auroc", "auroc"), ("average_precision", "aupr")] {
            let end = |end: &str| own[key][end].as_f64().expect("a number");
            assert!(
                end("low") < end("mean") && end("mean") <= end("high"),
                "{own}"
            );
            let other = audit["targets"][name][metric]["mean"].as_f64();
            assert!((end("mean") - other.expect(metric)).abs() < 0.01, "{own}");
        }
    }
    let page = place.read("run/report.html");
    for part in [
        "Label by label",
        "Found against false alarms",
        "Precision against recall",
        "mean over labels",
        "Probability of hot",
    ] {
        assert!(page.contains(part), "{part} is missing");
    }
    let table = place.read("run/labels.csv");
    assert!(table.starts_with("label,rows,predicted,precision,recall,f1,auroc,auroc_low,"));
    assert_eq!(table.lines().count(), 1 + 2);
    assert!(!table.contains(",,"), "{table}");
}
