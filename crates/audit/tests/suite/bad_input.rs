//! Bad input is an error that names the input, the place and the value.

use decay_audit::calibration::{BinEdge, equal_width_bins};
use decay_audit::interval::percentile_interval;
use decay_audit::ood::{auroc, energy};
use decay_audit::significance::{corrected_resampled_t_test, pearson};
use decay_audit::{
    AuditConfig, AuditError, Logits, MemberLogits, MemberPredictions, accuracy,
    audit_classification, audit_regression, mse, summarise,
};

use crate::figures::of_regression;

fn message<T: std::fmt::Debug>(result: Result<T, AuditError>) -> String {
    result.unwrap_err().to_string()
}

fn logits(rows: usize, classes: usize) -> Logits<'static> {
    Logits::new(vec![0.25; rows * classes], rows, classes).unwrap()
}

fn member(rows: usize, classes: usize, temperature: Option<f64>) -> MemberLogits<'static> {
    MemberLogits {
        logits: logits(rows, classes),
        temperature,
    }
}

#[test]
fn logits_refuse_what_they_cannot_hold() {
    let nan = Logits::new(vec![0.0, 1.0, f64::NAN, 2.0], 2, 2);
    assert_eq!(
        message(nan),
        "logits: row 1, class 0 is NaN, allowed are -inf and [-1e100, 1e100]"
    );
    assert!(
        message(Logits::from_f32(&[0.0, f32::INFINITY], 1, 2)).contains("row 0, class 1 is inf")
    );
    assert_eq!(
        message(Logits::new(vec![0.0; 5], 2, 3)),
        "logits must have 6 entries, got 5"
    );
    assert_eq!(
        message(Logits::new(vec![], 0, 3)),
        "logits must not be empty"
    );
    assert_eq!(
        message(Logits::new(vec![0.0], 1, 1)),
        "classes must be in [2, inf), got 1"
    );
    assert!(message(Logits::new(vec![0.0, 1e200], 1, 2)).contains("[-1e100, 1e100]"));
    assert!(message(logits(1, 2).tempered(0.0)).starts_with("temperature must be in (0, inf)"));
    assert!(message(energy(&logits(1, 2), f64::NAN)).contains("got NaN"));
}

#[test]
fn labels_name_the_row() {
    let wrong = accuracy(&logits(3, 4), &[0, 4, 1]);
    assert_eq!(
        message(wrong),
        "labels: row 1 has label 4, allowed are 0..4"
    );
    assert_eq!(
        message(accuracy(&logits(3, 4), &[0])),
        "labels must have 3 entries, got 1"
    );
}

#[test]
fn nan_is_never_a_silent_number() {
    let nan = [1.0, f64::NAN];
    assert!(message(auroc(&nan, &[1.0])).starts_with("in-distribution scores: entry 1"));
    assert!(message(auroc(&[1.0], &nan)).starts_with("out-of-distribution scores: entry 1"));
    assert!(message(mse(&[0.0, 0.0], &nan)).starts_with("targets: entry 1"));
    assert!(message(summarise(&nan)).starts_with("values: entry 1"));
    assert!(message(corrected_resampled_t_test(&nan, &[0.0, 1.0], 0.0)).starts_with("a: entry 1"));
    assert!(message(percentile_interval(&nan, 0.95)).starts_with("replicates: entry 1"));
    let confidence = equal_width_bins(&[0.5, 1.5], &[true, true], 5, BinEdge::LeftClosed);
    assert_eq!(message(confidence), "confidence must be in [0, 1], got 1.5");
}

#[test]
fn undefined_metrics_say_why() {
    assert_eq!(
        message(of_regression("r2").of_values(&[1.0, 2.0], &[0.1, 0.1], None)),
        "r2 is undefined: these rows leave it without a value"
    );
    assert!(message(pearson(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0])).contains("does not vary"));
    let member = MemberPredictions {
        values: &[1.0],
        predictive: decay_audit::Predictive::Variance(0.0),
    };
    let refused = audit_regression(&[member], &[1.0], &AuditConfig::default());
    assert!(message(refused).starts_with("sigma2 must be in (0, inf)"));
}

#[test]
fn audits_refuse_members_that_disagree() {
    let config = AuditConfig::default();
    assert_eq!(
        message(audit_classification(&[], &[], None, &config)),
        "members must not be empty"
    );
    let shapes = [member(3, 2, None), member(4, 2, None)];
    let expected = "member 1 differs from member 0 in its shape: [4, 2] instead of [3, 2]";
    assert_eq!(
        message(audit_classification(&shapes, &[0, 1, 0], None, &config)),
        expected
    );
    let mixed = [member(2, 2, Some(1.0)), member(2, 2, None)];
    let expected = "member 1 differs from member 0 in its temperature: absent instead of given";
    assert_eq!(
        message(audit_classification(&mixed, &[0, 1], None, &config)),
        expected
    );
    let one = [member(2, 2, None)];
    let ood = [logits(5, 3)];
    assert!(message(audit_classification(&one, &[0, 1], Some(&ood), &config)).contains("[5, 2]"));
    assert!(message(audit_classification(&one, &[0, 1], Some(&[]), &config)).contains("1 entries"));
    let sigma = [
        MemberPredictions {
            values: &[0.0, 1.0],
            predictive: decay_audit::Predictive::Value,
        },
        MemberPredictions {
            values: &[0.0, 1.0],
            predictive: decay_audit::Predictive::Variance(1.0),
        },
    ];
    assert!(message(audit_regression(&sigma, &[0.0, 1.0], &config)).contains("sigma2"));
}

#[test]
fn audits_refuse_settings_out_of_range() {
    let one = [member(2, 2, None)];
    let audit = |change: &dyn Fn(&mut AuditConfig)| {
        let mut config = AuditConfig::default();
        change(&mut config);
        message(audit_classification(&one, &[0, 1], None, &config))
    };
    assert_eq!(audit(&|c| c.bins = 0), "bins must be in [1, inf), got 0");
    assert_eq!(
        audit(&|c| c.bootstrap.resamples = 1),
        "resamples must be in [2, inf), got 1"
    );
    assert_eq!(
        audit(&|c| c.bootstrap.level = 1.0),
        "level must be in (0, 1), got 1"
    );
}
