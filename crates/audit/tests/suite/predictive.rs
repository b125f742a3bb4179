//! Predictions that say more than a value, and rows that count unlike.

use decay_audit::interval::SplitMix;
use decay_audit::predictive::{gaussian_crps, pinball_loss, poisson_deviance};
use decay_audit::{
    AuditConfig, AuditError, Logits, MemberLogits, MemberPredictions, Metric, MetricTask,
    PopulationMember, Predictive, audit_classification, audit_population, audit_regression,
    mixture_variances,
};

use crate::synthetic::{normals, quick};

/// scikit-learn 1.9: `mean_poisson_deviance([3, 0, 1], [2, 0.5, 1.5])` and `mean_pinball_loss(alpha=0.8)` of the same.
#[test]
fn scores_are_those_of_scikit_learn() {
    let (y, f) = ([3.0, 0.0, 1.0], [2.0, 0.5, 1.5]);
    let of = |key, predictive| {
        let metric = Metric::of_kind(MetricTask::Regression, key).unwrap();
        metric.of_predictive(&f, predictive, &y, None)
    };
    let deviance = of("poisson_deviance", Predictive::Poisson).unwrap();
    assert!(
        (deviance - 0.540_620_144_144_219_2).abs() < 1e-12,
        "{deviance}"
    );
    let pinball = of("pinball", Predictive::Quantile(0.8)).unwrap();
    assert!((pinball - 1.0 / 3.0).abs() < 1e-12, "{pinball}");
    for key in ["poisson_deviance", "pinball", "nll"] {
        let undefined = of(key, Predictive::Value).unwrap_err();
        assert!(matches!(undefined, AuditError::Undefined { .. }), "{key}");
    }
    assert!(poisson_deviance(-1.0, 2.0).is_nan() && poisson_deviance(1.0, -2.0).is_nan());
    assert_eq!(
        (pinball_loss(2.0, 0.75), pinball_loss(-2.0, 0.75)),
        (1.5, 0.5)
    );
}

/// One variance for all rows, given by row, says the same; of rows with their own each score is its mean.
#[test]
fn variances_of_rows_score_each_row_by_its_own() {
    let (targets, noise) = (normals(1, 0, 60), normals(1, 1, 60));
    let values: Vec<f64> = targets.iter().zip(&noise).map(|(t, e)| t + e).collect();
    let audit = |predictive| {
        let member = MemberPredictions {
            values: &values,
            predictive,
        };
        audit_regression(&[member], &targets, &quick(50, 3)).unwrap()
    };
    let (one, same) = (audit(Predictive::Variance(0.7)), vec![0.7; 60]);
    let each = audit(Predictive::Variances(&same));
    for key in ["nll", "crps", "pit_ks", "coverage_50", "coverage_90"] {
        let (one, each) = (one.metrics[key], each.metrics[key]);
        assert!(
            (one.mean - each.mean).abs() < 1e-12 && (one.low - each.low).abs() < 1e-12,
            "{key}"
        );
    }
    let own: Vec<f64> = (0..60).map(|row| 0.2 + row as f64 / 30.0).collect();
    let each = audit(Predictive::Variances(&own));
    let rows = noise.iter().zip(&own);
    let nll = rows
        .clone()
        .map(|(e, v)| 0.5 * ((std::f64::consts::TAU * v).ln() + e * e / v));
    let crps = rows.clone().map(|(e, v)| gaussian_crps(-e, v.sqrt()));
    let held = rows.filter(|(e, v)| e.abs() <= 1.644_853_626_951_472_2 * v.sqrt());
    let wanted = [
        ("nll", nll.sum::<f64>() / 60.0),
        ("crps", crps.sum::<f64>() / 60.0),
        ("coverage_90", held.count() as f64 / 60.0),
    ];
    for (key, wanted) in wanted {
        assert!((each.metrics[key].mean - wanted).abs() < 1e-12, "{key}");
    }
}

