//! Several targets and labels at once: figures by hand, and as those of each alone.

use std::collections::BTreeMap;

use decay_audit::compare::{compare_labels, compare_regressions, compare_targets};
use decay_audit::interval::Bootstrap;
use decay_audit::{
    Estimate, Figures, Logits, MemberLogits, MemberPredictions, Metric, MetricTask, Predictive,
    TargetPredictions, audit_classification, audit_labels, audit_regression, audit_targets,
    label_logits,
};

use crate::synthetic::{normals, quick};

fn guesses(stream: u64, truth: &[f64], size: f64) -> Vec<f64> {
    let noise = normals(9, stream, truth.len());
    truth.iter().zip(noise).map(|(t, e)| t + size * e).collect()
}

fn member(values: &[f64], sigma2: f64) -> MemberPredictions<'_> {
    MemberPredictions {
        values,
        predictive: Predictive::Variance(sigma2),
    }
}

type Estimates = BTreeMap<String, Estimate>;

fn of_all(found: &Figures) -> &Estimates {
    &found.metrics
}

fn of_single(found: &Figures) -> &Estimates {
    &found.single_network
}

/// On the same resamples the mean of two targets lies where the means of each do.
#[test]
fn figures_of_two_targets_are_the_means_of_each() {
    let (y, z) = (normals(9, 0, 150), normals(9, 1, 150));
    let of_y = [guesses(2, &y, 0.3), guesses(3, &y, 0.4)];
    let of_z = [guesses(4, &z, 1.0), guesses(5, &z, 0.9)];
    let first = [member(&of_y[0], 0.1), member(&of_y[1], 0.2)];
    let second = [member(&of_z[0], 1.0), member(&of_z[1], 0.8)];
    let config = quick(300, 1);
    let pair = |members, targets| TargetPredictions { members, targets };
    let both = audit_targets(&[pair(&first, &y), pair(&second, &z)], &config).unwrap();
    let one = audit_regression(&first, &y, &config).unwrap();
    let other = audit_regression(&second, &z, &config).unwrap();
    for key in ["mse", "rmse", "mae", "r2", "nll", "crps", "coverage_90"] {
        for of in [of_all, of_single] {
            let [both, one, other] = [&both, &one, &other].map(|found: &Figures| of(found)[key]);
            let wanted = (one.mean + other.mean) / 2.0;
            assert!(
                (both.mean - wanted).abs() < 1e-12,
                "{key}: {both:?} {wanted}"
            );
            assert!(
                both.low < wanted && wanted < both.high && both.n == 150,
                "{key}: {both:?}"
            );
        }
        assert!(both.metrics[key].high - both.metrics[key].low > 0.0);
    }
    // Errors of two targets that are not the same rows' make the mean surer than each.
    let width = |found: &Figures| found.metrics["r2"].high - found.metrics["r2"].low;
    assert!(width(&both) < width(&one).max(width(&other)));
    // A target beside itself is itself, interval and all.
    let twice = audit_targets(&[pair(&first, &y), pair(&first, &y)], &config).unwrap();
    assert_eq!(twice, one);
    let few = &y[..100];
    assert!(audit_targets(&[pair(&first, &y), pair(&second, few)], &config).is_err());
    assert!(audit_targets(&[], &config).is_err());
}

#[test]
fn two_models_are_compared_by_the_mean_over_targets() {
    let y = normals(9, 0, 200);
    let [good, bad] = [guesses(2, &y, 0.2), guesses(3, &y, 0.6)];
    let models = [good.as_slice(), &bad].map(|values| MemberPredictions {
        values,
        predictive: Predictive::Value,
    });
    let settings = Bootstrap {
        resamples: 200,
        ..Bootstrap::default()
    };
    let pair = TargetPredictions {
        members: &models,
        targets: &y,
    };
    let twice = compare_targets(&[pair, pair], &settings).unwrap();
    let once = compare_regressions(models[0], models[1], &y, &settings).unwrap();
    assert_eq!(twice, once);
    let alone = TargetPredictions {
        members: &models[..1],
        ..pair
    };
    assert!(compare_targets(&[alone], &settings).is_err());
}

