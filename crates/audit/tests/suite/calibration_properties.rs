//! Calibration, selective prediction, recalibration and conformal sets against closed forms and brute force.

use decay_audit::calibration::{EqualWidth, smooth_calibration_error};
use decay_audit::interval::SplitMix;
use decay_audit::recalibration::{
    Method, Recalibration, compare_recalibrations, isotonic_regression,
};
use decay_audit::{Logits, RiskCoverage, brier};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::figures::figure;
use crate::synthetic::{labels, logits};

fn labelled() -> impl Strategy<Value = (Logits<'static>, Vec<usize>)> {
    (2usize..6, 2usize..60).prop_flat_map(|(classes, rows)| {
        // A coarse grid, so that some forecasts are equal.
        let values = vec((-2i32..3).prop_map(f64::from), rows * classes);
        (values, vec(0..classes, rows))
            .prop_map(move |(values, labels)| (Logits::new(values, rows, classes).unwrap(), labels))
    })
}

fn answers() -> impl Strategy<Value = (Vec<f64>, Vec<bool>)> {
    vec(
        ((0u32..=9).prop_map(|k| f64::from(k) / 9.0), any::<bool>()),
        1..40,
    )
    .prop_map(|pairs| pairs.into_iter().unzip())
}

/// Mean over many random orders of tied rows.
fn aurc_by_shuffling(confidence: &[f64], correct: &[bool], shuffles: u64) -> f64 {
    let mut total = 0.0;
    for shuffle in 0..shuffles {
        let draws = SplitMix::new(9, shuffle);
        let mut order: Vec<usize> = (0..confidence.len()).collect();
        order.sort_by_key(|&row| draws.bits(row as u64));
        order.sort_by(|&a, &b| confidence[b].total_cmp(&confidence[a]));
        total += plain_aurc(order.iter().map(|&row| correct[row]));
    }
    total / shuffles as f64
}

/// The definition, without ties.
fn plain_aurc(correct: impl ExactSizeIterator<Item = bool>) -> f64 {
    let n = correct.len() as f64;
    let mut errors = 0.0;
    let mut risk = |(s, correct): (usize, bool)| {
        errors += f64::from(!correct);
        errors / (s + 1) as f64
    };
    correct.enumerate().map(&mut risk).sum::<f64>() / n
}

