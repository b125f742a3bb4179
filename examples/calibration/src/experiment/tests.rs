//! Who fits whose temperature, and the two calibration errors.

use decay_audit::Logits;
use decay_audit::calibration::optimal_temperature;

use super::{calibration, cross_fitted};

/// Logits `±size`, of which every fourth is wrong: the temperature is `2 size / ln 3`.
fn half(size: f64, rows: usize) -> (Vec<f64>, Vec<usize>) {
    let logits = (0..rows).flat_map(|_| [size, -size]).collect();
    (
        logits,
        (0..rows).map(|row| usize::from(row % 4 == 3)).collect(),
    )
}

#[test]
fn each_half_gets_the_temperature_of_the_other() {
    let ((mut values, mut truth), (second, labels)) = (half(2.0, 40), half(6.0, 40));
    values.extend(second);
    truth.extend(labels);
    let logits = Logits::new(values, 80, 2).unwrap();
    let (tempered, temperature) = cross_fitted(&logits, &truth).unwrap();
    let fitted = |size: f64| 2.0 * size / 3.0f64.ln();
    assert!((tempered.values()[0] - 2.0 / fitted(6.0)).abs() < 1e-6);
    assert!((tempered.values()[159] + 6.0 / fitted(2.0)).abs() < 1e-6);
    assert!((temperature - (fitted(2.0) * fitted(6.0)).sqrt()).abs() < 1e-6);
    let all = optimal_temperature(&logits, &truth).unwrap().value;
    assert!(
        (temperature - all).abs() > 0.01,
        "one temperature for all rows is another"
    );
}

/// Three of four are right; sure of that to a thousandth or not at all.
#[test]
fn calibration_errors_are_the_gap_between_confidence_and_accuracy() {
    let (sure, truth) = half(20.0, 400);
    let found = calibration(&Logits::new(sure, 400, 2).unwrap(), &truth).unwrap();
    assert!((found.classic - 0.25).abs() < 1e-9, "{}", found.classic);
    assert!((found.debiased - 0.25).abs() < 0.02, "{}", found.debiased);
    let (right, truth) = half(3.0f64.ln() / 2.0, 400);
    let found = calibration(&Logits::new(right, 400, 2).unwrap(), &truth).unwrap();
    assert!(
        found.classic < 1e-9 && found.debiased < 0.02,
        "{} {}",
        found.classic,
        found.debiased
    );
}
