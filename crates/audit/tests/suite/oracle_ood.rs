//! Detection metrics and scores against scikit-learn and pytorch-ood.

use decay_audit::ood::{
    FeatureScale, Features, Mahalanobis, NearestNeighbours, OodScore, RelativeMahalanobis, auroc,
    energy, figures, max_logit, msp, odin, predictive_entropy,
};

use crate::golden::{Case, cases};

const FILE: &str = "ood.json";

fn check_metrics(case: &Case, prefix: &str, inside: &[f64], outside: &[f64]) {
    case.check(
        &format!("{prefix}/auroc"),
        &[auroc(inside, outside).unwrap()],
    );
    let all = figures(inside, outside).unwrap();
    for (key, figure) in [
        ("auroc", all.auroc),
        ("average_precision_in", all.aupr_in),
        ("average_precision_out", all.aupr_out),
        ("fpr95_id_positive", all.fpr95),
    ] {
        case.check(&format!("{prefix}/{key}"), &[figure]);
    }
    // Exchanging the sides and turning the scores exchanges what is positive.
    let turned = |scores: &[f64]| scores.iter().map(|s| -s).collect::<Vec<_>>();
    let mirrored = figures(&turned(outside), &turned(inside)).unwrap();
    let key = format!("{prefix}/fpr95_ood_positive");
    case.check(&key, &[mirrored.fpr95]);
    assert_eq!(mirrored.aupr_in, all.aupr_out);
    assert_eq!(mirrored.aupr_out, all.aupr_in);
}

/// Depends on ties in `metrics_some_ties`, `metrics_many_ties` and `metrics_all_equal`: a tie is half a win in the AUROC and one step of the
/// precision-recall curve, as in scikit-learn; pytorch-ood's trapezoids give other areas (`tests/oracle/README.md`).
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

/// Hardly depends on ties: two pairs of logits are equal, in different rows, and no two scores.
#[test]
fn oracle_scores_from_logits_and_their_metrics() {
    for case in cases(FILE, |name| name == "scores_from_logits") {
        let sides = [case.logits("/logits_in"), case.logits("/logits_out")];
        let (energy_t, odin_t) = (case.param("/energy_t"), case.param("/odin_temperature"));
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
            (
                "odin_no_perturbation",
                scores(&|s| odin(&sides[s], odin_t).unwrap()),
            ),
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

/// Features of both sides scored by one detector.
fn check_features(case: &Case, key: &str, score: impl Fn(&Features<'_>) -> Vec<f64>) {
    for side in ["in", "out"] {
        let got = score(&case.features(&format!("/features_{side}")));
        case.check(&format!("/{key}_{side}"), &got);
    }
}

#[test]
fn oracle_mahalanobis() {
    for case in cases(FILE, |name| name == "mahalanobis") {
        let fitted = Mahalanobis::fit(&case.features("/train"), &case.indices("/labels")).unwrap();
        assert_eq!(fitted.ridge(), 0.0);
        check_features(&case, "score", |f| fitted.score(f).unwrap());
    }
}

#[test]
fn oracle_relative_mahalanobis() {
    for case in cases(FILE, |name| name == "relative_mahalanobis") {
        let (train, labels) = (case.features("/train"), case.indices("/labels"));
        let fitted = RelativeMahalanobis::fit(&train, &labels).unwrap();
        check_features(&case, "score", |f| fitted.score(f).unwrap());
    }
}

#[test]
fn oracle_nearest_neighbours() {
    for (name, scale) in [
        ("knn_unit_features", FeatureScale::Unit),
        ("knn_raw_features", FeatureScale::Raw),
    ] {
        for case in cases(FILE, |other| other == name) {
            let (train, k) = (case.features("/train"), case.param("/k") as usize);
            let fitted = NearestNeighbours::with(&train, k, scale).unwrap();
            check_features(&case, "score", |f| fitted.score(f).unwrap());
        }
    }
}
