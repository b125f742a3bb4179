//! Inputs at the ends of what is allowed, and just beyond.

use std::collections::BTreeMap;

use decay_audit::calibration::{EqualWidth, optimal_temperature, smooth_calibration_error};
use decay_audit::conformal::{Halves, SetScore};
use decay_audit::recalibration::{Method, Recalibration, compare_recalibrations};
use decay_audit::{
    AuditConfig, AuditError, Estimate, Logits, MemberLogits, RiskCoverage, audit_classification,
    audit_regression, brier, logit_scale, nll,
};

use crate::figures::figure;

const INF: f64 = f64::INFINITY;

fn message<T: std::fmt::Debug>(result: Result<T, AuditError>) -> String {
    result.unwrap_err().to_string()
}

/// Logits `[rows, 3]` without much structure.
fn mixed(rows: usize, scale: f64) -> Vec<f64> {
    (0..3 * rows)
        .map(|i| scale * (((i * i + 5 * i) % 11) as f64 - 5.0) / 5.0)
        .collect()
}

fn audited(values: Vec<f64>, labels: &[usize]) -> BTreeMap<String, Estimate> {
    let logits = Logits::new(values, labels.len(), 3).unwrap();
    let member = MemberLogits {
        logits,
        temperature: Some(1.5),
    };
    let mut config = AuditConfig::default();
    config.bootstrap.resamples = 50;
    let audit = audit_classification(&[member], labels, None, &config).unwrap();
    for (name, e) in &audit.metrics {
        assert!(e.low <= e.mean && e.mean <= e.high, "{name}: {e:?}");
        assert!(
            [e.low, e.mean, e.high].iter().all(|v| v.is_finite()),
            "{name}: {e:?}"
        );
    }
    audit.metrics
}

/// A model without an error ranks no errors; its fellow does.
#[test]
fn a_metric_that_one_model_has_no_value_of_is_left_out() {
    let labels: Vec<usize> = (0..20).map(|row| row % 2).collect();
    let sure = |row: usize| {
        if labels[row] == 0 {
            [3.0, 0.0]
        } else {
            [0.0, 3.0]
        }
    };
    let right: Vec<f64> = (0..20).flat_map(sure).collect();
    let mut wrong = right.clone();
    wrong[..8].copy_from_slice(&[0.0, 1.0, 2.0, 0.0, 0.0, 1.0, 2.0, 0.0]);
    let member = |values: &[f64]| MemberLogits {
        logits: Logits::new(values.to_vec(), 20, 2).unwrap(),
        temperature: None,
    };
    let audited = |members: &[MemberLogits<'_>]| {
        audit_classification(members, &labels, None, &AuditConfig::default()).unwrap()
    };
    let key = "failure_auroc";
    assert!(audited(&[member(&wrong)]).metrics.contains_key(key));
    for both in [
        [member(&right), member(&wrong)],
        [member(&wrong), member(&right)],
    ] {
        let metrics = audited(&both).single_network;
        assert!(!metrics.contains_key(key) && metrics.contains_key("accuracy"));
    }
}

#[test]
fn one_class_absent_from_the_labels() {
    let labels: Vec<usize> = (0..40).map(|i| i % 2).collect();
    let metrics = audited(mixed(40, 2.0), &labels);
    assert!(metrics.contains_key("ece_classwise") && metrics.contains_key("aps_size_90"));
    let logits = Logits::new(mixed(40, 2.0), 40, 3).unwrap();
    for method in Method::ALL {
        let p = Recalibration::fit(method, &logits, &labels)
            .unwrap()
            .apply(&logits)
            .unwrap();
        assert!(p.iter().all(|p| p.is_finite()), "{method:?}");
    }
    let compared = compare_recalibrations(&logits, &labels, 4, 0, EqualWidth::default());
    assert_eq!(compared.unwrap().len(), 6);
    // A class that never occurs adds its forecasts to the reliability and nothing to the uncertainty.
    assert!((metrics["brier_uncertainty"].mean - 0.5).abs() < 1e-12);
}

