//! Scores fitted on rows: against other implementations, at their limits, on singular data.

use crate::golden::own_cases;
use crate::synthetic::normals;
use decay_audit::Logits;
use decay_audit::ood::{
    Detector, Disagreement, Evidence, FeatureScale, Features, Fitting, KlMatching,
    LayeredMahalanobis, LinearHead, Mahalanobis, NearestNeighbours, Need, RelativeMahalanobis, Vim,
    auroc,
};

const FILE: &str = "scores.json";

fn features(values: Vec<f64>, width: usize) -> Features<'static> {
    let rows = values.len() / width;
    Features::new(values, rows, width).unwrap()
}

fn close(got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len());
    for (got, want) in got.iter().zip(want) {
        assert!(
            (got - want).abs() <= tolerance * want.abs().max(1.0),
            "{got} and {want}"
        );
    }
}

#[test]
fn vim_matches_the_authors_script_and_pytorch_ood() {
    for case in own_cases(FILE, |name| name == "vim") {
        let train = case.features("/train");
        let head = LinearHead::new(case.values("/weight"), case.values("/bias"), train.width());
        let principal = case.param("/principal") as usize;
        let vim = Vim::fit(&train, &head.unwrap(), principal).unwrap();
        case.check("/alpha", &[vim.alpha()]);
        for side in ["in", "out"] {
            let score = vim
                .score(&case.features(&format!("/features_{side}")))
                .unwrap();
            case.check(&format!("/score_{side}"), &score);
            let single = case.expected(&format!("/score_pytorch_ood_{side}"));
            close(&score, &single, 1e-5);
        }
    }
}

#[test]
fn kl_matching_matches_pytorch_ood() {
    for case in own_cases(FILE, |name| name == "kl_matching") {
        let fitted = KlMatching::fit(&case.logits("/train"));
        for side in ["in", "out"] {
            let logits = case.logits(&format!("/logits_{side}"));
            case.check(&format!("/score_{side}"), &fitted.score(&logits).unwrap());
        }
    }
}

/// Where every fitting row of a class is alike, a row of that class is at divergence 0, and however saturated
/// the logits are, no score is infinite.
#[test]
fn kl_matching_is_zero_on_typical_rows_and_finite_on_saturated_ones() {
    let typical = Logits::new(vec![2.0, 1.0, 0.0, 0.0, 3.0, 1.0], 2, 3).unwrap();
    let fitted = KlMatching::fit(&typical);
    close(&fitted.score(&typical).unwrap(), &[0.0, 0.0], 1e-15);
    let saturated = Logits::new(vec![0.0, 0.0, 5000.0], 1, 3).unwrap();
    assert!(
        KlMatching::fit(&saturated)
            .score(&typical)
            .unwrap()
            .iter()
            .all(|s| s.is_finite())
    );
}

#[test]
fn disagreement_matches_numpy() {
    for case in own_cases(FILE, |name| name == "disagreement") {
        let (shape, values) = case.input("/members");
        let member = |m: &[f64]| Logits::new(m.to_vec(), shape[1], shape[2]).unwrap();
        let members: Vec<_> = values
            .chunks_exact(shape[1] * shape[2])
            .map(member)
            .collect();
        let found = Disagreement::of(&members).unwrap();
        case.check("/predictive_entropy", &found.predictive_entropy);
        case.check("/mutual_information", &found.mutual_information);
        case.check("/variance", &found.variance);
    }
}

/// Members that agree have nothing but their common entropy; two that are sure of different classes have
/// one bit of information and, over both classes, a variance of a half.
#[test]
fn disagreement_at_its_limits() {
    let one = Logits::new(vec![1.0, 0.0, 0.5, 0.5], 2, 2).unwrap();
    let same = Disagreement::of(&[one.clone(), one.clone(), one]).unwrap();
    close(&same.mutual_information, &[0.0, 0.0], 1e-15);
    close(&same.variance, &[0.0, 0.0], 1e-15);
    let sure = |first: f64| Logits::new(vec![first, 0.0], 1, 2).unwrap();
    let split = Disagreement::of(&[sure(800.0), sure(-800.0)]).unwrap();
    close(&split.mutual_information, &[std::f64::consts::LN_2], 1e-15);
    close(&split.variance, &[0.5], 1e-15);
}

