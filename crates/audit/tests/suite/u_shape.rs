//! The U-shape test finds what is there and does not find what is not.

use decay_audit::interval::SplitMix;
use decay_audit::significance::corrected_resampled_t_test;
use decay_audit::{CurveShape, CurveVerdict, ValidationCurve, u_shape_test};

const FOLDS: usize = 5;
const SEEDS: usize = 2;

fn normal(generator: &SplitMix, i: u64) -> f64 {
    let radius = (-2.0 * (1.0 - generator.unit(2 * i)).ln()).sqrt();
    radius * (std::f64::consts::TAU * generator.unit(2 * i + 1)).cos()
}

fn rates(n: usize) -> Vec<f64> {
    (0..n)
        .map(|k| 10f64.powf(-4.0 + 5.0 * k as f64 / (n - 1) as f64))
        .collect()
}

/// A curve with an effect per fold (shared by all rates, so pairing removes it), an effect per rate
/// shared by the folds, as overlapping training sets give, and noise per member.
fn test(shape: impl Fn(f64) -> f64, noise: f64, n: usize, seed: u64) -> CurveShape {
    let generator = SplitMix::new(seed, 0);
    let mut next = 0;
    let mut draw = || {
        next += 1;
        normal(&generator, next)
    };
    let fold_effects: Vec<f64> = (0..FOLDS).map(|_| draw()).collect();
    let rates = rates(n);
    let values: Vec<Vec<Vec<f64>>> = rates
        .iter()
        .enumerate()
        .map(|(k, _)| {
            let position = k as f64 / (n - 1) as f64;
            let shared = (1.0 / FOLDS as f64).sqrt() * draw();
            let fold = |f: usize, own: f64| {
                vec![shape(position) + fold_effects[f] + noise * (shared + own); SEEDS]
            };
            let rest = (1.0 - 1.0 / FOLDS as f64).sqrt();
            (0..FOLDS).map(|f| fold(f, rest * draw())).collect()
        })
        .collect();
    let curve = ValidationCurve {
        rates: &rates,
        values: &values,
        test_per_train: 0.25,
    };
    u_shape_test(&curve, 0.05).unwrap()
}

#[test]
fn a_clear_bowl_is_u_shaped() {
    let found = test(|x| 4.0 * (x - 0.6).powi(2), 0.02, 16, 3);
    assert_eq!(found.verdict, CurveVerdict::UShaped);
    assert!((7..=12).contains(&found.best_index), "{}", found.best_index);
    let sentence = found.sentence();
    assert!(
        sentence.starts_with("The validation curve is U-shaped: the lowest mean of 16 rates is")
    );
    assert!(
        sentence.contains("the smallest rate, 1.000e-4, is worse on unseen folds by 1."),
        "{sentence}"
    );
    let other = found.sentence_about("value");
    assert_eq!(other, sentence.replace(" rate", " value"));
}

#[test]
fn slopes_are_monotone() {
    let rising = test(|x| 4.0 * x, 0.02, 12, 3);
    assert_eq!(
        (rising.verdict, rising.best_index),
        (CurveVerdict::MonotoneRising, 0)
    );
    assert!(rising.low_end.is_none() && rising.high_end.is_some());
    assert!(
        rising
            .sentence()
            .contains("the smallest rate is that one itself")
    );
    let falling = test(|x| -4.0 * x, 0.02, 12, 3);
    assert_eq!(
        (falling.verdict, falling.best_index),
        (CurveVerdict::MonotoneFalling, 11)
    );
}

/// A curve that is flat and then rises is not a U, however clear its rise.
#[test]
fn one_significant_end_is_not_enough() {
    for seed in 0..40 {
        let found = test(|x| 4.0 * (x - 0.5).max(0.0), 0.05, 16, seed);
        assert!(found.high_end.is_some_and(|end| end.p_adjusted < 0.05));
        if found.verdict == CurveVerdict::FlatOrUnclear {
            assert!(found.sentence().contains("not significantly worse"));
            return;
        }
    }
    panic!("every flat-then-rising curve was called U-shaped or rising");
}