/// Of two Gaussians at 0 and 2 with variances 1 and 3 the variance is 2 + 1.
#[test]
fn a_mixture_has_the_variances_and_what_its_means_differ_by() {
    let mixed = mixture_variances(
        &[vec![0.0, 5.0], vec![2.0, 5.0]],
        &[vec![1.0, 4.0], vec![3.0, 2.0]],
    );
    assert_eq!(mixed.unwrap(), [3.0, 3.0]);
    assert!(mixture_variances::<Vec<f64>>(&[], &[]).is_err());
    let (targets, variances) = ([0.5, 4.0], [[1.0, 4.0], [3.0, 2.0]]);
    let values = [[0.0, 5.0], [2.0, 5.0]];
    let member = |k: usize| MemberPredictions {
        values: &values[k],
        predictive: Predictive::Variances(&variances[k]),
    };
    let found = audit_regression(&[member(0), member(1)], &targets, &quick(20, 3)).unwrap();
    let nll = |e: f64| 0.5 * ((std::f64::consts::TAU * 3.0).ln() + e * e / 3.0);
    let wanted = (nll(0.5) + nll(1.0)) / 2.0;
    assert!((found.metrics["nll"].mean - wanted).abs() < 1e-12);
    let other = MemberPredictions {
        predictive: Predictive::Poisson,
        ..member(1)
    };
    let refused = audit_regression(&[member(0), other], &targets, &quick(20, 3));
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("kind of prediction")
    );
}

fn logits(rows: usize) -> (Vec<f64>, Vec<usize>) {
    let draws = SplitMix::new(8, 0);
    let logits = (0..rows * 3).map(|i| 4.0 * draws.unit(i as u64)).collect();
    (logits, (0..rows).map(|row| row * 5 % 3).collect())
}

/// Whole weights do what repeated rows do; figures of an order of the rows do not look at them.
#[test]
fn weighted_rows_count_as_repeated_ones() {
    let (values, labels) = logits(40);
    let weights: Vec<f64> = (0..40).map(|row| (row % 4) as f64).collect();
    let repeated = (0..40).flat_map(|row| std::iter::repeat_n(row, row % 4));
    let repeated: Vec<usize> = repeated.collect();
    let config = quick(30, 2);
    let audit = |values: &[f64], labels: &[usize], weights: Option<&[f64]>| {
        let member = MemberLogits {
            logits: Logits::new(values.to_vec(), labels.len(), 3).unwrap(),
            temperature: None,
        };
        audit_classification(&[member], labels, None, config.weighted(weights)).unwrap()
    };
    let once = audit(&values, &labels, None);
    let weighted = audit(&values, &labels, Some(&weights));
    let rows: Vec<f64> = repeated
        .iter()
        .flat_map(|row| values[3 * row..3 * row + 3].to_vec())
        .collect();
    let many: Vec<usize> = repeated.iter().map(|&row| labels[row]).collect();
    let many = audit(&rows, &many, None);
    for key in [
        "accuracy",
        "nll",
        "brier",
        "ece",
        "auroc",
        "f1_macro",
        "ece_classwise",
        "entropy",
    ] {
        let [found, wanted, plain] = [&weighted, &many, &once].map(|audit| audit.metrics[key].mean);
        assert!((found - wanted).abs() < 1e-12, "{key}: {found} {wanted}");
        assert!((found - plain).abs() > 1e-6, "{key}");
        assert!(
            weighted.metrics[key].low <= found && found <= weighted.metrics[key].high,
            "{key}"
        );
    }
    for key in [
        "aurc",
        "ece_equal_mass",
        "calibration_slope",
        "accuracy_at_80",
    ] {
        assert_eq!(weighted.metrics[key].mean, once.metrics[key].mean, "{key}");
    }
    let single: Vec<f32> = values.iter().map(|&z| z as f32).collect();
    let member = PopulationMember {
        logits: &single,
        ood: None,
        temperature: None,
    };
    let figures = audit_population(&[member], &labels, 3, config.weighted(Some(&weights))).unwrap();
    let nll = figures[0].as_ref().unwrap()["nll"];
    assert!((nll - weighted.metrics["nll"].mean).abs() < 1e-6);
}

/// Only ratios matter, and weights need not be whole.
#[test]
fn errors_are_weighted_by_ratios() {
    let (predictions, targets) = ([1.0, 2.0, 4.0], [0.0, 0.0, 0.0]);
    let member = MemberPredictions {
        values: &predictions,
        predictive: Predictive::Value,
    };
    let config = quick(30, 2);
    let mse = |weights: &[f64]| {
        let audit = audit_regression(&[member], &targets, config.weighted(Some(weights)));
        audit.unwrap().metrics["mse"].mean
    };
    assert!((mse(&[0.5, 0.25, 0.0]) - 2.0).abs() < 1e-12);
    assert!((mse(&[0.1, 0.05, 0.0]) - 2.0).abs() < 1e-12);
    for weights in [
        &[1.0, -1.0, 1.0][..],
        &[0.0; 3],
        &[1.0, f64::NAN, 1.0],
        &[1.0; 2],
    ] {
        let refused = audit_regression(
            &[member],
            &targets,
            AuditConfig::default().weighted(Some(weights)),
        );
        assert!(
            refused.unwrap_err().to_string().contains("weights"),
            "{weights:?}"
        );
    }
}