/// Mahalanobis distances do not change with an invertible map of the features, and do not lose their digits to
/// an offset a million times the spread.
#[test]
fn mahalanobis_does_not_depend_on_the_features_units() {
    let (width, labels) = (3, crate::synthetic::labels(1, 80));
    let plain = features(normals(1, 1, 80 * width), width);
    let map = |row: &[f64]| [2.0 * row[0] - row[1], 0.1 * row[1] + 1e6, row[2] + row[0]];
    let mapped = features(plain.iter_rows().flat_map(map).collect(), width);
    let score = |f: &Features<'_>| Mahalanobis::fit(f, &labels).unwrap().score(f).unwrap();
    close(&score(&mapped), &score(&plain), 1e-7);
    let relative = |f: &Features<'_>| {
        let fitted = RelativeMahalanobis::fit(f, &labels).unwrap();
        fitted.score(f).unwrap()
    };
    close(&relative(&mapped), &relative(&plain), 1e-7);
}

/// With one class the class Gaussian is the background, and nothing is left.
#[test]
fn relative_mahalanobis_of_one_class_is_zero() {
    let rows = features(normals(2, 1, 60), 3);
    let fitted = RelativeMahalanobis::fit(&rows, &[0; 20]).unwrap();
    close(&fitted.score(&rows).unwrap(), &[0.0; 20], 1e-12);
}

/// A dead unit and a repeated one: the covariance is singular, the ridge is `1e-6 trace / width`, and a step along
/// the dead unit counts `step² / ridge` more than the same row without it.
#[test]
fn a_singular_covariance_gets_the_documented_ridge() {
    let noise = normals(3, 1, 200);
    let rows = |n: usize| noise[..2 * n].chunks_exact(2);
    let widened = |n: usize, dead: f64| -> Vec<f64> {
        rows(n).flat_map(|r| [r[0], r[1], r[0], dead]).collect()
    };
    let train = features(widened(100, 0.0), 4);
    let fitted = Mahalanobis::fit(&train, &[0; 100]).unwrap();
    let mean = |column: usize| rows(100).map(|r| r[column]).sum::<f64>() / 100.0;
    let variance = |c: usize| rows(100).map(|r| (r[c] - mean(c)).powi(2)).sum::<f64>() / 100.0;
    let ridge = 1e-6 * (2.0 * variance(0) + variance(1)) / 4.0;
    close(&[fitted.ridge() / ridge], &[1.0], 1e-12);
    let moved = fitted.score(&features(widened(1, 0.5), 4)).unwrap()[0];
    let unmoved = fitted.score(&features(widened(1, 0.0), 4)).unwrap()[0];
    close(&[(moved - unmoved) * ridge], &[0.25], 1e-5);
}

/// A feature that is a sum of others leaves a pivot of rounding, often above 0: it must not count as a direction.
#[test]
fn dependent_features_count_as_singular() {
    for seed in 0..20 {
        let sum = |r: &[f64]| [r[0], r[1], 0.3 * r[0] + 0.7 * r[1]];
        let rows: Vec<f64> = normals(seed, 9, 120)
            .chunks_exact(2)
            .flat_map(sum)
            .collect();
        let fitted = Mahalanobis::fit(&features(rows, 3), &[0; 60]).unwrap();
        assert!(fitted.ridge() > 0.0, "{seed}");
    }
}

#[test]
fn features_that_never_vary_have_no_distance() {
    // The mean of three times 0.1 is not 0.1, which must not count as variance.
    for (value, labels) in [(1.5, [0, 1, 1]), (0.1, [0, 0, 0])] {
        let constant = features(vec![value; 9], 3);
        let error = Mahalanobis::fit(&constant, &labels).unwrap_err();
        assert!(error.to_string().contains("no feature varies"), "{error}");
    }
}