/// Log-odds `ln 3` and `ln 4` are probabilities of 3/4 and 4/5.
fn small() -> (Logits<'static>, [Vec<bool>; 2]) {
    let (a, b) = (3f32.ln(), 4f32.ln());
    let odds = [a, b, -a, b, a, -b, -a, -b];
    let flags = [
        vec![true, true, false, false],
        vec![true, false, false, false],
    ];
    (label_logits(&odds, 2).unwrap(), flags)
}

fn figure(key: &str, weights: Option<&[f64]>) -> f64 {
    let (logits, flags) = small();
    let metric = Metric::of_kind(MetricTask::Multilabel, key).unwrap();
    metric.of_labels(&logits, &flags, weights).unwrap()
}

/// Told are `a` in rows 0 and 2 and `b` in rows 0 and 1; true are `a` in 0 and 1 and `b` in 0.
#[test]
fn figures_of_labels_are_those_by_hand() {
    let near = |key: &str, weights: Option<&[f64]>, wanted: f64| {
        let found = figure(key, weights);
        assert!((found - wanted).abs() < 1e-6, "{key}: {found} {wanted}");
    };
    near("hamming_accuracy", None, 5.0 / 8.0);
    near("exact_match", None, 2.0 / 4.0);
    // `a`: 1 found, 2 occur, 2 told; `b`: 1 found, 1 occurs, 2 told.
    near("f1_macro", None, (2.0 / 4.0 + 2.0 / 3.0) / 2.0);
    // `a`: rows 0 and 1 with 3/4 and 1/4 against 3/4 and 1/4; `b`: 4/5 against 4/5, 1/5 and 1/5.
    near("auroc", None, (0.5 + (0.5 + 1.0 + 1.0) / 3.0) / 2.0);
    // At 3/4 half of the two told are true, then all four with two; `b`: one of two at 4/5.
    near("aupr", None, (0.5 + 0.5) / 2.0);
    let (p, q) = (0.75f64, 0.8f64);
    let nll = -(2.0 * p.ln() + 2.0 * (1.0 - p).ln() + 3.0 * q.ln() + (1.0 - q).ln()) / 8.0;
    near("nll", None, nll);
    let brier = (2.0 * 0.25f64.powi(2) + 2.0 * 0.75f64.powi(2) + 3.0 * 0.04 + 0.64) / 8.0;
    near("brier", None, brier);
    // Of the answers of confidence 3/4 half are right, of those of 4/5 three quarters.
    near("ece", None, (0.25 + 0.05) / 2.0);
    // The second row three times: it has `a` and `b` wrong.
    let weights = [1.0, 3.0, 1.0, 1.0];
    near("hamming_accuracy", Some(&weights), 5.0 / 12.0);
    near("exact_match", Some(&weights), 2.0 / 6.0);
    near("f1_macro", Some(&weights), (2.0 / 6.0 + 2.0 / 5.0) / 2.0);
}

#[test]
fn labels_that_all_rows_have_are_no_ranking_and_no_label_is_no_mean() {
    let (logits, mut flags) = small();
    flags[1] = vec![true; 4];
    let of = |key: &str, flags: &[Vec<bool>]| {
        let metric = Metric::of_kind(MetricTask::Multilabel, key).unwrap();
        metric.of_labels(&logits, flags, None)
    };
    assert!(
        (of("auroc", &flags).unwrap() - 0.5).abs() < 1e-12,
        "of the first alone"
    );
    flags[0] = vec![false; 4];
    assert!(
        of("auroc", &flags)
            .unwrap_err()
            .to_string()
            .contains("auroc")
    );
    flags[1].pop();
    assert!(of("nll", &flags).is_err());
    assert!(label_logits(&[0.0; 5], 2).is_err());
}