/// The best of many rates is a lucky one; taken naively, flat curves pass as U-shaped too often.
#[test]
fn flat_curves_are_called_u_shaped_in_at_most_one_of_twenty() {
    let trials = 2000;
    let u_shaped = (0..trials)
        .filter(|&seed| test(|_| 0.0, 1.0, 16, seed).verdict == CurveVerdict::UShaped)
        .count();
    let share = u_shaped as f64 / trials as f64;
    assert!(share <= 0.055, "false positives {share}");
}

/// Doubling the seeds of every fold, with equal values, is no new evidence.
#[test]
fn seeds_within_a_fold_do_not_count_as_samples() {
    let rates = [0.1, 1.0, 10.0];
    let fold = |f: usize, level: f64| level + [0.3, -0.2, 0.1, 0.5][f];
    let noise = [
        [0.03, -0.02, 0.05, 0.01],
        [0.0; 4],
        [-0.04, 0.02, 0.03, 0.0],
    ];
    let curve = |seeds: usize| -> Vec<Vec<Vec<f64>>> {
        let at = |k: usize, f: usize| vec![fold(f, [0.2, 0.0, 0.4][k]) + noise[k][f]; seeds];
        (0..3).map(|k| (0..4).map(|f| at(k, f)).collect()).collect()
    };
    let found = |seeds| {
        let values = curve(seeds);
        let curve = ValidationCurve {
            rates: &rates,
            values: &values,
            test_per_train: 1.0 / 3.0,
        };
        u_shape_test(&curve, 0.05).unwrap()
    };
    let (one, many) = (found(1), found(8));
    let (a, b) = (one.low_end.unwrap(), many.low_end.unwrap());
    assert!((a.p - b.p).abs() < 1e-9);
    // By hand: the middle rate is best on every choice of folds.
    let d: Vec<f64> = (0..4).map(|f| 0.2 + noise[0][f]).collect();
    let t = corrected_resampled_t_test(&d, &[0.0; 4], 1.0 / 3.0).unwrap();
    assert!((a.t - t.t).abs() < 1e-9 && (a.difference - t.mean_difference).abs() < 1e-12);
    // Holm: the larger of two p-values is not multiplied, the smaller is doubled.
    let high = one.high_end.unwrap();
    let (small, large) = if a.p < high.p { (a, high) } else { (high, a) };
    assert!((small.p_adjusted - (2.0 * small.p).min(large.p_adjusted)).abs() < 1e-12);
}

/// Nadeau & Bengio: with `k` folds the variance grows by `1 + k / (k - 1)`.
#[test]
fn the_correction_shrinks_t_as_stated() {
    let (a, b) = ([1.0, 2.0, 4.0, 3.0, 2.5], [0.5, 1.0, 2.0, 3.5, 1.5]);
    let plain = corrected_resampled_t_test(&a, &b, 0.0).unwrap();
    let corrected = corrected_resampled_t_test(&a, &b, 0.25).unwrap();
    assert!((plain.t / corrected.t - (1.0f64 + 5.0 / 4.0).sqrt()).abs() < 1e-12);
}

#[test]
fn bad_curves_are_refused_with_the_reason() {
    let refuse = |rates: &[f64], values: &[Vec<Vec<f64>>]| {
        let curve = ValidationCurve {
            rates,
            values,
            test_per_train: 0.25,
        };
        u_shape_test(&curve, 0.05).unwrap_err().to_string()
    };
    let good = vec![vec![vec![1.0], vec![2.0]]; 3];
    assert!(refuse(&[1.0, 0.5, 2.0], &good).contains("ascending order, got 0.5"));
    assert!(refuse(&[1.0, 2.0], &good).contains("values must have 2 entries, got 3"));
    assert!(refuse(&[1.0], &good[..1]).contains("rates must be in [2, inf)"));
    let one_fold = vec![vec![vec![1.0]]; 3];
    assert!(refuse(&[1.0, 2.0, 3.0], &one_fold).contains("folds must be in [2, inf)"));
    let mut nan = good.clone();
    nan[1][1][0] = f64::NAN;
    assert!(refuse(&[1.0, 2.0, 3.0], &nan).contains("validation values: entry 0 is NaN"));
    let mut ragged = good;
    ragged[2].pop();
    assert!(refuse(&[1.0, 2.0, 3.0], &ragged).contains("folds of a rate must have 2 entries"));
    let empty = vec![vec![vec![], vec![]]; 2];
    assert!(refuse(&[1.0, 2.0], &empty).contains("must not be empty"));
}
