//! Golden values of other libraries.

use serde::Deserialize;
use serde_json::Value;

/// Numbers of any rank, row by row.
#[derive(Deserialize)]
struct Array {
    shape: Vec<usize>,
    data: Vec<f64>,
}

/// One case of `tests/oracle/robust.json`, or of that file in the folder that `DECAY_ORACLE` names.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) params: Value,
    inputs: Value,
    expected: Value,
    pub(crate) rtol: f64,
    pub(crate) atol: f64,
}

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

/// The case of this name.
pub(crate) fn case(name: &str) -> Case {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracle");
    let dir = std::env::var("DECAY_ORACLE").unwrap_or_else(|_| default.into());
    let text = std::fs::read_to_string(format!("{dir}/robust.json")).expect("golden values");
    let file: File = serde_json::from_str(&text).expect("JSON");
    let mut cases = file.cases.into_iter();
    let found = cases.find(|case| case.name == name);
    found.unwrap_or_else(|| panic!("no case {name}"))
}

fn numbers(value: &Value, key: &str) -> Vec<f64> {
    let value = &value[key];
    match (Array::deserialize(value), value) {
        (Ok(array), _) => array.data,
        (Err(_), Value::Array(list)) => {
            list.iter().map(|v| v.as_f64().expect("a number")).collect()
        }
        (Err(_), single) => vec![
            single
                .as_f64()
                .unwrap_or_else(|| panic!("no number at {key}")),
        ],
    }
}

impl Case {
    /// A parameter that is one number.
    pub(crate) fn param(&self, key: &str) -> f64 {
        self.list(key)[0]
    }

    /// A parameter that is a list, of one if it is a number.
    pub(crate) fn list(&self, key: &str) -> Vec<f64> {
        numbers(&self.params, key)
    }

    /// An input, row by row.
    pub(crate) fn input(&self, key: &str) -> Vec<f64> {
        numbers(&self.inputs, key)
    }

    /// An input in single precision.
    pub(crate) fn floats(&self, key: &str) -> Vec<f32> {
        self.input(key).into_iter().map(|v| v as f32).collect()
    }

    /// Torch's `[outputs, inputs]` as `[inputs, outputs]`.
    pub(crate) fn transposed(&self, key: &str) -> Vec<f32> {
        let (values, shape) = (self.floats(key), self.shape(key));
        let [outputs, inputs] = shape[..] else {
            panic!("{key} is a matrix")
        };
        let entry = |i: usize| values[i % outputs * inputs + i / outputs];
        (0..inputs * outputs).map(entry).collect()
    }

    /// The shape of an input.
    pub(crate) fn shape(&self, key: &str) -> Vec<usize> {
        let array = Array::deserialize(&self.inputs[key]);
        array.expect("an array").shape
    }

    /// Whole numbers among the inputs.
    pub(crate) fn whole(&self, key: &str) -> Vec<usize> {
        self.input(key).into_iter().map(|v| v as usize).collect()
    }

    /// The labels of the rows.
    pub(crate) fn labels(&self) -> Vec<usize> {
        self.whole("labels")
    }

    /// What other libraries found.
    pub(crate) fn expected(&self, key: &str) -> Vec<f64> {
        numbers(&self.expected, key)
    }

    /// Asserts that every value is within the case's tolerance of what other libraries found.
    pub(crate) fn assert_close(&self, key: &str, got: &[f64]) {
        let want = self.expected(key);
        assert_eq!(got.len(), want.len(), "{key}");
        for (i, (g, w)) in got.iter().zip(&want).enumerate() {
            let bound = self.atol + self.rtol * w.abs();
            assert!(
                (g - w).abs() <= bound,
                "{}, {key}[{i}]: {g} for {w}",
                self.name
            );
        }
    }
}
