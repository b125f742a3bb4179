//! The audit of a regression agrees with the plain metrics.

use decay_audit::interval::SplitMix;
use decay_audit::{MemberPredictions, audit_regression};

use crate::figures::of_regression;
use crate::synthetic::{normals, quick};

fn plain(key: &str, predictions: &[f64], targets: &[f64]) -> f64 {
    let found = of_regression(key).of_values(predictions, targets, None);
    found.unwrap()
}

/// `½ ln(2π σ²) + mse / (2 σ²)`.
fn gaussian_nll(predictions: &[f64], targets: &[f64], sigma2: f64) -> f64 {
    let mse = plain("mse", predictions, targets);
    0.5 * (std::f64::consts::TAU * sigma2).ln() + mse / (2.0 * sigma2)
}

/// Targets far from zero, where a variance taken from raw squares would lose its digits, and two
/// noisy guesses at them.
fn far_from_zero() -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let targets: Vec<f64> = normals(4, 0, 200).iter().map(|t| 1e6 + t).collect();
    let guess = |stream| -> Vec<f64> {
        let noise = normals(4, stream, 200);
        targets
            .iter()
            .zip(noise)
            .map(|(t, e)| t + 0.5 * e)
            .collect()
    };
    let (a, b) = (guess(1), guess(2));
    (targets, a, b)
}

#[test]
fn regression_figures_are_the_plain_metrics() {
    let (targets, a, b) = far_from_zero();
    let member = |values, sigma2| MemberPredictions {
        values,
        predictive: decay_audit::Predictive::Variance(sigma2),
    };
    let members = [member(a.as_slice(), 0.25), member(&b, 0.3)];
    let audit = audit_regression(&members, &targets, &quick(400, 2)).unwrap();
    let expect = |name: &str, mean: f64, tolerance: f64| {
        let found = audit.single_network[name];
        assert!(
            (found.mean - mean).abs() < tolerance,
            "{name}: {} against {mean}",
            found.mean
        );
        assert!(
            found.low < mean && mean < found.high && found.n == 200,
            "{name}"
        );
    };
    for (name, tolerance) in [
        ("mse", 1e-12),
        ("rmse", 1e-12),
        ("mae", 1e-12),
        ("r2", 1e-9),
    ] {
        let (of_a, of_b) = (plain(name, &a, &targets), plain(name, &b, &targets));
        expect(name, (of_a + of_b) / 2.0, tolerance);
    }
    let of_a = gaussian_nll(&a, &targets, 0.25);
    let of_b = gaussian_nll(&b, &targets, 0.3);
    expect("nll", (of_a + of_b) / 2.0, 1e-12);
}

/// All together say the mean of their values. Independent errors of equal size halve their square.
#[test]
fn figures_of_all_together_are_those_of_the_mean_value() {
    let (targets, a, b) = far_from_zero();
    let mean: Vec<f64> = a.iter().zip(&b).map(|(a, b)| (a + b) / 2.0).collect();
    let member = |values| MemberPredictions {
        values,
        predictive: decay_audit::Predictive::Variance(0.2),
    };
    let config = quick(60, 2);
    let both = [member(a.as_slice()), member(&b)];
    let found = audit_regression(&both, &targets, &config).unwrap();
    let alone = audit_regression(&[member(&mean)], &targets, &config).unwrap();
    assert_eq!(found.metrics, alone.metrics);
    assert_eq!(alone.metrics, alone.single_network);
    let ratio = found.metrics["mse"].mean / found.single_network["mse"].mean;
    assert!((0.4..0.6).contains(&ratio), "{ratio}");
}

/// By hand: errors 1, -2, 0 on targets 1, 4, 4, whose squares from the mean sum to 6.
#[test]
fn regression_metrics_match_a_sum_by_hand() {
    let (predictions, targets) = ([2.0, 2.0, 4.0], [1.0, 4.0, 4.0]);
    let of = |key| plain(key, &predictions, &targets);
    assert!((of("mse") - 5.0 / 3.0).abs() < 1e-15);
    assert!((of("rmse") - (5.0f64 / 3.0).sqrt()).abs() < 1e-15);
    assert!((of("mae") - 1.0).abs() < 1e-15);
    assert!((of("r2") - (1.0 - 5.0 / 6.0)).abs() < 1e-15);
    // -ln of the normal density with variance 2 at distance 2.
    let density = (-1.0f64).exp() / (4.0 * std::f64::consts::PI).sqrt();
    let member = MemberPredictions {
        values: &[1.0],
        predictive: decay_audit::Predictive::Variance(2.0),
    };
    let audit = audit_regression(&[member], &[3.0], &quick(2, 0)).unwrap();
    assert!((audit.metrics["nll"].mean + density.ln()).abs() < 1e-14);
}

#[test]
fn constant_targets_leave_out_r2_only() {
    let members = [MemberPredictions {
        values: &[1.0, 2.0, 3.0],
        predictive: decay_audit::Predictive::Value,
    }];
    let audit = audit_regression(&members, &[0.1; 3], &quick(20, 2)).unwrap();
    let names: Vec<&String> = audit.metrics.keys().collect();
    assert_eq!(names, ["mae", "mse", "rmse"]);
}

/// With two resamples and a level near 1 the interval is the pair of replicates.
#[test]
fn replicates_are_the_plain_metrics_of_the_copied_rows() {
    let (mut targets, mut values, _) = far_from_zero();
    // Few rows: the mean of the drawn targets then differs much from that of all.
    targets.truncate(12);
    values.truncate(12);
    let mut config = quick(2, 5);
    config.bootstrap.level = 1.0 - 1e-13;
    let member = MemberPredictions {
        values: &values,
        predictive: decay_audit::Predictive::Value,
    };
    let audit = audit_regression(&[member], &targets, &config).unwrap();
    let replicate = |key: &str, index: u64| {
        let generator = SplitMix::new(5, 2 * index);
        let rows: Vec<usize> = (0..12).map(|i| generator.below(i, 12)).collect();
        let pick = |from: &[f64]| rows.iter().map(|&row| from[row]).collect::<Vec<f64>>();
        plain(key, &pick(&values), &pick(&targets))
    };
    for name in ["mse", "mae", "r2"] {
        let (a, b) = (replicate(name, 0), replicate(name, 1));
        let found = audit.metrics[name];
        let (low, high) = (a.min(b).min(found.mean), a.max(b).max(found.mean));
        assert!((found.low - low).abs() < 1e-9, "{name}: {low}");
        assert!((found.high - high).abs() < 1e-9, "{name}: {high}");
    }
}
