//! Figures over classes and of regressions against scikit-learn; see `golden/make_classes.py`.

use crate::figures::{figure, of_regression};
use crate::golden::own_cases;

const FILE: &str = "classes.json";

/// Depends on ties in `classes_2_tied`, whose logits lie on a coarse grid: equal scores are one threshold of the curves, and a row whose
/// logits are equal is taken for the first class, as `argmax` does.
#[test]
fn figures_of_classes_match_scikit_learn() {
    for case in own_cases(FILE, |name| name.starts_with("classes_")) {
        let (logits, labels) = (case.logits("/logits"), case.indices("/labels"));
        for key in [
            "accuracy",
            "balanced_accuracy",
            "worst_class_accuracy",
            "f1_macro",
            "auroc",
            "aupr",
            "failure_auroc",
            "nll",
            "brier",
            "entropy",
        ] {
            case.check(&format!("/{key}"), &[figure(key, &logits, &labels)]);
        }
    }
}

#[test]
fn figures_of_values_match_scikit_learn() {
    for case in own_cases(FILE, |name| name == "values") {
        let (f, y) = (case.values("/predictions"), case.values("/targets"));
        for key in ["mse", "rmse", "mae", "r2"] {
            let found = of_regression(key).of_values(&f, &y, None).unwrap();
            case.check(&format!("/{key}"), &[found]);
        }
    }
}

/// A class without rows has no recall and no ranking; one that is never predicked has an F1 of 0.
#[test]
fn classes_that_do_not_occur_are_left_out() {
    let values = vec![3.0, 1.0, 0.0, 2.0, 1.0, 0.0, 0.0, 2.0, 1.0, 1.0, 0.0, 2.0];
    let logits = decay_audit::Logits::new(values, 4, 3).unwrap();
    let of = |key| figure(key, &logits, &[0, 1, 1, 0]);
    // Predicted 0, 0, 1, 2: of class 0 one of two, of class 1 one of two.
    assert_eq!(of("balanced_accuracy"), 0.5);
    assert_eq!(of("worst_class_accuracy"), 0.5);
    // 2 * 1 / (2 + 2), 2 * 1 / (2 + 1), 0 of class 2, which is predicted once.
    assert!((of("f1_macro") - (0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-15);
    let auroc = decay_audit::Metric::named("auroc").unwrap();
    let single = auroc.of_classes(&logits, &[0; 4], None).unwrap_err();
    let expected = "auroc is undefined: these rows leave it without a value";
    assert_eq!(single.to_string(), expected);
}
