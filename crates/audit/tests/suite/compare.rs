//! Paired comparison: against statsmodels, closed forms, and by how often it is wrong.

use decay_audit::compare::{
    ComparedLogits, Comparison, Difference, DifferenceTest, Verdict, compare_classifiers,
    compare_regressions,
};
use decay_audit::interval::Bootstrap;
use decay_audit::significance::{delong_test, holm, mcnemar_exact};
use decay_audit::{AuditConfig, Better, Estimate, Logits, MemberPredictions, accuracy, brier, nll};

use crate::golden::own_cases;
use crate::synthetic::{CLASSES, labels, logits, normals, ood, quick};

const Z: f64 = 1.959_963_984_540_054;

fn only<'a>(logits: &'a Logits<'static>) -> ComparedLogits<'a> {
    ComparedLogits {
        logits,
        outside: None,
    }
}

fn of<'a>(comparison: &'a Comparison, metric: &str) -> &'a Difference {
    comparison
        .differences
        .iter()
        .find(|d| d.metric == metric)
        .unwrap()
}

/// The logits with noise that does not depend on the label: a worse model of the same rows.
fn spoiled(of: &Logits<'static>, seed: u64, size: f64) -> Logits<'static> {
    let noise = normals(seed, 77, of.values().len());
    let values: Vec<f64> = of
        .values()
        .iter()
        .zip(noise)
        .map(|(z, e)| z + size * e)
        .collect();
    Logits::new(values, of.rows(), of.classes()).unwrap()
}

#[test]
fn mcnemar_matches_statsmodels() {
    for case in own_cases("compare.json", |name| name.starts_with("mcnemar")) {
        let test = mcnemar_exact(&case.flags("/correct_a"), &case.flags("/correct_b")).unwrap();
        case.check("/only_a", &[test.only_a as f64]);
        case.check("/only_b", &[test.only_b as f64]);
        case.check("/p", &[test.p]);
    }
}

/// The mean of n differences has a normal interval of `± z sd / sqrt(n)`; the bootstrap's agrees with it for
/// rows by the thousand, within its own noise of a few per cent.
#[test]
fn intervals_of_row_means_are_those_of_the_central_limit() {
    let labels = labels(1, 4000);
    let a = logits(1, 0, &labels);
    let b = spoiled(&a, 1, 0.7);
    let found = compare_classifiers(only(&a), only(&b), &labels, &quick(4000, 3)).unwrap();
    let per_row = |logits: &Logits<'_>| -> Vec<f64> {
        let log_p = logits.log_probabilities();
        let rows = log_p.chunks_exact(CLASSES).zip(&labels);
        rows.map(|(row, &label)| -row[label]).collect()
    };
    let pairs = per_row(&b).into_iter().zip(per_row(&a));
    let per_row: Vec<f64> = pairs.map(|(b, a)| b - a).collect();
    let n = per_row.len() as f64;
    let mean = per_row.iter().sum::<f64>() / n;
    let sd = (per_row.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / n).sqrt();
    let difference = of(&found, "nll").difference;
    assert!((difference.mean - mean).abs() < 1e-12);
    let half = Z * sd / n.sqrt();
    assert!(((difference.high - mean) / half - 1.0).abs() < 0.08);
    assert!(((mean - difference.low) / half - 1.0).abs() < 0.08);
    // Flags have `n Var = (only_a + only_b) / n - ((only_b - only_a) / n)²`.
    let hits = |l: &Logits<'_>| -> Vec<bool> {
        l.predictions()
            .iter()
            .zip(&labels)
            .map(|(p, y)| p == y)
            .collect()
    };
    let test = mcnemar_exact(&hits(&a), &hits(&b)).unwrap();
    let gain = (test.only_b as f64 - test.only_a as f64) / n;
    let variance = (test.only_a + test.only_b) as f64 / n - gain * gain;
    let difference = of(&found, "accuracy");
    assert!((difference.difference.mean - gain).abs() < 1e-12);
    assert_eq!(difference.p, test.p);
    assert_eq!(difference.test, DifferenceTest::McNemar);
    let width = difference.difference.high - difference.difference.low;
    assert!((width / (2.0 * Z * (variance / n).sqrt()) - 1.0).abs() < 0.08);
}

