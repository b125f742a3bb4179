//! Rules that choose a strength, and the evidence, against scikit-learn, scipy and torch.

use nalgebra::{DMatrix, DVector};
use serde_json::Value;

use super::noise;
use super::oracle::{features, golden, numbers};
use crate::{Coordinate, Hyperprior, Ridge, Rows, Rule, Spectrum};

fn close(found: f64, wanted: f64, tolerance: f64) {
    assert!(
        (found - wanted).abs() <= tolerance * wanted.abs().max(1e-12),
        "{found} for {wanted}"
    );
}

/// Of a matrix without a mean taken off, as these golden values are.
fn spectrum(a: &Value, b: &Value) -> Spectrum {
    let shape = |place: usize| a["shape"][place].as_u64().unwrap() as usize;
    let a = DMatrix::from_row_slice(shape(0), shape(1), &numbers(a));
    let b = DVector::from_vec(numbers(b));
    let svd = a.clone().svd(true, false);
    let seen = svd.u.unwrap().tr_mul(&b);
    let own = |(s, seen): (&f64, &f64)| Coordinate {
        gain: s * s,
        penalty: 1.0,
        seen: seen * seen,
    };
    Spectrum {
        coordinates: svd.singular_values.iter().zip(&seen).map(own).collect(),
        beyond: a.nrows() - a.ncols(),
        unexplained: b.norm_squared() - seen.norm_squared(),
    }
}

fn ridge(case: &Value) -> Ridge {
    let ((x, inputs), y) = (features(case), numbers(&case["inputs"]["y"]));
    let rows = Rows {
        features: &x,
        inputs,
        weights: None,
    };
    Ridge::new(&rows, &y, 1).unwrap()
}

#[test]
fn errors_of_rows_that_are_left_out_agree() {
    let case = golden("ridge_loo_intercept");
    let ridge = ridge(&case);
    let wanted = numbers(&case["expected"]["squared_errors"]);
    let alphas = numbers(&case["params"]["alpha"]);
    for (place, &alpha) in alphas.iter().enumerate() {
        let rate = ridge.rate(alpha);
        close(ridge.strength(rate), alpha, 1e-15);
        let found = ridge.left_out(rate).unwrap();
        let wanted = wanted.iter().skip(place).step_by(alphas.len());
        for (found, wanted) in found.iter().zip(wanted) {
            close(found * found, *wanted, 1e-9);
        }
    }
}

#[test]
fn filters_and_generalised_cross_validation_agree() {
    let case = golden("svd_filter_factors_and_gcv");
    let spectrum = spectrum(&case["inputs"]["x"], &case["inputs"]["y"]);
    let expected = |key: &str| numbers(&case["expected"][key]);
    let filters = expected("filter_factors");
    let wide = spectrum.coordinates.len();
    for (place, alpha) in numbers(&case["params"]["alpha"]).into_iter().enumerate() {
        let of_rate = |key: &str| expected(key)[place];
        for (own, wanted) in spectrum.coordinates.iter().zip(&filters[place * wide..]) {
            close(own.filter(alpha), *wanted, 1e-9);
        }
        close(
            spectrum.residual(alpha),
            of_rate("residual_sum_of_squares"),
            1e-9,
        );
        close(spectrum.cross_validation(alpha), of_rate("gcv"), 1e-9);
        let free = of_rate("effective_degrees_of_freedom");
        close(spectrum.degrees_of_freedom(alpha), free, 1e-9);
    }
}

#[test]
fn the_l_curve_agrees() {
    let case = golden("l_curve");
    let spectrum = spectrum(&case["inputs"]["a"], &case["inputs"]["b"]);
    let alphas = numbers(&case["params"]["alpha"]);
    let wanted = numbers(&case["expected"]["curvature"]);
    for (alpha, wanted) in alphas.iter().zip(wanted) {
        let found = spectrum.curvature(*alpha);
        assert!(
            (found - wanted).abs() < 1e-6 * wanted.abs() + 1e-6,
            "{alpha}: {found} {wanted}"
        );
    }
    let corner = case["expected"]["corner_alpha"].as_f64().unwrap();
    // The grid has eight steps to a decade.
    assert!((spectrum.choose(Rule::LCurve) / corner).log10().abs() < 0.125);
}

#[test]
fn the_evidence_agrees() {
    let case = golden("linear_log_evidence");
    let spectrum = spectrum(&case["inputs"]["x"], &case["inputs"]["y"]);
    let of = |part: &str, key: &str| -> Vec<f64> {
        let all = case[part][key].as_array().unwrap().iter();
        all.map(|own| own.as_f64().unwrap()).collect()
    };
    let precisions = of("params", "noise_precision")
        .into_iter()
        .zip(of("params", "weight_precision"));
    for ((noise, weights), wanted) in precisions.zip(of("expected", "log_evidence")) {
        close(spectrum.log_evidence(noise, weights), wanted, 1e-9);
    }
}

