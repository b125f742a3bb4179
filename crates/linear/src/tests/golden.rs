//! Golden values: `tests/golden/golden.json`, made by `make_golden.py` with scikit-learn.

use serde_json::Value;

use crate::{Logistic, Ridge, Rows};

/// Largest difference to a weight or bias of scikit-learn, relative to the largest of the model.
const NEAR: f64 = 1e-6;

struct Case {
    features: Vec<f32>,
    inputs: usize,
    weights: Option<Vec<f64>>,
    golden: Value,
}

impl Case {
    fn all(kind: &str) -> Vec<Self> {
        let text = include_str!("../../tests/golden/golden.json");
        let all: Value = serde_json::from_str(text).unwrap();
        let cases = all[kind].as_array().unwrap().iter().cloned();
        cases.map(Self::of).collect()
    }

    fn of(golden: Value) -> Self {
        let rows = golden["x"].as_array().unwrap();
        Self {
            inputs: rows[0].as_array().unwrap().len(),
            features: numbers(&golden["x"]).iter().map(|&x| x as f32).collect(),
            weights: golden["weights"]
                .is_array()
                .then(|| numbers(&golden["weights"])),
            golden,
        }
    }

    fn rows(&self) -> Rows<'_> {
        Rows {
            features: &self.features,
            inputs: self.inputs,
            weights: self.weights.as_deref(),
        }
    }

    /// The rows' weights together.
    fn total(&self) -> f64 {
        let own = self.weights.as_ref();
        own.map_or(self.rows().count() as f64, |own| own.iter().sum())
    }

    /// Of each model the numbers of a key, row by row.
    fn models(&self, key: &str) -> Vec<Vec<f64>> {
        let models = self.golden["models"].as_array().unwrap().iter();
        models.map(|model| numbers(&model[key])).collect()
    }
}

/// All numbers of nested arrays, in their order.
fn numbers(value: &Value) -> Vec<f64> {
    match value.as_array() {
        Some(inner) => inner.iter().flat_map(numbers).collect(),
        None => vec![value.as_f64().unwrap()],
    }
}

#[track_caller]
fn assert_near(found: &[f64], wanted: &[f64], name: &str) {
    assert_eq!(found.len(), wanted.len(), "{name}");
    let size = super::largest(wanted).max(1e-3);
    for (found, wanted) in found.iter().zip(wanted) {
        let off = (found - wanted).abs() / size;
        assert!(off < NEAR, "{name}: {found} for {wanted}");
    }
}

/// scikit-learn has `[outputs, inputs]`, we `[inputs, outputs]`.
fn turned(weights: &[f64], outputs: usize) -> Vec<f64> {
    let of_output = |output: usize| weights.iter().skip(output).step_by(outputs).copied();
    (0..outputs).flat_map(of_output).collect()
}

fn centred(bias: &[f64]) -> Vec<f64> {
    let mean = bias.iter().sum::<f64>() / bias.len() as f64;
    bias.iter().map(|bias| bias - mean).collect()
}

#[test]
fn classes_are_told_apart_as_by_scikit_learn() {
    for case in Case::all("logistic") {
        let name = case.golden["name"].as_str().unwrap();
        let labels: Vec<u32> = numbers(&case.golden["y"])
            .iter()
            .map(|&y| y as u32)
            .collect();
        let classes = case.golden["classes"].as_u64().unwrap() as usize;
        // Two classes have weights each here and share them there.
        let factor = if classes == 2 { 2.0 } else { 1.0 };
        let strengths: Vec<f64> = case.models("C").concat();
        let rates: Vec<f64> = strengths
            .iter()
            .map(|c| factor / (c * case.total()))
            .collect();
        let model = Logistic::new(&case.rows(), &labels, classes).unwrap();
        let path = model.path_until(&rates, 1e-10, &|| false).unwrap();
        let wanted = case
            .models("coef")
            .into_iter()
            .zip(case.models("intercept"));
        for (own, (coef, intercept)) in path.iter().zip(wanted) {
            let mut weights = turned(&own.weights, classes);
            let mut bias = centred(&own.bias);
            if classes == 2 {
                let (first, second) = weights.split_at(case.inputs);
                weights = second.iter().zip(first).map(|(b, a)| b - a).collect();
                bias = vec![bias[1] - bias[0]];
                assert_near(&bias, &intercept, name);
            } else {
                assert_near(&bias, &centred(&intercept), name);
            }
            assert_near(&weights, &coef, name);
        }
    }
}

#[test]
fn the_usual_tolerance_is_right_to_a_hundredth() {
    let all = Case::all("logistic");
    let case = &all[0];
    let labels: Vec<u32> = numbers(&case.golden["y"])
        .iter()
        .map(|&y| y as u32)
        .collect();
    let rates: Vec<f64> = case
        .models("C")
        .concat()
        .iter()
        .map(|c| 1.0 / (c * case.total()))
        .collect();
    let path = Logistic::new(&case.rows(), &labels, 4)
        .unwrap()
        .path(&rates)
        .unwrap();
    for (own, coef) in path.iter().zip(case.models("coef")) {
        let size = super::largest(&coef);
        for (own, wanted) in turned(&own.weights, 4).iter().zip(&coef) {
            assert!((own - wanted).abs() < 1e-2 * size, "{own} for {wanted}");
        }
    }
}

#[test]
fn ridge_is_that_of_scikit_learn() {
    for case in Case::all("ridge") {
        let name = case.golden["name"].as_str().unwrap();
        let rows = case.golden["y"].as_array().unwrap();
        let targets = rows[0].as_array().unwrap().len();
        let alphas = case.models("alpha").concat();
        let per_alpha = 2.0 / (targets as f64 * case.total());
        let rates: Vec<f64> = alphas.iter().map(|alpha| alpha * per_alpha).collect();
        let model = Ridge::new(&case.rows(), &numbers(&case.golden["y"]), targets).unwrap();
        let wanted = case
            .models("coef")
            .into_iter()
            .zip(case.models("intercept"));
        for (own, (coef, intercept)) in model.path(&rates).unwrap().iter().zip(wanted) {
            assert_near(&turned(&own.weights, targets), &coef, name);
            assert_near(&own.bias, &intercept, name);
        }
    }
}