/// The max-min formula of isotonic regression: `g_i = max_{a <= i} min_{b >= i} mean(v_a .. v_b)`.
fn isotonic_by_formula(values: &[f64], weights: &[f64]) -> Vec<f64> {
    let mean = |a: usize, b: usize| {
        let mass: f64 = weights[a..=b].iter().sum();
        values[a..=b]
            .iter()
            .zip(&weights[a..=b])
            .map(|(v, w)| v * w)
            .sum::<f64>()
            / mass
    };
    let n = values.len();
    let least = |a: usize, i: usize| (i..n).map(|b| mean(a, b)).fold(f64::INFINITY, f64::min);
    let at = |i: usize| {
        (0..=i)
            .map(|a| least(a, i))
            .fold(f64::NEG_INFINITY, f64::max)
    };
    (0..n).map(at).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Forecasts in different bins wherever they differ: binning hides nothing.
    #[test]
    fn brier_parts_add_up_to_the_score(rows in vec((0usize..15, 0usize..2), 2..60)) {
        let odds = |bin: usize| {
            let p = (bin as f64 + 0.5) / 15.0;
            [p.ln(), (1.0 - p).ln()]
        };
        let values: Vec<f64> = rows.iter().flat_map(|(bin, _)| odds(*bin)).collect();
        let labels: Vec<usize> = rows.iter().map(|(_, label)| *label).collect();
        let logits = Logits::new(values, labels.len(), 2).unwrap();
        let of = |key| figure(key, &logits, &labels);
        let (reliability, resolution) = (of("brier_reliability"), of("brier_resolution"));
        let uncertainty = of("brier_uncertainty");
        let score = brier(&logits, &labels).unwrap();
        prop_assert!((reliability - resolution + uncertainty - score).abs() < 1e-12);
        prop_assert!(reliability >= 0.0 && resolution >= 0.0 && resolution <= uncertainty + 1e-12);
    }

    #[test]
    fn isotonic_regression_is_the_max_min_formula(pairs in vec((-3.0..3.0f64, 0.1..4.0f64), 1..25)) {
        let (values, weights): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        let fitted = isotonic_regression(&values, &weights).unwrap();
        for (got, want) in fitted.iter().zip(isotonic_by_formula(&values, &weights)) {
            prop_assert!((got - want).abs() < 1e-12);
        }
    }

    #[test]
    fn excess_aurc_vanishes_for_the_best_order((_, correct) in answers()) {
        let best: Vec<f64> = correct.iter().map(|&hit| if hit { 0.9 } else { 0.2 }).collect();
        // Errors tie with each other; their order cannot matter, since all are errors.
        let found = RiskCoverage::new(&best, &correct).unwrap();
        prop_assert!(found.excess_aurc().abs() < 1e-12);
        let mut sorted = correct.clone();
        sorted.sort_by_key(|&hit| !hit);
        prop_assert!((found.aurc() - plain_aurc(sorted.into_iter())).abs() < 1e-12);
    }

    #[test]
    fn risk_at_full_coverage_is_the_error_rate((confidence, correct) in answers()) {
        let found = RiskCoverage::new(&confidence, &correct).unwrap();
        let hits = correct.iter().filter(|&&hit| hit).count() as f64 / correct.len() as f64;
        prop_assert!((found.accuracy_at(1.0).unwrap() - hits).abs() < 1e-12);
        let last = *found.curve().last().unwrap();
        prop_assert!((last.coverage - 1.0).abs() < 1e-12 && (last.risk - (1.0 - hits)).abs() < 1e-12);
        prop_assert!(found.excess_aurc() >= 0.0);
    }

    /// Smoothing only ever loses: more bandwidth, less error; never below the gap of all rows together.
    #[test]
    fn smooth_error_falls_with_the_bandwidth((confidence, correct) in answers()) {
        let at = |width| smooth_calibration_error(&confidence, &correct, Some(width)).unwrap();
        let n = correct.len() as f64;
        let pairs = confidence.iter().zip(&correct);
        let overall = pairs.map(|(c, hit)| c - f64::from(*hit)).sum::<f64>().abs() / n;
        let (narrow, middle, wide) = (at(0.02), at(0.1), at(1.0));
        prop_assert!(narrow >= middle - 1e-9 && middle >= wide - 1e-9);
        prop_assert!(wide >= overall - 1e-9);
    }

    /// One-vs-rest maps of two classes are mirror images; all maps give distributions.
    #[test]
    fn repaired_probabilities_are_distributions((logits, labels) in labelled()) {
        for method in Method::ALL {
            let map = Recalibration::fit(method, &logits, &labels).unwrap();
            let p = map.apply(&logits).unwrap();
            for row in p.chunks_exact(logits.classes()) {
                prop_assert!((row.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                prop_assert!(row.iter().all(|p| (0.0..=1.0).contains(p)));
            }
        }
    }
}

#[test]
fn ties_count_as_the_mean_over_random_orders() {
    let confidence = [0.9, 0.9, 0.9, 0.7, 0.7, 0.5, 0.5, 0.5, 0.5];
    let correct = [true, false, true, true, false, false, true, false, true];
    let found = RiskCoverage::new(&confidence, &correct).unwrap();
    let brute = aurc_by_shuffling(&confidence, &correct, 40_000);
    assert!(
        (found.aurc() - brute).abs() < 2e-3,
        "{} {brute}",
        found.aurc()
    );
    // Four of nine rows: three at 0.9 with one error, and one of two with half an error in expectation.
    let risk = 1.0 - found.accuracy_at(4.0 / 9.0).unwrap();
    assert!((risk - 1.5 / 4.0).abs() < 1e-12);
}

/// Murphy 1973 by hand: two forecasts of rain, 0.8 followed by rain 3 times of 4, 0.2 once of 4.
#[test]
fn brier_parts_by_hand() {
    let (yes, no) = ([0.8f64.ln(), 0.2f64.ln()], [0.2f64.ln(), 0.8f64.ln()]);
    let values: Vec<f64> = [[yes; 4], [no; 4]].concat().concat();
    let labels = [0, 0, 0, 1, 1, 1, 1, 0];
    let logits = Logits::new(values, 8, 2).unwrap();
    let of = |key| figure(key, &logits, &labels);
    // Both classes contribute alike: (0.8 - 0.75)², (0.75 - 0.5)², 0.25.
    assert!((of("brier_reliability") - 2.0 * 0.0025).abs() < 1e-12);
    assert!((of("brier_resolution") - 2.0 * 0.0625).abs() < 1e-12);
    assert!((of("brier_uncertainty") - 0.5).abs() < 1e-12);
}

/// Logits twice too large: every map repairs rows that it was not fitted on.
#[test]
fn recalibration_helps_rows_it_has_not_seen() {
    let labels = labels(21, 4000);
    let honest = logits(21, 0, &labels);
    let loud = honest.tempered(0.4).unwrap();
    let crossed = compare_recalibrations(&loud, &labels, 5, 3, EqualWidth::default()).unwrap();
    assert_eq!(crossed.len(), 6);
    let before = crossed[0];
    assert!(before.method.is_none() && before.smooth_ece > 0.1);
    for after in &crossed[1..] {
        assert!(after.smooth_ece < 0.4 * before.smooth_ece, "{after:?}");
        assert!(after.brier < before.brier, "{after:?}");
        assert!(
            after.nll.is_none_or(|nll| nll < before.nll.unwrap()),
            "{after:?}"
        );
    }
}

/// Cross-fitting must not leak: on labels that are pure noise no map may find anything.
#[test]
fn cross_fitting_finds_nothing_in_noise() {
    let true_labels = labels(31, 600);
    let logits = logits(31, 0, &true_labels);
    let noise = labels(32, 600);
    let scores = compare_recalibrations(&logits, &noise, 5, 0, EqualWidth::default()).unwrap();
    for score in &scores {
        // Uniform forecasts have a Brier score of 3/4.
        assert!(score.brier > 0.74, "{score:?}");
    }
}

#[test]
fn recalibrations_survive_json() {
    let labels = labels(8, 80);
    let logits = logits(8, 0, &labels);
    for method in Method::ALL {
        let map = Recalibration::fit(method, &logits, &labels).unwrap();
        let text = serde_json::to_string(&map).unwrap();
        assert!(text.contains(method.name()), "{text}");
        let back: Recalibration = serde_json::from_str(&text).unwrap();
        assert_eq!(back, map);
        assert_eq!(back.method(), method);
    }
}