/// Log-odds of a label, which applies where they and noise are together above 0.
fn noisy_label(rows: usize) -> (Vec<f32>, Vec<bool>) {
    let odds = normals(9, 7, rows).into_iter().map(|z| 2.0 * z as f32);
    let odds: Vec<f32> = odds.collect();
    let noise = normals(9, 8, rows);
    let applies = |(z, e): (&f32, f64)| f64::from(*z) + e > 0.0;
    let flags = odds.iter().zip(noise).map(applies).collect();
    (odds, flags)
}

/// One label is a classification of two, but for the Brier score, which counts both classes.
#[test]
fn one_label_is_a_choice_of_two() {
    let (odds, flags) = noisy_label(120);
    let other: Vec<f32> = odds.iter().map(|z| 0.5 * z + 0.1).collect();
    let members = [odds, other].map(|odds| MemberLogits {
        logits: label_logits(&odds, 1).unwrap(),
        temperature: Some(1.4),
    });
    let config = quick(200, 3);
    let found = audit_labels(&members, std::slice::from_ref(&flags), &config).unwrap();
    let labels: Vec<usize> = flags.iter().map(|&flag| usize::from(flag)).collect();
    let classes = audit_classification(&members, &labels, None, &config).unwrap();
    for (label, class) in [
        ("hamming_accuracy", "accuracy"),
        ("exact_match", "accuracy"),
        ("nll", "nll"),
        ("auroc", "auroc"),
        ("aupr", "aupr"),
        ("ece", "ece"),
        ("nll_tempered", "nll_tempered"),
        ("ece_tempered", "ece_tempered"),
        ("hamming_accuracy_tempered", "accuracy_tempered"),
        ("temperature", "temperature"),
    ] {
        assert_eq!(found.metrics[label], classes.metrics[class], "{label}");
        assert_eq!(
            found.single_network[label], classes.single_network[class],
            "{label}"
        );
    }
    let [own, both] = [found.metrics["brier"], classes.metrics["brier"]];
    assert!(
        (own.mean - both.mean / 2.0).abs() < 1e-12 && (own.high - both.high / 2.0).abs() < 1e-12
    );
    assert_eq!(found.reliability, classes.reliability);
}

/// Rows are what is drawn: labels that always agree are worth no more than one.
#[test]
fn labels_of_a_row_are_resampled_together() {
    let rows = 100;
    let (odds, flags) = noisy_label(rows);
    let config = quick(300, 3);
    let audit = |copies: usize| {
        let odds: Vec<f32> = odds.iter().flat_map(|&z| vec![z; copies]).collect();
        let member = MemberLogits {
            logits: label_logits(&odds, copies).unwrap(),
            temperature: None,
        };
        audit_labels(&[member], &vec![flags.clone(); copies], &config).unwrap()
    };
    let (one, three) = (audit(1), audit(3));
    for key in [
        "hamming_accuracy",
        "exact_match",
        "nll",
        "f1_macro",
        "auroc",
    ] {
        let [one, three] = [one.metrics[key], three.metrics[key]];
        assert!(
            (one.mean - three.mean).abs() < 1e-12 && (one.low - three.low).abs() < 1e-9,
            "{key}"
        );
        assert_eq!(three.n, rows);
    }
}

#[test]
fn two_models_of_labels_are_compared_row_by_row() {
    let (logits, flags) = small();
    let sure = label_logits(&[9.0, 9.0, 9.0, -9.0, -9.0, -9.0, -9.0, -9.0], 2).unwrap();
    let settings = Bootstrap {
        resamples: 200,
        ..Bootstrap::default()
    };
    let found = compare_labels(&logits, &sure, &flags, &settings).unwrap();
    let of = |key: &str| {
        found
            .differences
            .iter()
            .find(|one| one.metric == key)
            .unwrap()
    };
    assert_eq!(
        (of("hamming_accuracy").a, of("hamming_accuracy").b),
        (5.0 / 8.0, 1.0)
    );
    assert_eq!(of("exact_match").difference.mean, 0.5);
    let wide = label_logits(&[0.0; 12], 3).unwrap();
    assert!(compare_labels(&logits, &wide, &flags, &settings).is_err());
}
