//! Detection metrics and scores against scikit-learn and pytorch-ood.

mod golden;

use decay_audit::ood::{
    OodScore, Positive, aupr_trapezoid, auroc, average_precision, energy, fpr_at_tpr, max_logit,
    msp, predictive_entropy,
};
use golden::{Case, cases};

const FILE: &str = "ood.json";

fn check_metrics(case: &Case, prefix: &str, inside: &[f64], outside: &[f64]) {
    case.check(
        &format!("{prefix}/auroc"),
        &[auroc(inside, outside).unwrap()],
    );
    let sides = [
        ("out", "ood_positive", Positive::OutOfDistribution),
        ("in", "id_positive", Positive::InDistribution),
    ];
    for (side, side_positive, positive) in sides {
        let precision = average_precision(inside, outside, positive).unwrap();
        case.check(&format!("{prefix}/average_precision_{side}"), &[precision]);
        let trapezoid = aupr_trapezoid(inside, outside, positive).unwrap();
        case.check(&format!("{prefix}/aupr_trapezoid_{side}"), &[trapezoid]);
        for (name, tpr) in [("fpr80", 0.8), ("fpr95", 0.95)] {
            let point = fpr_at_tpr(inside, outside, tpr, positive).unwrap();
            let key = format!("{prefix}/{name}_{side_positive}");
            case.check(&key, &[point.false_positive_rate]);
            case.check(&format!("{key}_threshold"), &[point.threshold]);
        }
    }
}

#[test]
fn oracle_detection_metrics_with_and_without_ties() {
    for case in cases(FILE, |name| name.starts_with("metrics_")) {
        check_metrics(
            &case,
            "",
            &case.values("/scores_in"),
            &case.values("/scores_out"),
        );
    }
}

/// Cases that score features: their metrics are those of the scores they state.
#[test]
fn oracle_detection_metrics_of_stated_scores() {
    let from_features = |name: &str| !name.starts_with("metrics_") && name != "scores_from_logits";
    for case in cases(FILE, from_features) {
        check_metrics(
            &case,
            "/metrics",
            &case.expected("/score_in"),
            &case.expected("/score_out"),
        );
    }
}

#[test]
fn oracle_scores_from_logits_and_their_metrics() {
    for case in cases(FILE, |name| name == "scores_from_logits") {
        let sides = [case.logits("/logits_in"), case.logits("/logits_out")];
        let (energy_t, odin_t) = (case.param("/energy_t"), case.param("/odin_temperature"));
        let softened = |side: usize| sides[side].tempered(odin_t).unwrap();
        let scores = |of: &dyn Fn(usize) -> Vec<f64>| [of(0), of(1)];
        let all = [
            ("msp", scores(&|s| msp(&sides[s]))),
            ("entropy", scores(&|s| predictive_entropy(&sides[s]))),
            ("max_logit", scores(&|s| max_logit(&sides[s]))),
            ("energy_t1", scores(&|s| energy(&sides[s], 1.0).unwrap())),
            (
                "energy_t",
                scores(&|s| energy(&sides[s], energy_t).unwrap()),
            ),
            ("odin_no_perturbation", scores(&|s| msp(&softened(s)))),
        ];
        for (name, [inside, outside]) in &all {
            case.check(&format!("/{name}/scores_in"), inside);
            case.check(&format!("/{name}/scores_out"), outside);
            check_metrics(&case, &format!("/{name}/metrics"), inside, outside);
        }
        for (score, name) in OodScore::ALL
            .iter()
            .zip(["msp", "entropy", "max_logit", "energy_t1"])
        {
            case.check(&format!("/{name}/scores_in"), &score.of(&sides[0]));
            case.check(&format!("/{name}/scores_out"), &score.of(&sides[1]));
        }
    }
}