#[test]
fn all_confidences_equal() {
    let labels: Vec<usize> = (0..30).map(|i| i % 3).collect();
    let metrics = audited(vec![0.0; 90], &labels);
    assert!((metrics["smooth_ece"].mean - 0.0).abs() < 0.02);
    // No line through one point.
    assert!(!metrics.contains_key("calibration_slope"));
    let logits = Logits::new(vec![0.0; 90], 30, 3).unwrap();
    // Every order is as good: the risk is the error rate at every coverage.
    let selective = RiskCoverage::of_logits(&logits, &labels).unwrap();
    assert!((selective.aurc() - 2.0 / 3.0).abs() < 1e-12);
    assert!((selective.accuracy_at(0.1).unwrap() - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn ties_everywhere() {
    let values: Vec<f64> = (0..60).flat_map(|i| [f64::from(i % 2), 0.0, 0.0]).collect();
    let labels: Vec<usize> = (0..60).map(|i| (i / 7) % 3).collect();
    audited(values.clone(), &labels);
    let logits = Logits::new(values, 60, 3).unwrap();
    assert!(figure("ece_sweep", &logits, &labels).is_finite());
    let halves = Halves::new(60, 30, 0).unwrap();
    for score in [SetScore::Lac, SetScore::Aps { randomised: false }] {
        // Ties can only make sets cover more.
        let found = halves.sets(&score.of(&logits, 0), &labels, 0.1, 0.95);
        assert!(
            found.coverage.mean > 0.89 && found.size.mean <= 3.0,
            "{found:?}"
        );
    }
}

#[test]
fn a_single_row() {
    let metrics = audited(vec![1.0, 0.0, -1.0], &[0]);
    assert_eq!(metrics["accuracy"].mean, 1.0);
    for absent in [
        "conformal_coverage_90",
        "calibration_slope",
        "multinomial_slope",
    ] {
        assert!(!metrics.contains_key(absent), "{absent} from one row");
    }
    let member = decay_audit::MemberPredictions {
        values: &[1.0],
        predictive: decay_audit::Predictive::Variance(1.0),
    };
    let audit = audit_regression(&[member], &[1.5], &AuditConfig::default()).unwrap();
    assert!(audit.metrics.values().all(|e| e.mean.is_finite()));
    assert_eq!(
        message(Halves::new(1, 5, 0)),
        "rows must be in [2, inf) in number, got 1"
    );
}

#[test]
fn logits_of_ten_thousand() {
    let labels: Vec<usize> = (0..30).map(|i| (i * 7) % 3).collect();
    let metrics = audited(mixed(30, 1e4), &labels);
    assert!(metrics["nll"].mean > 100.0);
    let logits = Logits::new(mixed(30, 1e4), 30, 3).unwrap();
    let temperature = optimal_temperature(&logits, &labels).unwrap();
    assert!(temperature.value > 100.0, "{temperature:?}");
    for method in Method::ALL {
        let p = Recalibration::fit(method, &logits, &labels)
            .unwrap()
            .apply(&logits)
            .unwrap();
        assert!(p.iter().all(|p| (0.0..=1.0).contains(p)), "{method:?}");
    }
}

#[test]
fn a_logit_of_minus_infinity_is_a_class_of_probability_zero() {
    let mut values = mixed(30, 1.0);
    let labels: Vec<usize> = (0..30).map(|i| (i * 7) % 3).collect();
    // Ruled out: a class that is not the label, in every fourth row; in one row all but the label.
    for row in (0..30).step_by(4) {
        values[3 * row + (labels[row] + 1) % 3] = -INF;
    }
    values[3 * 8 + (labels[8] + 2) % 3] = -INF;
    let metrics = audited(values.clone(), &labels);
    assert!(metrics.contains_key("calibration_slope"));
    let logits = Logits::new(values.clone(), 30, 3).unwrap();
    let p = logits.probabilities();
    for (z, p) in values.iter().zip(&p) {
        assert_eq!(*z == -INF, *p == 0.0);
    }
    assert_eq!(logits.confidences()[8], 1.0);
    // A finite stand-in far below the others gives the same numbers.
    let stand_in: Vec<f64> = values.iter().map(|z| z.max(-2000.0)).collect();
    let stand_in = Logits::new(stand_in, 30, 3).unwrap();
    let same = |name: &str, of: &dyn Fn(&Logits<'_>) -> f64| {
        let (a, b) = (of(&logits), of(&stand_in));
        assert!((a - b).abs() < 1e-9, "{name}: {a} against {b}");
    };
    same("nll", &|z| nll(z, &labels).unwrap());
    same("brier", &|z| brier(z, &labels).unwrap());
    same("entropy", &|z| figure("entropy", z, &labels));
    let slope = audited(stand_in.values().to_vec(), &labels)["calibration_slope"];
    assert!((metrics["calibration_slope"].mean - slope.mean).abs() < 1e-9);
    same("classwise", &|z| figure("ece_classwise", z, &labels));
    let temperature = |z: &Logits<'_>| optimal_temperature(z, &labels).unwrap().value;
    assert!((temperature(&logits) / temperature(&stand_in) - 1.0).abs() < 1e-9);
    assert!(
        logit_scale(&logits) < 2.0,
        "an infinite logit has no place in a mean square"
    );
    for method in [Method::Temperature, Method::Vector, Method::Platt] {
        let repaired = Recalibration::fit(method, &logits, &labels)
            .unwrap()
            .apply(&logits)
            .unwrap();
        for (z, p) in values.iter().zip(&repaired) {
            assert_eq!(*z == -INF, *p == 0.0, "{method:?}");
        }
    }
}

#[test]
fn a_label_of_probability_zero_is_an_infinite_loss_and_never_nan() {
    let logits = Logits::new(vec![0.0, 1.0, -INF, 2.0, 0.0, 0.0], 2, 3).unwrap();
    let labels = [2, 0];
    assert_eq!(nll(&logits, &labels).unwrap(), INF);
    assert!(brier(&logits, &labels).unwrap().is_finite());
    let expected =
        "the negative log-likelihood is infinite: row 0 has label 2, whose logit is -inf";
    assert_eq!(message(optimal_temperature(&logits, &labels)), expected);
    for method in [Method::Temperature, Method::Vector] {
        assert_eq!(
            message(Recalibration::fit(method, &logits, &labels)),
            expected
        );
    }
    let member = [MemberLogits {
        logits,
        temperature: None,
    }];
    let refused = audit_classification(&member, &labels, None, &AuditConfig::default());
    assert_eq!(message(refused), expected);
}

#[test]
fn numbers_that_are_no_logits_are_refused_by_row_and_class() {
    let refuse = |bad: f64| Logits::new(vec![0.0, 1.0, 2.0, 0.0, 1.0, bad], 2, 3);
    let allowed = "allowed are -inf and [-1e100, 1e100]";
    assert_eq!(
        message(refuse(f64::NAN)),
        format!("logits: row 1, class 2 is NaN, {allowed}")
    );
    assert_eq!(
        message(refuse(INF)),
        format!("logits: row 1, class 2 is inf, {allowed}")
    );
    assert!(refuse(-INF).is_ok());
    let impossible = Logits::new(vec![0.0, 1.0, -INF, -INF], 2, 2);
    assert_eq!(
        message(impossible),
        "logits: row 1 has -inf for every class, at least one logit must be finite"
    );
}

#[test]
fn labels_out_of_range() {
    let logits = Logits::new(mixed(2, 1.0), 2, 3).unwrap();
    let expected = "labels: row 1 has label 3, allowed are 0..3";
    let labels = [0, 3];
    assert_eq!(message(nll(&logits, &labels)), expected);
    assert_eq!(message(RiskCoverage::of_logits(&logits, &labels)), expected);
    let bins = EqualWidth::default();
    assert_eq!(
        message(compare_recalibrations(&logits, &labels, 2, 0, bins)),
        expected
    );
    for method in Method::ALL {
        assert_eq!(
            message(Recalibration::fit(method, &logits, &labels)),
            expected
        );
    }
    let member = [MemberLogits {
        logits,
        temperature: None,
    }];
    let refused = audit_classification(&member, &labels, None, &AuditConfig::default());
    assert_eq!(message(refused), expected);
}

#[test]
fn settings_out_of_range_name_value_and_range() {
    let confidence = [0.5, 1.5];
    let smooth = message(smooth_calibration_error(&confidence, &[true, true], None));
    assert_eq!(smooth, "confidence must be in [0, 1], got 1.5");
    let logits = Logits::new(mixed(4, 1.0), 4, 3).unwrap();
    let folds = compare_recalibrations(&logits, &[0, 1, 2, 0], 5, 0, EqualWidth::default());
    assert_eq!(message(folds), "folds must be in [2, rows], got 5");
    let map = Recalibration::fit(Method::Platt, &logits, &[0, 1, 2, 0]).unwrap();
    let two = Logits::new(vec![0.0; 4], 2, 2).unwrap();
    assert_eq!(
        message(map.apply(&two)),
        "classes must have 3 entries, got 2"
    );
}
