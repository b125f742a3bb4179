//! Intervals of detection figures: against DeLong's variance, by coverage, and on the edges.

use decay_audit::interval::Bootstrap;
use decay_audit::ood::{auroc, auroc_interval, detection, figures};

use crate::golden::cases;
use crate::synthetic::normals;

const Z: f64 = 1.959_963_984_540_054;

fn shifted(seed: u64, stream: u64, n: usize, shift: f64) -> Vec<f64> {
    normals(seed, stream, n).iter().map(|x| x + shift).collect()
}

/// The reference's variance of the area, carried to the logit by the delta method.
#[test]
fn oracle_interval_has_delongs_variance() {
    for case in cases("stats.json", |name| name == "auc_delong") {
        let (positive, scores) = (case.flags("/labels"), case.values("/scores_a"));
        let side = |wanted: bool| -> Vec<f64> {
            let rows = positive.iter().zip(&scores).filter(|(p, _)| **p == wanted);
            rows.map(|(_, s)| *s).collect()
        };
        let got = auroc_interval(&[(&side(false), &side(true))], 0.95).unwrap();
        let area = case.expected("/auc_a")[0];
        let se = case.expected("/covariance")[0].sqrt();
        let logit = (area / (1.0 - area)).ln();
        let half = Z * se / (area * (1.0 - area));
        let end = |sign: f64| 1.0 / (1.0 + (-(logit + sign * half)).exp());
        assert!((got.mean - area).abs() < 1e-12);
        assert!(
            (got.low - end(-1.0)).abs() < 1e-9,
            "{} and {}",
            got.low,
            end(-1.0)
        );
        assert!((got.high - end(1.0)).abs() < 1e-9);
    }
}

/// Two normal clouds one apart have an area of `Φ(1/√2)`; 95 % intervals should miss it once in twenty draws.
#[test]
fn auroc_intervals_cover_the_true_area() {
    let truth = decay_audit::distribution::normal_cdf(0.5_f64.sqrt());
    let trials = 2000;
    let missed = (0..trials)
        .filter(|&t| {
            let got = auroc_interval(&[(&shifted(t, 0, 40, 0.0), &shifted(t, 1, 30, 1.0))], 0.95);
            let got = got.unwrap();
            truth < got.low || truth > got.high
        })
        .count();
    // Four standard deviations of a binomial count around 100.
    assert!((60..=140).contains(&missed), "{missed} of {trials}");
}

/// Two members' mean area varies as the mean of their placements does: with one member twice that is the
/// member's own variance, and a bootstrap over rows finds the width of two that differ.
#[test]
fn members_share_their_rows() {
    let (a, b) = (shifted(1, 0, 400, 0.0), shifted(1, 1, 300, 1.0));
    let once = auroc_interval(&[(&a, &b)], 0.95).unwrap();
    let twice = auroc_interval(&[(&a, &b), (&a, &b)], 0.95).unwrap();
    assert!((once.low - twice.low).abs() < 1e-12 && (once.high - twice.high).abs() < 1e-12);
    let noisy = |x: &[f64], stream| -> Vec<f64> {
        x.iter()
            .zip(normals(2, stream, x.len()))
            .map(|(x, e)| x + e)
            .collect()
    };
    let (c, d) = (noisy(&a, 0), noisy(&b, 1));
    let both = auroc_interval(&[(&a, &b), (&c, &d)], 0.95).unwrap();
    let mean_area = |rows: &[usize]| {
        let (inside, outside): (Vec<usize>, Vec<usize>) = rows.iter().partition(|&&r| r < 400);
        let pick = |x: &[f64], at: &[usize], less: usize| -> Vec<f64> {
            at.iter().map(|r| x[r - less]).collect()
        };
        let area =
            |i: &[f64], o: &[f64]| auroc(&pick(i, &inside, 0), &pick(o, &outside, 400)).unwrap();
        0.5 * (area(&a, &b) + area(&c, &d))
    };
    let settings = Bootstrap {
        resamples: 2000,
        ..Bootstrap::default()
    };
    let replicates = settings.replicates(700, mean_area);
    let (low, high) = decay_audit::interval::percentile_interval(&replicates, 0.95).unwrap();
    let ratio = (both.high - both.low) / (high - low);
    assert!((0.9..1.1).contains(&ratio), "{ratio}");
}

