//! Golden values of other libraries, for tests.

use serde::Deserialize;
use serde_json::Value;

/// Numbers of any rank, row by row.
#[derive(Deserialize)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) data: Vec<f64>,
}

/// A case of `tests/oracle/layers.json`, or of that file in the folder that `DECAY_ORACLE` names.
pub(crate) fn layer(name: &str) -> Value {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracle");
    let dir = std::env::var("DECAY_ORACLE").unwrap_or_else(|_| default.into());
    let text = std::fs::read_to_string(format!("{dir}/layers.json")).expect("golden values");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let cases = file["cases"].as_array().expect("cases");
    let found = cases.iter().find(|case| case["name"] == name);
    found.unwrap_or_else(|| panic!("no case {name}")).clone()
}

/// What stands at a place of a case.
pub(crate) fn array(value: &Value) -> Array {
    Array::deserialize(value).expect("an array")
}
