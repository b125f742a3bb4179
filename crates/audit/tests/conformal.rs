//! What conformal prediction promises, by simulation and by hand.

mod synthetic;

use decay_audit::conformal::{
    Halves, SetScore, conformal_by_halves, conformal_threshold, intervals_by_halves,
    split_conformal, split_conformal_half_width,
};
use decay_audit::{Logits, audit_regression};
use synthetic::{CLASSES, labels, logits, normals, quick};

/// Mean coverage over fresh calibration and test rows.
fn simulated(score: SetScore, miscoverage: f64, calibrating: usize) -> f64 {
    let (trials, judged) = (400, 200);
    let mut held = 0.0;
    for trial in 0..trials {
        let (y, t) = (
            labels(2 * trial, calibrating),
            labels(2 * trial + 1, judged),
        );
        let (fit, test) = (logits(2 * trial, 0, &y), logits(2 * trial + 1, 0, &t));
        let sets = split_conformal((&fit, &y), (&test, &t), score, miscoverage, trial)
            .unwrap()
            .1;
        held += sets.coverage.mean;
    }
    held / trials as f64
}

/// `1 - α <= coverage <= 1 - α + 1 / (n + 1)`, within three standard errors of the simulation.
#[test]
fn coverage_lies_in_its_theoretical_band() {
    for (miscoverage, n) in [(0.1, 60), (0.25, 41)] {
        let ceiling = 1.0 / (n + 1) as f64;
        // 400 trials whose coverage given its threshold varies as Beta, plus 200 test rows each.
        let a = miscoverage * (1.0 - miscoverage);
        let noise = 3.0 * ((a / n as f64 + a / 200.0) / 400.0).sqrt();
        let raps = SetScore::Raps {
            randomised: true,
            penalty: 0.1,
            free: 1,
        };
        for score in [SetScore::Lac, SetScore::Aps { randomised: true }, raps] {
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

#[test]
fn thresholds_are_the_promised_order_statistics() {
    let scores: Vec<f64> = (1..=9).map(f64::from).collect();
    // ceil(10 * 0.9) = 9, ceil(10 * 0.85) = 9, ceil(10 * 0.5) = 5; 0.05 would ask for the tenth of nine.
    assert_eq!(conformal_threshold(&scores, 0.1).unwrap(), 9.0);
    assert_eq!(conformal_threshold(&scores, 0.15).unwrap(), 9.0);
    assert_eq!(conformal_threshold(&scores, 0.5).unwrap(), 5.0);
    assert_eq!(conformal_threshold(&scores, 0.05).unwrap(), f64::INFINITY);
}

/// Probabilities 0.5, 0.3, 0.2 in classes 2, 0, 1.
#[test]
fn scores_by_hand() {
    let row = [0.3f64.ln(), 0.2f64.ln(), 0.5f64.ln()];
    let logits = Logits::new(row.to_vec(), 1, 3).unwrap();
    let check = |score: SetScore, want: [f64; 3]| {
        for (got, want) in score.of(&logits, 0).unwrap().iter().zip(want) {
            assert!(
                (got - want).abs() < 1e-12,
                "{score:?}: {got} against {want}"
            );
        }
    };
    check(SetScore::Lac, [0.7, 0.8, 0.5]);
    check(SetScore::Aps { randomised: false }, [0.8, 1.0, 0.5]);
    let raps = SetScore::Raps {
        randomised: false,
        penalty: 0.1,
        free: 1,
    };
    check(raps, [0.9, 1.2, 0.5]);
    let u = SetScore::Aps { randomised: true }.of(&logits, 4).unwrap()[2] / 0.5;
    check_randomised(&logits, u);
}

fn check_randomised(logits: &Logits<'_>, u: f64) {
    assert!((0.0..1.0).contains(&u));
    let got = SetScore::Aps { randomised: true }.of(logits, 4).unwrap();
    for (got, want) in got.iter().zip([0.5 + 0.3 * u, 0.8 + 0.2 * u, 0.5 * u]) {
        assert!((got - want).abs() < 1e-12);
    }
}

#[test]
fn sets_report_classes_sizes_and_classes_without_rows() {
    let y = labels(1, 300);
    let fit = logits(1, 0, &y);
    let t: Vec<usize> = labels(2, 200)
        .into_iter()
        .map(|label| label.min(2))
        .collect();
    let test = logits(2, 0, &t);
    let sets = split_conformal((&fit, &y), (&test, &t), SetScore::Lac, 0.1, 0)
        .unwrap()
        .1;
    assert_eq!(sets.by_class.len(), CLASSES);
    assert!(sets.by_class[3].is_none(), "no row has label 3");
    let held: f64 = sets
        .by_class
        .iter()
        .flatten()
        .map(|e| e.mean * e.n as f64)
        .sum();
    assert!((held / 200.0 - sets.coverage.mean).abs() < 1e-12);
    assert!(sets.size >= sets.coverage.mean && sets.size <= CLASSES as f64);
    assert!(sets.coverage.low < sets.coverage.mean && sets.coverage.mean < sets.coverage.high);
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
    let sets = |logits| conformal_by_halves(logits, &y, SetScore::Lac, 0.1, &halves, 0.95).unwrap();
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
    let found = intervals_by_halves(&guess, &targets, 0.1, &halves, 0.95).unwrap();
    assert!((found.coverage.mean - 0.9).abs() < 0.02, "{found:?}");
    // Errors are normal with deviation 2: 90 % of them lie within 2 * 1.645.
    assert!(
        (found.width.mean - 2.0 * 2.0 * 1.645).abs() < 0.7,
        "{found:?}"
    );
    assert_eq!(
        split_conformal_half_width(&guess[..5], &targets[..5], 0.1).unwrap(),
        f64::INFINITY
    );
    let few = Halves::new(10, 3, 0).unwrap();
    let found = intervals_by_halves(&guess[..10], &targets[..10], 0.1, &few, 0.95).unwrap();
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
        sigma2: Some(sigma2),
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
