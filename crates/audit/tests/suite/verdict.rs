//! Which words figures may and may not yield.

use std::collections::BTreeMap;

use crate::synthetic::{labels, logits, quick};
use decay_audit::calibration::EqualWidth;
use decay_audit::recalibration::{Gain, Method, Recalibrated, compare_recalibrations};
use decay_audit::verdict::{
    Confidence, confidence_verdict, recalibration_verdict, selective_verdict, sets_verdict,
    verdicts,
};
use decay_audit::{Chance, Estimate, MemberLogits, audit_classification};

fn around(mean: f64, low: f64, high: f64) -> Estimate {
    Estimate {
        mean,
        low,
        high,
        n: 1000,
    }
}

/// p-values as small as the intervals say.
fn surely(gap: &Estimate, error: &Estimate) -> Chance {
    let p = |excludes: bool| if excludes { 0.001 } else { 0.6 };
    Chance {
        confidence_gap: p(gap.low > 0.0 || gap.high < 0.0),
        ece: p(error.low > 0.0),
        failure_auroc: None,
    }
}

fn figures(gap: Estimate, error: Estimate) -> Confidence {
    Confidence {
        accuracy: around(0.91, 0.89, 0.93),
        confidence: around(0.91 + gap.mean, 0.9, 0.99),
        gap,
        calibration_error: error,
        chance: surely(&gap, &error),
        unfinished: false,
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
        "On average it says 97.1 % and is right in 91 %; dividing its logits by 1.70 has taken its expected calibration error from 11.2 to 6.2 points."
    );
}

#[test]
fn under_confidence_is_told_with_a_positive_size() {
    let mut under = figures(around(-0.08, -0.1, -0.06), around(0.08, 0.06, 0.1));
    let said = confidence_verdict(&under);
    assert_eq!(
        said.headline,
        "Under-confident by 8.0 points (6.0 to 10.0)."
    );
    assert!(said.detail.contains("says 83 % and is right in 91 %"));
    under.unfinished = true;
    let said = confidence_verdict(&under).headline;
    assert!(said.starts_with("Not trained to the end, and under-confident"));
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
    assert_eq!(say(around(0.01, 0.0, 0.018)), "Well calibrated.");
    assert_eq!(
        say(around(0.01, 0.0, 0.05)),
        "No sign of over- or under-confidence."
    );
    assert_eq!(
        say(around(0.08, 0.05, 0.1)),
        "Its confidence is off in places, though not on average."
    );
}

