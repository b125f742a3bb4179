//! Which words figures may and may not yield.

use std::collections::BTreeMap;

use crate::synthetic::{labels, logits, quick};
use decay_audit::calibration::EqualWidth;
use decay_audit::recalibration::{Method, Recalibrated, compare_recalibrations};
use decay_audit::verdict::{
    Confidence, confidence_verdict, recalibration_verdict, selective_verdict, sets_verdict,
    verdicts,
};
use decay_audit::{Estimate, MemberLogits, audit_classification};

fn around(mean: f64, low: f64, high: f64) -> Estimate {
    Estimate {
        mean,
        low,
        high,
        n: 1000,
    }
}

fn figures(gap: Estimate, error: Estimate) -> Confidence {
    Confidence {
        accuracy: around(0.91, 0.89, 0.93),
        confidence: around(0.91 + gap.mean, 0.9, 0.99),
        gap,
        calibration_error: error,
        temperature: None,
        error_before: None,
    }
}

#[test]
fn over_confidence_names_its_size_and_what_the_temperature_has_done() {
    let mut over = figures(around(0.061, 0.052, 0.070), around(0.062, 0.053, 0.071));
    (over.temperature, over.error_before) = (Some(1.7), Some(around(0.112, 0.108, 0.12)));
    let said = confidence_verdict(&over);
    assert_eq!(said.headline, "Over-confident by 6.1 points (5.2 to 7.0).");
    assert_eq!(
        said.detail,
        "On average it says 97.1 % and is right in 91 %; dividing its logits by 1.70 has taken its calibration error from 11.2 to 6.2 points."
    );
}

#[test]
fn under_confidence_is_told_with_a_positive_size() {
    let under = figures(around(-0.08, -0.1, -0.06), around(0.08, 0.06, 0.1));
    let said = confidence_verdict(&under);
    assert_eq!(
        said.headline,
        "Under-confident by 8.0 points (6.0 to 10.0)."
    );
    assert!(said.detail.contains("says 83 % and is right in 91 %"));
}

#[test]
fn an_interval_that_holds_zero_is_never_over_or_under_confidence() {
    for (low, high) in [
        (-0.001, 0.3),
        (-0.3, 0.001),
        (0.0, 0.2),
        (-0.2, 0.0),
        (-1.0, 1.0),
    ] {
        for error in [
            around(0.01, 0.0, 0.015),
            around(0.03, 0.0, 0.2),
            around(0.3, 0.2, 0.4),
        ] {
            let said = confidence_verdict(&figures(around(0.5 * (low + high), low, high), error));
            let text = said.headline.to_lowercase();
            assert!(
                !text.starts_with("over-confident") && !text.starts_with("under-confident"),
                "{text}"
            );
        }
    }
}

#[test]
fn well_calibrated_needs_a_small_error_at_the_upper_end() {
    let none = around(0.0, -0.01, 0.01);
    let say = |error| confidence_verdict(&figures(none, error)).headline;
    assert_eq!(say(around(0.01, 0.002, 0.018)), "Well calibrated.");
    assert_eq!(
        say(around(0.01, 0.002, 0.05)),
        "No sign of over- or under-confidence."
    );
    assert_eq!(
        say(around(0.08, 0.05, 0.1)),
        "Too sure of some cases and not sure enough of others."
    );
}

#[test]
fn a_repair_within_noise_is_not_mentioned() {
    let mut over = figures(around(0.03, 0.01, 0.05), around(0.03, 0.015, 0.05));
    (over.temperature, over.error_before) = (Some(1.1), Some(around(0.04, 0.02, 0.06)));
    assert!(!confidence_verdict(&over).detail.contains("dividing"));
    over.error_before = Some(around(0.009, 0.007, 0.012));
    assert!(confidence_verdict(&over).detail.contains("worse"));
}

#[test]
fn selective_prediction_is_praised_only_beyond_noise() {
    let all = around(0.969, 0.96, 0.977);
    let said = selective_verdict(0.8, all, around(0.996, 0.993, 0.999), None);
    assert_eq!(said.headline, "It knows which cases are hard.");
    assert_eq!(
        said.detail,
        "Answering only its 80 % surest cases it errs in 0.4 % (0.1 % to 0.7 %) instead of 3.1 %."
    );
    let said = selective_verdict(0.8, all, around(0.9, 0.88, 0.92), None);
    assert!(said.headline.contains("surest where it is wrong"));
    let sure = around(1.0, 1.0, 1.0);
    assert_eq!(
        selective_verdict(0.8, sure, sure, None).headline,
        "It errs on no case."
    );
}

