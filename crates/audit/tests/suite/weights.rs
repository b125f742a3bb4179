//! A weight is how often a row stands there: whole weights give the figures of the repeated rows.

use decay_audit::interval::SplitMix;
use decay_audit::{Logits, Metric, MetricTask};

use crate::synthetic::{CLASSES, labels, logits, normals};

/// Weights from 0 to 3, and the rows that they stand for, copies together.
fn weights(rows: usize) -> (Vec<f64>, Vec<usize>) {
    let draws = SplitMix::new(3, 8);
    let counts: Vec<usize> = (0..rows as u64).map(|i| draws.below(i, 4)).collect();
    let repeated = counts.iter().enumerate();
    (
        counts.iter().map(|&count| count as f64).collect(),
        repeated
            .flat_map(|(row, &count)| vec![row; count])
            .collect(),
    )
}

#[test]
fn weighted_classes_are_repeated_classes() {
    let labels = labels(11, 120);
    let logits = logits(11, 0, &labels);
    let (weights, rows) = weights(120);
    let values = |row: &usize| logits.values()[row * CLASSES..(row + 1) * CLASSES].to_vec();
    let copied = Logits::new(
        rows.iter().flat_map(values).collect::<Vec<_>>(),
        rows.len(),
        CLASSES,
    );
    let (copied, copied_labels) = (
        copied.unwrap(),
        rows.iter().map(|&row| labels[row]).collect::<Vec<_>>(),
    );
    let mut compared = 0;
    for metric in Metric::of_task(MetricTask::Classification) {
        // These keep a bandwidth and a number of bins found on rows counted once.
        let kept = ["smooth_ece", "ece_sweep"].contains(&metric.key);
        let Ok(weighted) = metric.of_classes(&logits, &labels, Some(&weights)) else {
            continue;
        };
        let repeated = metric.of_classes(&copied, &copied_labels, None).unwrap();
        if !kept {
            let gap = (weighted - repeated).abs();
            assert!(gap < 1e-12, "{}: {weighted} against {repeated}", metric.key);
            compared += 1;
        }
    }
    assert!(compared >= 24, "{compared}");
}

#[test]
fn weighted_values_are_repeated_values() {
    let (targets, guesses) = (normals(12, 0, 120), normals(12, 1, 120));
    let (weights, rows) = weights(120);
    let copy = |of: &[f64]| rows.iter().map(|&row| of[row]).collect::<Vec<f64>>();
    for metric in Metric::objectives(MetricTask::Regression) {
        let weighted = metric
            .of_values(&guesses, &targets, Some(&weights))
            .unwrap();
        let repeated = metric.of_values(&copy(&guesses), &copy(&targets), None);
        assert!(
            (weighted - repeated.unwrap()).abs() < 1e-12,
            "{}",
            metric.key
        );
    }
}

#[test]
fn weights_that_are_no_weights_are_refused() {
    let metric = Metric::named("accuracy").unwrap();
    let logits = Logits::new(vec![0.0, 1.0, 1.0, 0.0], 2, 2).unwrap();
    let message = |weights: &[f64]| {
        let refused = metric.of_classes(&logits, &[0, 1], Some(weights));
        refused.unwrap_err().to_string()
    };
    let range = "weights must be in [0, inf), not all 0";
    assert_eq!(message(&[-1.0, 2.0]), format!("{range}, got -1"));
    assert_eq!(message(&[0.0, 0.0]), format!("{range}, got 0"));
    assert!(message(&[1.0, f64::NAN]).contains("got NaN"));
    assert_eq!(message(&[1.0]), "weights must have 2 entries, got 1");
    // Of two wrong rows none is right, whatever they weigh; a curve over an order of rows wants whole ones.
    assert_eq!(
        metric.of_classes(&logits, &[0, 1], Some(&[1.0, 0.5])),
        Ok(0.0)
    );
    let curve = Metric::named("aurc").unwrap();
    let of_curve = |weights: &[f64]| curve.of_classes(&logits, &[0, 1], Some(weights));
    assert!(of_curve(&[2.0, 1.0]).is_ok() && of_curve(&[1.0, 0.5]).is_err());
}