#[test]
fn the_most_probable_precisions_agree() {
    let case = golden("linear_evidence_maximisation");
    let spectrum = spectrum(&case["inputs"]["x"], &case["inputs"]["y"]);
    let found = spectrum.maximise_evidence(Hyperprior::default()).unwrap();
    let expected = |key: &str| case["expected"][key].as_f64().unwrap();
    close(found.noise_precision, expected("noise_precision"), 1e-6);
    close(found.weight_precision, expected("weight_precision"), 1e-6);
    close(
        found.determined,
        expected("well_determined_parameters"),
        1e-6,
    );
    close(found.log_evidence, expected("log_evidence"), 1e-9);
    close(found.strength(), expected("equivalent_ridge_alpha"), 1e-6);
    // The profile over the noise has its maximum at the same strength.
    assert!(
        (spectrum.choose(Rule::Evidence) / found.strength())
            .log10()
            .abs()
            < 1e-3
    );
}

/// Scikit-learn counts the mean, which is fitted, among the rows that tell of noise.
#[test]
fn the_most_probable_precisions_beside_a_mean_agree() {
    let case = golden("bayesian_ridge_defaults_with_intercept");
    let ridge = ridge(&case);
    let mut spectrum = ridge.spectrum(0);
    assert_eq!(spectrum.count(), numbers(&case["inputs"]["y"]).len() - 1);
    spectrum.beyond += 1;
    let prior = Hyperprior {
        noise: [1e-6; 2],
        weights: [1e-6; 2],
    };
    let found = spectrum.maximise_evidence(prior).unwrap();
    let expected = |key: &str| case["expected"][key].as_f64().unwrap();
    close(found.noise_precision, expected("noise_precision"), 1e-6);
    close(found.weight_precision, expected("weight_precision"), 1e-6);
    let model = &ridge.path(&[ridge.rate(found.strength())]).unwrap()[0];
    close(model.bias[0], expected("intercept"), 1e-6);
    for (found, wanted) in model.weights.iter().zip(numbers(&case["expected"]["coef"])) {
        close(*found, wanted, 1e-6);
    }
}

#[test]
fn nothing_is_most_probable_of_rows_that_say_nothing() {
    let none = Spectrum {
        coordinates: vec![Coordinate {
            gain: 1.0,
            penalty: 1.0,
            seen: 0.0,
        }],
        beyond: 3,
        unexplained: 0.0,
    };
    assert_eq!(none.maximise_evidence(Hyperprior::default()), None);
    let blind = Spectrum {
        coordinates: vec![
            Coordinate {
                gain: 0.0,
                penalty: 1.0,
                seen: 1.0
            };
            3
        ],
        ..none
    };
    assert_eq!(blind.maximise_evidence(Hyperprior::default()), None);
}

/// Against models of all other rows, fitted one by one, whose penalty has the strength that it has beside all.
#[test]
fn rows_need_not_be_left_out_one_by_one() {
    let (count, inputs, targets) = (17, 4, 2);
    let features: Vec<f32> = noise(21, count * inputs)
        .iter()
        .map(|x| *x as f32)
        .collect();
    let answers = noise(22, count * targets);
    let even = vec![1.0; count];
    let uneven: Vec<f64> = (0..count).map(|row| 0.5 + (row % 3) as f64).collect();
    for weights in [even, uneven] {
        let fit = |features: &[f32], answers: &[f64], weights: &[f64]| {
            let rows = Rows {
                features,
                inputs,
                weights: Some(weights),
            };
            Ridge::new(&rows, answers, targets).unwrap()
        };
        let total: f64 = weights.iter().sum();
        let rate = 0.3;
        let found = fit(&features, &answers, &weights).left_out(rate).unwrap();
        for row in 0..count {
            let without = |width: usize| {
                let all = (0..count).filter(move |other| *other != row);
                all.flat_map(move |other| other * width..(other + 1) * width)
            };
            let features_of: Vec<f32> = without(inputs).map(|place| features[place]).collect();
            let answers_of: Vec<f64> = without(targets).map(|place| answers[place]).collect();
            let weights_of: Vec<f64> = without(1).map(|place| weights[place]).collect();
            let own = rate * total / (total - weights[row]);
            let model = &fit(&features_of, &answers_of, &weights_of)
                .path(&[own])
                .unwrap()[0];
            let predicted = model.outputs(&features[row * inputs..(row + 1) * inputs]);
            for (place, predicted) in (row * targets..).zip(predicted) {
                close(found[place], answers[place] - predicted, 1e-10);
            }
        }
    }
}