/// Two questions are asked: what one of them would answer alone at `p = 0.04` is not said.
#[test]
fn what_chance_explains_is_not_said() {
    let mut over = figures(around(0.03, 0.001, 0.06), around(0.05, 0.01, 0.08));
    (over.chance.confidence_gap, over.chance.ece) = (0.04, 0.3);
    let said = confidence_verdict(&over);
    assert_eq!(said.headline, "No sign of over- or under-confidence.");
    assert!(said.detail.contains("5.0 points (1.0 to 8.0)"), "{said:?}");
    assert!(
        said.detail.contains("a calibrated model, too (p = 0.30)"),
        "{said:?}"
    );
    (over.chance.confidence_gap, over.chance.ece) = (0.3, 0.02);
    let said = confidence_verdict(&over);
    assert!(
        said.headline.contains("in places") && said.detail.contains("seldom (p = 0.02)"),
        "{said:?}"
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
fn selective_prediction_is_praised_only_beyond_chance() {
    let (all, surest) = (around(0.969, 0.96, 0.977), around(0.996, 0.993, 0.999));
    let said = selective_verdict(0.8, all, surest, Some((around(0.9, 0.85, 0.94), 1e-5)));
    assert_eq!(said.headline, "It knows which cases are hard.");
    assert_eq!(
        said.detail,
        "Answering only its 80 % surest cases it errs in 0.4 % (0.1 % to 0.7 %) instead of 3.1 %. A right answer is surer than a wrong one \
         with probability 0.90 (p < 0.001)."
    );
    let sure = around(1.0, 1.0, 1.0);
    assert_eq!(
        selective_verdict(0.8, sure, sure, None).headline,
        "It errs on no case of these rows."
    );
}

/// Nothing is said of a model whose right and wrong answers chance orders as well, whatever the intervals.
#[test]
fn rows_that_cannot_tell_hard_cases_are_not_held_against_the_model() {
    let (all, surest) = (around(0.969, 0.96, 0.977), around(0.996, 0.993, 0.999));
    let said = |order| selective_verdict(0.8, all, surest, order).headline;
    let silent = "These rows cannot tell whether it knows which cases are hard.";
    assert_eq!(said(Some((around(0.9, 0.85, 0.95), 0.06))), silent);
    assert_eq!(said(Some((around(0.1, 0.05, 0.15), 0.06))), silent);
    assert_eq!(said(None), silent);
    let weak = said(Some((around(0.6, 0.55, 0.65), 0.04)));
    assert_eq!(
        weak,
        "Its confidence hardly tells hard cases from easy ones."
    );
    assert!(said(Some((around(0.6, 0.55, 0.71), 0.04))).contains("knows"));
    assert!(said(Some((around(0.3, 0.2, 0.4), 0.04))).contains("surest where it is wrong"));
}

#[test]
fn sets_say_what_they_held_and_when_that_is_too_little() {
    let size = around(1.42, 1.3, 1.5);
    let said = |low, high| sets_verdict(0.9, around(0.5 * (low + high), low, high), size);
    let held = |low, high| said(low, high).detail.contains("asked for. Calibrated");
    assert!(!held(0.88, 0.92));
    assert!(
        said(0.8, 0.89)
            .detail
            .contains("of the other half, less than asked for.")
    );
    assert!(
        said(0.91, 0.95)
            .detail
            .contains("of the other half, more than asked for.")
    );
    assert!(
        said(0.88, 0.92)
            .headline
            .contains("90 % of cases have 1.42 classes")
    );
}

/// A score whose fall of the loss from 0.5 has this p-value.
fn score(method: Option<Method>, nll: Option<f64>, ece: f64, p: f64) -> Recalibrated {
    let fall = nll.map(|nll| around(0.5 - nll, 0.49 - nll, 0.51 - nll));
    Recalibrated {
        method,
        accuracy: 0.9,
        nll,
        brier: 0.2,
        ece,
        ece_debiased: ece,
        smooth_ece: 0.5 * ece,
        gain: fall.filter(|_| method.is_some()).map(|fall| Gain {
            fall,
            p: 0.2 * p,
            p_adjusted: p,
        }),
    }
}

#[test]
fn the_simplest_of_equal_repairs_is_named_and_none_where_none_helps() {
    let before = score(None, Some(0.5), 0.06, 1.0);
    let temperature = score(Some(Method::Temperature), Some(0.401), 0.012, 0.01);
    let vector = score(Some(Method::Vector), Some(0.4), 0.011, 0.01);
    let isotonic = score(Some(Method::Isotonic), None, 0.001, 1.0);
    let say = |all: &[Recalibrated]| recalibration_verdict(all).unwrap();
    let said = say(&[before, temperature, vector, isotonic]);
    assert_eq!(
        said.headline,
        "Temperature scaling lowers the loss of its untreated probabilities."
    );
    for part in [
        "from 6.0 to 1.2 points",
        "from 0.500 to 0.401",
        "p = 0.01,",
        "3 methods",
    ] {
        assert!(said.detail.contains(part), "{said:?}");
    }
    let better = score(Some(Method::Vector), Some(0.3), 0.011, 0.01);
    let said = say(&[before, temperature, better]);
    assert!(said.headline.starts_with("Vector scaling lowers"));
    let silent = "No recalibration is seen to help.";
    // Chance, then too little, then worse; and what is too small to be noticed.
    let tiny = [(None, 1e-4), (Some(Method::Vector), 1e-5)]
        .map(|(method, nll)| score(method, Some(nll), 0.01, 0.001));
    assert_eq!(say(&tiny).headline, silent);
    for (nll, p) in [(0.3, 0.06), (0.499, 0.001), (0.6, 0.9)] {
        let other = score(Some(Method::Temperature), Some(nll), 0.05, p);
        assert_eq!(say(&[before, other, isotonic]).headline, silent);
    }
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
        verdicts(&audit.metrics, audit.p_values.as_ref(), &compared, false)
    };
    let said = say(3.0, false);
    let over = said[0].headline.starts_with("Over-confident by");
    assert!(over && !said[0].detail.contains("dividing"), "{said:?}");
    let said = say(3.0, true);
    assert!(!said[0].headline.contains("confident by"), "{said:?}");
    assert!(
        said[0]
            .detail
            .contains("dividing its logits by 2.00 has taken its expected calibration error from"),
        "{said:?}"
    );
    assert!(said[1].headline.contains(" lowers the loss "), "{said:?}");
    assert_eq!(said.len(), 4);
    assert!(
        say(0.3, false)[0]
            .headline
            .starts_with("Under-confident by")
    );
    assert!(verdicts(&BTreeMap::new(), None, &[], true).is_empty());
}