#[test]
fn figures_and_p_values_are_those_of_the_single_functions() {
    let labels = labels(2, 300);
    let (a, b) = (logits(2, 0, &labels), logits(2, 1, &labels));
    let (outside_a, outside_b) = (&ood(2, 2, 120)[0], &ood(2, 2, 120)[1]);
    let with = |logits, outside| ComparedLogits {
        logits,
        outside: Some(outside),
    };
    let found = compare_classifiers(
        with(&a, outside_a),
        with(&b, outside_b),
        &labels,
        &quick(200, 0),
    )
    .unwrap();
    let pairs = [
        ("accuracy", accuracy(&a, &labels), accuracy(&b, &labels)),
        ("nll", nll(&a, &labels), nll(&b, &labels)),
        ("brier", brier(&a, &labels), brier(&b, &labels)),
    ];
    for (metric, a, b) in pairs {
        let got = of(&found, metric);
        assert!((got.a - a.unwrap()).abs() < 1e-12 && (got.b - b.unwrap()).abs() < 1e-12);
    }
    let is_outside: Vec<bool> = (0..420).map(|row| row >= 300).collect();
    let joined = |inside, outside| {
        let msp = decay_audit::ood::msp;
        [msp(inside), msp(outside)].concat()
    };
    let test = delong_test(&is_outside, &joined(&a, outside_a), &joined(&b, outside_b)).unwrap();
    let detected = of(&found, "auroc_msp");
    assert_eq!(detected.p, test.p_two_sided);
    assert_eq!(detected.difference.mean, test.auroc_b - test.auroc_a);
    // `z` is the difference in standard errors, and the interval reaches 1.96 of them either way.
    let half = Z * detected.difference.mean / test.z;
    assert!((detected.difference.high - detected.difference.mean - half).abs() < 1e-9);
    assert!((detected.difference.mean - detected.difference.low - half).abs() < 1e-9);
    let raw: Vec<f64> = found.differences.iter().map(|d| d.p).collect();
    let adjusted: Vec<f64> = found.differences.iter().map(|d| d.p_adjusted).collect();
    assert_eq!(adjusted, holm(&raw));
    assert_eq!(raw.len(), 12);
}

/// Exchanging the models turns every sign and every verdict, and changes nothing else.
#[test]
fn comparison_is_antisymmetric() {
    let labels = labels(3, 500);
    let a = logits(3, 0, &labels);
    let b = spoiled(&a, 3, 1.0);
    let forward = compare_classifiers(only(&a), only(&b), &labels, &quick(300, 1)).unwrap();
    let back = compare_classifiers(only(&b), only(&a), &labels, &quick(300, 1)).unwrap();
    for (f, b) in forward.differences.iter().zip(&back.differences) {
        assert!((f.difference.mean + b.difference.mean).abs() < 1e-12);
        assert!((f.difference.low + b.difference.high).abs() < 1e-12);
        assert_eq!(f.p, b.p);
        let turned = match f.verdict {
            Verdict::FirstBetter => Verdict::SecondBetter,
            Verdict::SecondBetter => Verdict::FirstBetter,
            Verdict::NoDifferenceSeen => Verdict::NoDifferenceSeen,
        };
        assert_eq!(b.verdict, turned, "{}", f.metric);
    }
    assert_eq!(of(&forward, "nll").verdict, Verdict::FirstBetter);
    assert_eq!(of(&forward, "accuracy").verdict, Verdict::FirstBetter);
}

/// Models that are equally good and err apart: unadjusted p-values below 5 % in about one trial of twenty, and a
/// false verdict on any metric in no more than that.
#[test]
fn equal_models_are_told_apart_as_rarely_as_promised() {
    let trials = 300;
    let mut below = std::collections::BTreeMap::<String, usize>::new();
    let mut false_verdicts = 0;
    for t in 0..trials {
        let labels = labels(100 + t, 150);
        let (a, b) = (logits(100 + t, 0, &labels), logits(100 + t, 1, &labels));
        let found = compare_classifiers(only(&a), only(&b), &labels, &quick(200, t)).unwrap();
        for d in &found.differences {
            *below.entry(d.metric.clone()).or_default() += usize::from(d.p <= 0.05);
        }
        let wrong = |d: &Difference| d.verdict != Verdict::NoDifferenceSeen;
        false_verdicts += usize::from(found.differences.iter().any(wrong));
    }
    // Four standard deviations above 15 of 300 are 30.
    assert!(below.values().all(|&n| n <= 30), "{below:?}");
    assert!(below["nll"] >= 4 && below["brier"] >= 4, "{below:?}");
    assert!(false_verdicts <= 30, "{false_verdicts}");
}

#[test]
fn the_same_model_twice_shows_no_difference() {
    let labels = labels(4, 60);
    let a = logits(4, 0, &labels);
    let outside = &ood(4, 1, 30)[0];
    let model = ComparedLogits {
        logits: &a,
        outside: Some(outside),
    };
    let found = compare_classifiers(model, model, &labels, &quick(50, 0)).unwrap();
    for d in &found.differences {
        assert_eq!(
            (d.difference.mean, d.p, d.verdict),
            (0.0, 1.0, Verdict::NoDifferenceSeen)
        );
    }
}

