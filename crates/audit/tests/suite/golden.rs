//! Reads reference values: cases that carry their inputs, expected outputs and tolerances.

use std::path::PathBuf;

use decay_audit::Logits;
use decay_audit::ood::Features;
use serde::Deserialize;
use serde_json::Value;

/// One case of a reference file.
#[derive(Deserialize)]
pub(crate) struct Case {
    /// Its name, unique in the file.
    pub(crate) name: String,
    params: Value,
    inputs: Value,
    expected: Value,
    rtol: f64,
    atol: f64,
}

#[derive(Deserialize)]
struct File {
    format: u32,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Array {
    shape: Vec<usize>,
    data: Vec<f64>,
}

/// The cases of a file of tests/oracle whose names pass.
pub(crate) fn cases(file: &str, wanted: impl Fn(&str) -> bool) -> Vec<Case> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracle");
    let folder = std::env::var("DECAY_ORACLE").unwrap_or_else(|_| default.to_owned());
    read(PathBuf::from(folder).join(file), wanted)
}

/// The cases of a file beside this one, whose script says how it was made.
pub(crate) fn own_cases(file: &str, wanted: impl Fn(&str) -> bool) -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    read(PathBuf::from(folder).join(file), wanted)
}

fn read(path: PathBuf, wanted: impl Fn(&str) -> bool) -> Vec<Case> {
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let file: File = serde_json::from_str(&text).unwrap();
    assert_eq!(file.format, 1);
    let cases: Vec<Case> = file
        .cases
        .into_iter()
        .filter(|case| wanted(&case.name))
        .collect();
    assert!(!cases.is_empty(), "no such case in {}", path.display());
    cases
}

impl Case {
    /// A number among the parameters.
    pub(crate) fn param(&self, pointer: &str) -> f64 {
        self.params
            .pointer(pointer)
            .and_then(Value::as_f64)
            .unwrap()
    }

    /// Shape and values of an input array.
    pub(crate) fn input(&self, pointer: &str) -> (Vec<usize>, Vec<f64>) {
        array(self.inputs.pointer(pointer).unwrap())
    }

    /// Values of an input array.
    pub(crate) fn values(&self, pointer: &str) -> Vec<f64> {
        self.input(pointer).1
    }

    /// An input array of whole numbers.
    pub(crate) fn indices(&self, pointer: &str) -> Vec<usize> {
        self.values(pointer)
            .into_iter()
            .map(|v| v as usize)
            .collect()
    }

    /// An input array of zeros and ones.
    pub(crate) fn flags(&self, pointer: &str) -> Vec<bool> {
        self.values(pointer).into_iter().map(|v| v == 1.0).collect()
    }

    /// Two-dimensional input as logits.
    pub(crate) fn logits(&self, pointer: &str) -> Logits<'static> {
        let (shape, values) = self.input(pointer);
        Logits::new(values, shape[0], shape[1]).unwrap()
    }

    /// Two-dimensional input as features.
    pub(crate) fn features(&self, pointer: &str) -> Features<'static> {
        let (shape, values) = self.input(pointer);
        Features::new(values, shape[0], shape[1]).unwrap()
    }

    /// Whether the case has this expected value.
    pub(crate) fn expects(&self, pointer: &str) -> bool {
        self.expected.pointer(pointer).is_some()
    }

    /// Expected numbers, whether stored as an array, a list or a scalar.
    pub(crate) fn expected(&self, pointer: &str) -> Vec<f64> {
        let value = self
            .expected
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{}: nothing expected at {pointer}", self.name));
        match value {
            Value::Number(number) => vec![number.as_f64().unwrap()],
            Value::Array(list) => list.iter().map(|v| v.as_f64().unwrap()).collect(),
            _ => array(value).1,
        }
    }

    /// Compares with the expected values at the case's own tolerance: 1e-9, wider only where it says so.
    pub(crate) fn check(&self, pointer: &str, got: &[f64]) {
        let expected = self.expected(pointer);
        assert_eq!(got.len(), expected.len(), "{}{pointer}: length", self.name);
        for (i, (got, want)) in got.iter().zip(&expected).enumerate() {
            let within = (got - want).abs() <= self.atol + self.rtol * want.abs();
            assert!(
                within,
                "{}{pointer}[{i}]: got {got}, expected {want}",
                self.name
            );
        }
    }
}

fn array(value: &Value) -> (Vec<usize>, Vec<f64>) {
    let array = Array::deserialize(value).unwrap();
    assert_eq!(array.shape.iter().product::<usize>(), array.data.len());
    (array.shape, array.data)
}
