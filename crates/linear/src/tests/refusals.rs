//! What is refused.

use super::Made;
use crate::{LinearError, Logistic, Ridge, Rows};

#[test]
fn what_does_not_fit_together_is_refused_with_what_was_given() {
    let made = Made::new(6, 2, 3);
    let short = Logistic::new(&made.rows(None), &[0, 1], 3).unwrap_err();
    assert_eq!(short.to_string(), "labels: 6 values wanted, got 2");
    let beyond = Logistic::new(&made.rows(None), &[0, 1, 2, 3, 0, 1], 3).unwrap_err();
    assert_eq!(
        beyond,
        LinearError::Label {
            label: 3,
            classes: 3
        }
    );
    let nothing = Ridge::new(&made.rows(Some(&[0.0; 6])), &[0.0; 6], 1).unwrap_err();
    assert_eq!(nothing, LinearError::NoRows);
    let negative = Ridge::new(&made.rows(Some(&[-1.0; 6])), &[0.0; 6], 1).unwrap_err();
    assert_eq!(negative, LinearError::Weight(-1.0));
    let nan = Ridge::new(&made.rows(None), &[f64::NAN; 6], 1).unwrap_err();
    assert_eq!(nan, LinearError::NotFinite("answer"));
    let hole = Rows {
        features: &[f32::NAN],
        inputs: 1,
        weights: None,
    };
    let nan = Logistic::new(&hole, &[0], 2).unwrap_err();
    assert_eq!(nan, LinearError::NotFinite("feature"));
}

#[test]
fn a_rate_is_a_finite_number_of_at_least_0() {
    let made = Made::new(6, 2, 3);
    let model = Logistic::new(&made.rows(None), &made.labels, 3).unwrap();
    for rate in [-1.0, f64::INFINITY] {
        assert_eq!(
            model.path(&[0.1, rate]).unwrap_err(),
            LinearError::Rate(rate)
        );
    }
    assert!(model.path(&[f64::NAN]).is_err());
}

#[test]
fn who_is_told_to_stop_stops() {
    let made = Made::new(6, 2, 3);
    let model = Logistic::new(&made.rows(None), &made.labels, 3).unwrap();
    let stopped = model.path_until(&[0.1], 1e-5, &|| true).unwrap_err();
    assert_eq!(stopped, LinearError::Stopped);
}

#[test]
fn one_class_and_no_features_are_solved_too() {
    let made = Made::new(6, 2, 3);
    let only = Logistic::new(&made.rows(None), &[0; 6], 1)
        .unwrap()
        .path(&[0.1])
        .unwrap();
    assert_eq!(only[0].weights, [0.0, 0.0]);
    let constant = Rows {
        features: &[2.0; 6],
        inputs: 1,
        weights: None,
    };
    let model = &Logistic::new(&constant, &made.labels, 3)
        .unwrap()
        .path(&[0.0])
        .unwrap()[0];
    assert_eq!(model.weights, [0.0; 3]);
}
