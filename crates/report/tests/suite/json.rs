//! Records through JSON, with numbers that JSON does not have.

use crate::synthetic;
use decay_report::{Report, Selection, Spread, to_json};
use serde_json::Value;

#[test]
fn a_report_survives_json() {
    let report = synthetic::report(&synthetic::demonstration_rates(), 5);
    let bytes = to_json("report", &report).unwrap();
    let back: Report = serde_json::from_slice(&bytes).unwrap();
    // Empty reliability bins hold NaN, which is not equal to itself; their text is.
    assert_eq!(to_json("report", &back).unwrap(), bytes);
    assert_eq!(
        back.sweep.as_ref().map(|s| s.threshold),
        report.sweep.as_ref().map(|s| s.threshold)
    );
    assert_eq!(back.audit, report.audit);
}

#[test]
fn nan_and_infinity_become_null_and_come_back_as_nan() {
    let spread = Spread {
        mean: f64::INFINITY,
        sd: f64::NAN,
        se: 0.5,
        n: 3,
    };
    let text = String::from_utf8(to_json("spread", &spread).unwrap()).unwrap();
    assert!(text.contains("\"mean\": null"), "{text}");
    let back: Spread = serde_json::from_str(&text).unwrap();
    assert!(back.mean.is_nan() && back.sd.is_nan());
    assert_eq!((back.se, back.n), (0.5, 3));
}

#[test]
fn the_selection_names_the_choice_and_all_candidates() {
    let sweep = synthetic::sweep(&[0.0, 0.01, 0.1, 1.0], 3);
    let selection = Selection::from(&sweep);
    assert_eq!(selection.candidates.len(), 4);
    assert_eq!(selection.chosen_rate, sweep.points[sweep.chosen].rate);
    assert_eq!(selection.best_rate, sweep.points[sweep.best].rate);
    let value: Value = serde_json::from_slice(&to_json("selection", &selection).unwrap()).unwrap();
    assert_eq!(value["rule"], "one standard error");
    assert_eq!(value["metric"], "validation NLL");
    assert_eq!(value["candidates"][0]["half_life_epochs"], Value::Null);
}

#[test]
fn a_spread_is_the_sample_standard_deviation() {
    let spread = Spread::of(&[1.0, 2.0, 3.0, 4.0]);
    assert_eq!((spread.mean, spread.n), (2.5, 4));
    assert!((spread.sd - (5.0f64 / 3.0).sqrt()).abs() < 1e-15);
    assert!((spread.se - (5.0f64 / 12.0).sqrt()).abs() < 1e-15);
    let alone = Spread::of(&[7.0]);
    assert!(alone.sd.is_nan() && alone.low() == 7.0 && alone.high() == 7.0);
    assert!(Spread::of(&[]).mean.is_nan());
}