#[test]
fn regressions_are_compared_by_their_errors() {
    let targets = normals(5, 0, 400);
    let near: Vec<f64> = targets
        .iter()
        .zip(normals(5, 1, 400))
        .map(|(y, e)| y + 0.2 * e)
        .collect();
    let far: Vec<f64> = targets
        .iter()
        .zip(normals(5, 2, 400))
        .map(|(y, e)| y + 0.5 * e)
        .collect();
    let model = |values| MemberPredictions {
        values,
        predictive: decay_audit::Predictive::Variance(0.1),
    };
    let settings = Bootstrap::default();
    let found = compare_regressions(model(&far), model(&near), &targets, &settings).unwrap();
    let names: Vec<_> = found
        .differences
        .iter()
        .map(|d| d.metric.as_str())
        .collect();
    assert_eq!(names, ["nll", "rmse", "mae"]);
    for d in &found.differences {
        assert_eq!(d.verdict, Verdict::SecondBetter, "{}", d.metric);
        assert!(d.difference.high < 0.0);
    }
    let sentence = of(&found, "mae").words("far", "near");
    assert!(sentence.starts_with("near is better by 0.2"), "{sentence}");
}

/// The sentence has the winner, the amount, the interval and the adjusted p-value, whichever way the metric improves.
#[test]
fn verdicts_in_words() {
    let difference = |better, mean: f64, p_adjusted, verdict| Difference {
        metric: "accuracy".to_owned(),
        unit: "points".to_owned(),
        better,
        a: 0.9,
        b: 0.9 + mean,
        difference: Estimate {
            mean,
            low: mean - 0.013,
            high: mean + 0.013,
            n: 1000,
        },
        test: DifferenceTest::McNemar,
        p: p_adjusted,
        p_adjusted,
        verdict,
    };
    let words = |d: Difference| d.words("A", "B");
    let b_wins = "B is better by 5.0 points (3.7 to 6.3), p < 0.001";
    let (first, second) = (Verdict::FirstBetter, Verdict::SecondBetter);
    assert_eq!(
        words(difference(Better::Higher, 0.05, 1e-9, second)),
        b_wins
    );
    assert_eq!(
        words(difference(Better::Lower, -0.05, 1e-9, second)),
        b_wins
    );
    let a_wins = "A is better by 5.0 points (3.7 to 6.3), p = 0.020";
    assert_eq!(
        words(difference(Better::Higher, -0.05, 0.02, first)),
        a_wins
    );
    assert_eq!(words(difference(Better::Lower, 0.05, 0.02, first)), a_wins);
    let none = words(difference(
        Better::Higher,
        0.002,
        0.31,
        Verdict::NoDifferenceSeen,
    ));
    assert_eq!(
        none,
        "no difference can be seen (-1.1 to 1.5 points), p = 0.31"
    );
}

#[test]
fn a_comparison_survives_json() {
    let labels = labels(7, 50);
    let (a, b) = (logits(7, 0, &labels), logits(7, 1, &labels));
    let found = compare_classifiers(only(&a), only(&b), &labels, &quick(20, 0)).unwrap();
    let json = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Comparison>(&json).unwrap(), found);
}

#[test]
fn bad_pairs_are_named() {
    let labels = labels(8, 20);
    let (a, b) = (logits(8, 0, &labels), logits(8, 1, &labels[..19]));
    let config = AuditConfig::default();
    let message = |r: decay_audit::Result<Comparison>| r.unwrap_err().to_string();
    let uneven = compare_classifiers(only(&a), only(&b), &labels, &config);
    assert_eq!(message(uneven), "rows of B must have 20 entries, got 19");
    let outside = &ood(8, 1, 10)[0];
    let with = ComparedLogits {
        logits: &a,
        outside: Some(outside),
    };
    let one_sided = compare_classifiers(with, only(&a), &labels, &config);
    assert_eq!(
        message(one_sided),
        "out-of-distribution rows of B must have 10 entries, got 0"
    );
    let empty = mcnemar_exact(&[], &[]).unwrap_err().to_string();
    assert_eq!(empty, "correct_a must not be empty");
    let wide = Logits::new(vec![0.0; 20 * (CLASSES + 1)], 20, CLASSES + 1).unwrap();
    let classes = compare_classifiers(only(&a), only(&wide), &labels, &config);
    assert_eq!(message(classes), "classes of B must have 4 entries, got 5");
}