/// One layer is the plain score on another scale; a layer counted twice counts twice; the units of a layer do not
/// matter.
#[test]
fn layered_mahalanobis_is_the_sum_of_standard_scores() {
    let (labels, width) = (crate::synthetic::labels(4, 60), 3);
    let first = features(normals(4, 1, 60 * width), width);
    let second = features(normals(4, 2, 60 * 5).iter().map(|x| 1e3 * x).collect(), 5);
    let plain = Mahalanobis::fit(&first, &labels)
        .unwrap()
        .score(&first)
        .unwrap();
    let mean = plain.iter().sum::<f64>() / 60.0;
    let sd = (plain.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / 59.0).sqrt();
    let standard: Vec<f64> = plain.iter().map(|s| (s - mean) / sd).collect();
    let of = |layers: &[Features<'_>]| {
        let fitted = LayeredMahalanobis::fit(layers, &labels).unwrap();
        fitted.score(layers).unwrap()
    };
    let alone = of(std::slice::from_ref(&first));
    close(&alone, &standard, 1e-12);
    let both = of(&[first.clone(), second.clone()]);
    let other = of(&[second]);
    let sum: Vec<f64> = alone.iter().zip(&other).map(|(a, b)| a + b).collect();
    close(&both, &sum, 1e-12);
}

/// Brute force over more rows than a block holds, duplicates and a row of zeros included.
#[test]
fn nearest_neighbours_are_those_of_a_full_sort() {
    let width = 5;
    let mut train = normals(5, 1, 300 * width);
    let repeated = train[..20 * width].to_vec();
    train.extend(repeated);
    train.extend([0.0; 5]);
    let mut queries = normals(5, 2, 150 * width);
    queries.extend(&train[..10 * width]);
    queries.extend([0.0; 5]);
    let (train, queries) = (features(train, width), features(queries, width));
    for k in [1, 2, 7, 321] {
        let fitted = NearestNeighbours::with(&train, k, FeatureScale::Unit).unwrap();
        let unit = |row: &[f64]| {
            let norm = row.iter().map(|x| x * x).sum::<f64>().sqrt();
            let norm = if norm == 0.0 { 1.0 } else { norm };
            row.iter().map(|x| x / norm).collect::<Vec<_>>()
        };
        let brute = |query: &[f64]| {
            let query = unit(query);
            let gap = |row: &[f64]| {
                let squares = unit(row)
                    .iter()
                    .zip(&query)
                    .map(|(a, b)| (a - b).powi(2))
                    .sum::<f64>();
                squares.sqrt()
            };
            let mut all: Vec<f64> = train.iter_rows().map(gap).collect();
            all.sort_by(f64::total_cmp);
            all[k - 1]
        };
        let expected: Vec<f64> = queries.iter_rows().map(brute).collect();
        close(&fitted.score(&queries).unwrap(), &expected, 1e-12);
    }
    assert_eq!(NearestNeighbours::fit(&train).k(), 50);
    assert_eq!(NearestNeighbours::fit(&features(vec![1.0, 2.0], 2)).k(), 1);
}

#[test]
fn vim_refuses_what_leaves_no_residual() {
    let head = LinearHead::new(vec![1.0, 0.0, 0.5, 1.0, 0.0, -1.0], vec![0.0, 0.0], 3).unwrap();
    let line = features(vec![1.0, 1.0, 0.0, 2.0, 2.0, 0.0, -3.0, -3.0, 0.0], 3);
    let error = Vim::fit(&line, &head, 1).unwrap_err().to_string();
    assert!(error.contains("no residual"), "{error}");
    let error = Vim::fit(&line, &head, 3).unwrap_err().to_string();
    assert_eq!(error, "principal must be in [0, width), got 3");
}