/// Error rates that overlap leave it to the order of right and wrong answers; where its interval holds chance,
/// nothing is said of the model.
#[test]
fn rows_that_cannot_tell_hard_cases_are_not_held_against_the_model() {
    let (all, surest) = (around(0.969, 0.96, 0.977), around(0.972, 0.962, 0.98));
    let said = |auroc| selective_verdict(0.8, all, surest, auroc).headline;
    let silent = "These rows cannot tell whether it knows which cases are hard.";
    assert_eq!(said(Some(around(0.6, 0.45, 0.75))), silent);
    assert_eq!(said(Some(around(0.45, 0.4, 0.5))), silent);
    assert_eq!(said(None), silent);
    let weak = said(Some(around(0.6, 0.55, 0.65)));
    assert_eq!(
        weak,
        "Its confidence hardly tells hard cases from easy ones."
    );
    assert!(said(Some(around(0.8, 0.7, 0.9))).contains("knows"));
    assert!(said(Some(around(0.3, 0.2, 0.4))).contains("surest where it is wrong"));
}

#[test]
fn sets_say_whether_the_promise_was_kept() {
    let size = around(1.42, 1.3, 1.5);
    let said = |low, high| sets_verdict(0.9, around(0.5 * (low + high), low, high), size);
    assert!(said(0.88, 0.92).detail.ends_with("as promised."));
    assert!(said(0.8, 0.89).detail.ends_with("less than promised."));
    assert!(said(0.91, 0.95).detail.ends_with("more than promised."));
    assert!(
        said(0.88, 0.92)
            .headline
            .contains("90 % of cases it must name 1.42 classes")
    );
}

fn score(method: Option<Method>, nll: Option<f64>, smooth_ece: f64) -> Recalibrated {
    Recalibrated {
        method,
        accuracy: 0.9,
        nll,
        brier: 0.2,
        ece: smooth_ece,
        ece_debiased: smooth_ece,
        smooth_ece,
    }
}

#[test]
fn the_simplest_of_equal_repairs_is_named_and_none_where_none_helps() {
    let before = score(None, Some(0.5), 0.06);
    let temperature = score(Some(Method::Temperature), Some(0.401), 0.012);
    let vector = score(Some(Method::Vector), Some(0.4), 0.011);
    let isotonic = score(Some(Method::Isotonic), None, 0.001);
    let said = recalibration_verdict(&[before, temperature, vector, isotonic]).unwrap();
    assert_eq!(said.headline, "Temperature scaling repairs it best.");
    assert!(
        said.detail.contains("from 6.0 to 1.2 points")
            && said.detail.contains("from 0.500 to 0.401")
    );
    let better = score(Some(Method::Vector), Some(0.3), 0.011);
    let said = recalibration_verdict(&[before, temperature, better]).unwrap();
    assert_eq!(said.headline, "Vector scaling repairs it best.");
    let worse = score(Some(Method::Temperature), Some(0.499), 0.05);
    let said = recalibration_verdict(&[before, worse, isotonic]).unwrap();
    assert_eq!(said.headline, "No recalibration helps.");
    assert!(recalibration_verdict(&[before]).is_none());
    assert!(recalibration_verdict(&[]).is_none());
}

/// From logits to words. The made-up logits say the truth when multiplied by 1.5, so three times them are
/// twice too large, and what is said is said of the answers after the temperature.
#[test]
fn an_audit_speaks() {
    let labels = labels(12, 1500);
    let honest = logits(12, 0, &labels);
    let say = |factor: f64, repaired: bool| {
        let loud = honest.tempered(1.0 / factor).unwrap();
        let member = MemberLogits {
            temperature: repaired.then_some(factor / 1.5),
            logits: loud.clone(),
        };
        let audit = audit_classification(&[member], &labels, None, &quick(200, 0)).unwrap();
        let bins = EqualWidth::default();
        let compared = compare_recalibrations(&loud, &labels, 5, 0, bins).unwrap();
        verdicts(&audit.metrics, &compared)
    };
    let said = say(3.0, false);
    let over = said[0].headline.starts_with("Over-confident by");
    assert!(over && !said[0].detail.contains("dividing"), "{said:?}");
    let said = say(3.0, true);
    assert!(!said[0].headline.contains("confident by"), "{said:?}");
    assert!(
        said[0]
            .detail
            .contains("dividing its logits by 2.00 has taken its calibration error from"),
        "{said:?}"
    );
    assert!(said[1].headline.ends_with("repairs it best."), "{said:?}");
    assert_eq!(said.len(), 4);
    assert!(
        say(0.3, false)[0]
            .headline
            .starts_with("Under-confident by")
    );
    assert!(verdicts(&BTreeMap::new(), &[]).is_empty());
}
