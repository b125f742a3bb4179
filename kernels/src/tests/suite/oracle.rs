//! Reading golden values.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use super::values::{Floats, floats};

/// One case of a golden file.
#[derive(Deserialize)]
pub(super) struct Case {
    pub(super) name: String,
    pub(super) params: Value,
    pub(super) inputs: Value,
    pub(super) expected: Value,
}

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

/// A row-major array.
#[derive(Deserialize)]
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    pub(super) data: Vec<f64>,
}

impl Array {
    pub(super) fn values(&self) -> Vec<f32> {
        self.data.iter().map(|&value| value as f32).collect()
    }

    /// The array as a population of one.
    pub(super) fn tensor(&self) -> Floats {
        let shape: Vec<usize> = [1].iter().chain(&self.shape).copied().collect();
        floats(self.values(), shape)
    }
}

/// All cases of `file` in the folder that `DECAY_ORACLE` names.
pub(super) fn cases(file: &str) -> Vec<Case> {
    let folder = std::env::var_os("DECAY_ORACLE").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/oracle")),
        PathBuf::from,
    );
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    let file: File = serde_json::from_str(&text).expect("a golden file");
    file.cases
}

impl Case {
    pub(super) fn find(file: &str, name: &str) -> Self {
        cases(file)
            .into_iter()
            .find(|case| case.name == name)
            .unwrap_or_else(|| panic!("{file} has no case {name}"))
    }

    pub(super) fn input(&self, pointer: &str) -> Array {
        array(&self.inputs, pointer)
    }

    pub(super) fn expected(&self, pointer: &str) -> Array {
        array(&self.expected, pointer)
    }

    /// A number of the parameters, if it is there.
    pub(super) fn param(&self, pointer: &str) -> Option<f64> {
        self.params.pointer(pointer).and_then(Value::as_f64)
    }
}

fn array(values: &Value, pointer: &str) -> Array {
    let value = values
        .pointer(pointer)
        .unwrap_or_else(|| panic!("the case has no {pointer}"));
    Array::deserialize(value).expect("an array")
}