/// Whatever is listed fits, scores every row, tells a shifted cloud from the fitting rows, and is refused by name
/// where what it needs is missing.
#[test]
fn every_detector_tells_shifted_rows_apart() {
    let (width, classes) = (6, crate::synthetic::CLASSES);
    let labels = crate::synthetic::labels(6, 400);
    let weight: Vec<f64> = (0..classes * width)
        .map(|i| if i / width == i % width { 4.0 } else { 0.0 })
        .collect();
    let head = LinearHead::new(weight, vec![0.0; classes], width).unwrap();
    // Classes lie along the first directions; outside rows sit between them and off in the last direction.
    let mut inside = normals(6, 1, 400 * width);
    for (row, label) in inside.chunks_exact_mut(width).zip(&labels) {
        row.iter_mut().for_each(|x| *x *= 0.3);
        row[*label] += 2.0;
    }
    let mut outside = normals(6, 2, 300 * width);
    for row in outside.chunks_exact_mut(width) {
        row.iter_mut().for_each(|x| *x *= 0.1);
        row[width - 1] += 2.0;
    }
    let sides = [features(inside, width), features(outside, width)];
    let logits = sides.each_ref().map(|f| head.logits(f).unwrap());
    let members = logits.each_ref().map(|l| {
        let turned = |m: u64| {
            let noise = normals(7, m, l.values().len());
            let values: Vec<f64> = l
                .values()
                .iter()
                .zip(noise)
                .map(|(z, e)| z + 2.0 * e)
                .collect();
            Logits::new(values, l.rows(), classes).unwrap()
        };
        [turned(0), turned(1), turned(2)]
    });
    let layers = sides.each_ref().map(|f| [f.clone(), f.clone()]);
    let evidence = |side: usize| Evidence {
        logits: Some(&logits[side]),
        features: Some(&sides[side]),
        layers: &layers[side],
        members: &members[side],
    };
    let fitting = Fitting {
        evidence: evidence(0),
        labels: &labels,
        head: Some(&head),
    };
    for detector in Detector::ALL {
        assert!(detector.is_served_by(&fitting));
        assert!(!detector.is_served_by(&Fitting::default()));
        let fitted = detector.fit(&fitting).unwrap();
        let scores = [0, 1].map(|side| fitted.score(&evidence(side)).unwrap());
        assert_eq!((scores[0].len(), scores[1].len()), (400, 300));
        let area = auroc(&scores[0], &scores[1]).unwrap();
        assert!(area > 0.9, "{}: {area}", detector.name());
        let bare = fitted.score(&Evidence::default());
        assert!(bare.is_err(), "{}", detector.name());
        let unfitted = detector.fit(&Fitting::default());
        let free = matches!(detector.need(), Need::Logits | Need::Members);
        assert_eq!(unfitted.is_ok(), free, "{}", detector.name());
    }
}

#[test]
fn detectors_are_named_once_and_serialise_as_named() {
    let names: std::collections::BTreeSet<_> = Detector::ALL.iter().map(|d| d.name()).collect();
    assert_eq!(names.len(), Detector::ALL.len());
    for detector in Detector::ALL {
        let json = serde_json::to_string(&detector).unwrap();
        assert_eq!(json, format!("\"{}\"", detector.name()));
    }
}

#[test]
fn bad_features_are_named() {
    let message =
        |values: Vec<f64>, rows, width| Features::new(values, rows, width).unwrap_err().to_string();
    assert_eq!(message(vec![], 0, 3), "features must not be empty");
    assert_eq!(
        message(vec![1.0; 5], 2, 3),
        "features must have 6 entries, got 5"
    );
    assert!(message(vec![1.0, f64::NAN], 1, 2).contains("entry 1 is NaN"));
    assert!(message(vec![1e200, 0.0], 1, 2).contains("[-1e100, 1e100]"));
    let fitted = NearestNeighbours::fit(&features(vec![1.0, 2.0], 2));
    let error = fitted
        .score(&features(vec![1.0; 3], 3))
        .unwrap_err()
        .to_string();
    assert_eq!(error, "features of a row must have 2 entries, got 3");
    let k = NearestNeighbours::with(&features(vec![1.0, 2.0], 2), 2, FeatureScale::Raw);
    assert!(
        k.unwrap_err()
            .to_string()
            .contains("k must be in [1, number of fitting rows], got 2")
    );
}