/// The intervals hold their figures, and narrow as the root of the number of rows.
#[test]
fn detection_holds_the_plain_figures_in_intervals_that_narrow() {
    let settings = Bootstrap {
        resamples: 400,
        ..Bootstrap::default()
    };
    let of = |n: usize| {
        let (inside, outside) = (shifted(3, 0, n, 0.0), shifted(3, 1, n, 1.5));
        let found = detection(&[(&inside, &outside)], &settings).unwrap();
        let plain = figures(&inside, &outside).unwrap();
        let pairs = [
            (found.auroc, plain.auroc),
            (found.aupr_in, plain.aupr_in),
            (found.aupr_out, plain.aupr_out),
            (found.fpr95, plain.fpr95),
        ];
        pairs.map(|(estimate, figure)| {
            assert_eq!(estimate.n, 2 * n);
            assert!((estimate.mean - figure).abs() < 1e-14);
            assert!(estimate.low < figure && figure < estimate.high);
            estimate.high - estimate.low
        })
    };
    for (few, many) in of(200).into_iter().zip(of(3200)) {
        assert!((2.8..5.7).contains(&(few / many)), "{few} to {many}");
    }
}

#[test]
fn members_are_averaged() {
    let settings = Bootstrap {
        resamples: 50,
        ..Bootstrap::default()
    };
    let sides = |m: u64| (shifted(4, 2 * m, 60, 0.0), shifted(4, 2 * m + 1, 50, 1.0));
    let (a, b) = (sides(0), sides(1));
    let one = detection(&[(&a.0, &a.1)], &settings).unwrap();
    let other = detection(&[(&b.0, &b.1)], &settings).unwrap();
    let both = detection(&[(&a.0, &a.1), (&b.0, &b.1)], &settings).unwrap();
    let middle = |x: f64, y: f64| 0.5 * (x + y);
    assert!((both.fpr95.mean - middle(one.fpr95.mean, other.fpr95.mean)).abs() < 1e-14);
    assert!((both.auroc.mean - middle(one.auroc.mean, other.auroc.mean)).abs() < 1e-14);
}

#[test]
fn separation_and_single_rows_do_not_pretend_to_certainty() {
    let perfect = auroc_interval(&[(&[0.0; 20], &[1.0; 500])], 0.95).unwrap();
    // Wilson's lower end for 20 of 20.
    let wilson = 20.0 / (20.0 + Z * Z);
    assert!(perfect.mean == 1.0 && perfect.high == 1.0);
    assert!((perfect.low - wilson).abs() < 1e-12);
    let reversed = auroc_interval(&[(&[1.0; 20], &[0.0; 500])], 0.95).unwrap();
    assert!(reversed.mean == 0.0 && (reversed.high - (1.0 - wilson)).abs() < 1e-12);
    let single = auroc_interval(&[(&[0.0, 1.0], &[0.5])], 0.95).unwrap();
    assert_eq!((single.low, single.mean, single.high), (0.0, 0.5, 1.0));
    let settings = Bootstrap {
        resamples: 20,
        ..Bootstrap::default()
    };
    let constant = detection(&[(&[1.0; 9], &[1.0; 5])], &settings).unwrap();
    assert_eq!(constant.fpr95.mean, 1.0);
    assert_eq!(constant.auroc.mean, 0.5);
    assert!(detection(&[(&[1.0], &[2.0])], &settings).is_ok());
}

#[test]
fn bad_input_is_named() {
    let settings = Bootstrap::default();
    let message = |inside: &[f64], outside: &[f64]| {
        detection(&[(inside, outside)], &settings)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        message(&[], &[1.0]),
        "in-distribution scores must not be empty"
    );
    assert_eq!(
        message(&[1.0], &[]),
        "out-of-distribution scores must not be empty"
    );
    assert!(message(&[1.0], &[2.0, f64::NAN]).contains("entry 1 is NaN"));
    assert!(message(&[f64::NEG_INFINITY], &[2.0]).contains("entry 0 is -inf"));
    let none = detection(&[], &settings).unwrap_err().to_string();
    assert_eq!(none, "members must not be empty");
    let uneven = auroc_interval(&[(&[1.0], &[2.0]), (&[1.0, 2.0], &[2.0])], 0.95);
    assert!(
        uneven
            .unwrap_err()
            .to_string()
            .contains("must have 1 entries, got 2")
    );
}
