//! What conformal prediction promises, by simulation and by hand.

use decay_audit::conformal::{Halves, SetScore};
use decay_audit::{Logits, audit_regression};

use crate::synthetic::{CLASSES, labels, logits, normals, quick};

/// Mean coverage of one half of fresh rows, calibrated on the other.
fn simulated(score: SetScore, miscoverage: f64, calibrating: usize) -> f64 {
    let trials = 800;
    let mut held = 0.0;
    for trial in 0..trials {
        let y = labels(trial, 2 * calibrating);
        let scores = score.of(&logits(trial, 0, &y), trial);
        let halves = Halves::new(y.len(), 1, trial).unwrap();
        held += halves.sets(&scores, &y, miscoverage, 0.95).coverage.mean;
    }
    held / trials as f64
}

/// `1 - α <= coverage <= 1 - α + 1 / (n + 1)`, within three standard errors of the simulation.
#[test]
fn coverage_lies_in_its_theoretical_band() {
    for (miscoverage, n) in [(0.1, 60), (0.25, 41)] {
        let ceiling = 1.0 / (n + 1) as f64;
        // 800 trials whose coverage given its threshold varies as Beta, plus as many judged rows each.
        let a = miscoverage * (1.0 - miscoverage);
        let noise = 3.0 * (2.0 * a / n as f64 / 800.0).sqrt();
        for score in [SetScore::Lac, SetScore::Aps { randomised: true }] {
            let coverage = simulated(score, miscoverage, n);
            let band = 1.0 - miscoverage - noise..=1.0 - miscoverage + ceiling + noise;
            assert!(
                band.contains(&coverage),
                "{score:?} at {miscoverage}: {coverage} not in {band:?}"
            );
        }
        // Without randomisation the last class always enters, so the sets only cover more.
        let sure = simulated(SetScore::Aps { randomised: false }, miscoverage, n);
        assert!(sure >= 1.0 - miscoverage - noise, "{sure}");
    }
}

/// Probabilities 0.5, 0.3, 0.2 in classes 2, 0, 1.
#[test]
fn scores_by_hand() {
    let row = [0.3f64.ln(), 0.2f64.ln(), 0.5f64.ln()];
    let logits = Logits::new(row.to_vec(), 1, 3).unwrap();
    let check = |score: SetScore, want: [f64; 3]| {
        for (got, want) in score.of(&logits, 0).iter().zip(want) {
            assert!(
                (got - want).abs() < 1e-12,
                "{score:?}: {got} against {want}"
            );
        }
    };
    check(SetScore::Lac, [0.7, 0.8, 0.5]);
    check(SetScore::Aps { randomised: false }, [0.8, 1.0, 0.5]);
    let u = SetScore::Aps { randomised: true }.of(&logits, 4)[2] / 0.5;
    check_randomised(&logits, u);
}

fn check_randomised(logits: &Logits<'_>, u: f64) {
    assert!((0.0..1.0).contains(&u));
    let got = SetScore::Aps { randomised: true }.of(logits, 4);
    for (got, want) in got.iter().zip([0.5 + 0.3 * u, 0.8 + 0.2 * u, 0.5 * u]) {
        assert!((got - want).abs() < 1e-12);
    }
}

#[test]
fn halves_cover_on_average_and_sharper_models_need_smaller_sets() {
    let y = labels(5, 500);
    let good = logits(5, 0, &y);
    // The same with noise only.
    let poor = Logits::new(normals(6, 0, 500 * CLASSES), 500, CLASSES).unwrap();
    let halves = Halves::new(500, 50, 1).unwrap();
    for (fit, judged) in halves.iter() {
        let mut all: Vec<u32> = fit.iter().chain(judged).copied().collect();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..500), "a split is a permutation");
    }
    let sets = |logits: &Logits<'_>| halves.sets(&SetScore::Lac.of(logits, 0), &y, 0.1, 0.95);
    let (good, poor) = (sets(&good), sets(&poor));
    for found in [good, poor] {
        assert!((found.coverage.mean - 0.9).abs() < 0.015, "{found:?}");
        assert!(found.coverage.low < 0.9 && found.coverage.high > 0.9);
    }
    assert!(good.size.high < poor.size.low, "{good:?} {poor:?}");
}

#[test]
fn regression_intervals_cover_and_say_when_rows_are_too_few() {
    let targets = normals(3, 0, 400);
    let guess: Vec<f64> = targets
        .iter()
        .zip(normals(3, 1, 400))
        .map(|(y, e)| y + 2.0 * e)
        .collect();
    let halves = Halves::new(400, 40, 0).unwrap();
    let errors: Vec<f64> = guess.iter().zip(&targets).map(|(f, y)| f - y).collect();
    let found = halves.intervals(&errors, 0.1, 0.95);
    assert!((found.coverage.mean - 0.9).abs() < 0.02, "{found:?}");
    // Errors are normal with deviation 2: 90 % of them lie within 2 * 1.645.
    assert!(
        (found.width.mean - 2.0 * 2.0 * 1.645).abs() < 0.7,
        "{found:?}"
    );
    let few = Halves::new(10, 3, 0).unwrap();
    let found = few.intervals(&errors[..10], 0.1, 0.95);
    assert_eq!(
        (found.width.mean, found.coverage.mean),
        (f64::INFINITY, 1.0)
    );
}

#[test]
fn audits_of_regressions_report_calibration() {
    let targets = normals(3, 0, 400);
    let values: Vec<f64> = targets
        .iter()
        .zip(normals(3, 1, 400))
        .map(|(y, e)| y + 2.0 * e)
        .collect();
    let member = |sigma2| decay_audit::MemberPredictions {
        values: &values,
        predictive: decay_audit::Predictive::Variance(sigma2),
    };
    let found = audit_regression(&[member(4.0)], &targets, &quick(200, 0)).unwrap();
    for name in [
        "crps",
        "pit_ks",
        "coverage_50",
        "coverage_90",
        "conformal_coverage_90",
        "conformal_width_90",
    ] {
        let metric = found.metrics[name];
        assert!(
            metric.low < metric.mean && metric.mean < metric.high,
            "{name}: {metric:?}"
        );
    }
    assert!((found.metrics["coverage_90"].mean - 0.9).abs() < 0.04);
    assert!((found.metrics["coverage_50"].mean - 0.5).abs() < 0.08);
    // A quarter of the variance: intervals are half as wide as they should be.
    let narrow = audit_regression(&[member(1.0)], &targets, &quick(200, 0)).unwrap();
    assert!(narrow.metrics["coverage_90"].high < 0.7);
    assert!(narrow.metrics["pit_ks"].low > found.metrics["pit_ks"].high);
    assert!(narrow.metrics["crps"].mean > found.metrics["crps"].mean);
}
