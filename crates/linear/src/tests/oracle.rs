//! Golden values: `tests/oracle/linear.json` (scikit-learn, scipy), whose features are exact in single precision.

use serde_json::Value;

use crate::{Logistic, Ridge, Rows};

/// A case of `linear.json` or `laplace.json`.
pub(super) fn golden(name: &str) -> Value {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracle");
    let cases = ["linear", "laplace"].into_iter().flat_map(|file| {
        let text = std::fs::read_to_string(format!("{folder}/{file}.json")).unwrap();
        let all: Value = serde_json::from_str(&text).unwrap();
        all["cases"].as_array().unwrap().clone()
    });
    cases.into_iter().find(|case| case["name"] == name).unwrap()
}

pub(super) fn numbers(value: &Value) -> Vec<f64> {
    let values = value["data"].as_array().unwrap().iter();
    values.map(|value| value.as_f64().unwrap()).collect()
}

/// Features in single precision, and their number in a row.
pub(super) fn features(case: &Value) -> (Vec<f32>, usize) {
    let all = numbers(&case["inputs"]["x"])
        .iter()
        .map(|&x| x as f32)
        .collect();
    (
        all,
        case["inputs"]["x"]["shape"][1].as_u64().unwrap() as usize,
    )
}

#[test]
fn ridge_paths_agree() {
    let case = golden("ridge_path_intercept");
    let ((x, inputs), y) = (features(&case), numbers(&case["inputs"]["y"]));
    let rows = Rows {
        features: &x,
        inputs,
        weights: None,
    };
    let alphas = numbers(&case["params"]["alpha"]).into_iter();
    let rates: Vec<f64> = alphas.map(|alpha| 2.0 * alpha / y.len() as f64).collect();
    let path = Ridge::new(&rows, &y, 1).unwrap().path(&rates).unwrap();
    let found: Vec<f64> = path.iter().flat_map(|own| own.weights.clone()).collect();
    let bias: Vec<f64> = path.iter().map(|own| own.bias[0]).collect();
    for (found, key) in [(found, "coef"), (bias, "intercept")] {
        for (found, wanted) in found.iter().zip(numbers(&case["expected"][key])) {
            assert!(
                (found - wanted).abs() < 1e-9 * wanted.abs() + 1e-11,
                "{key}: {found} for {wanted}"
            );
        }
    }
}

#[test]
fn objectives_of_scikit_learn_are_reached() {
    for (name, factor) in [("logistic_multinomial", 1.0), ("logistic_binary", 2.0)] {
        let case = golden(name);
        let (x, inputs) = features(&case);
        let labels: Vec<u32> = numbers(&case["inputs"]["labels"])
            .iter()
            .map(|&y| y as u32)
            .collect();
        let classes = 1 + *labels.iter().max().unwrap() as usize;
        let count = labels.len() as f64;
        let made = super::Made {
            features: x,
            inputs,
            labels,
            classes,
        };
        let strengths = numbers(&case["params"]["C"]);
        let rates: Vec<f64> = strengths.iter().map(|c| factor / (c * count)).collect();
        let wanted = case["expected"]["objective"].as_array().unwrap().iter();
        let model = Logistic::new(&made.rows(None), &made.labels, classes).unwrap();
        let path = model.path(&rates).unwrap();
        for (((own, &rate), c), wanted) in path.iter().zip(&rates).zip(&strengths).zip(wanted) {
            let (found, wanted) = (
                c * count * made.objective(None, own, rate).0,
                wanted.as_f64().unwrap(),
            );
            assert!(
                (found / wanted - 1.0).abs() < 1e-6,
                "{name}: {found} for {wanted}"
            );
        }
    }
}
