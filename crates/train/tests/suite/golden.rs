//! Golden values of other libraries.

use serde_json::Value;

/// A case of `tests/oracle/FILE`, or of that file in the folder that `DECAY_ORACLE` names.
pub(crate) fn case(file: &str, name: &str) -> Value {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/oracle");
    let dir = std::env::var("DECAY_ORACLE").unwrap_or_else(|_| default.into());
    let text = std::fs::read_to_string(format!("{dir}/{file}")).expect("golden values");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let cases = file["cases"].as_array().expect("cases");
    let found = cases.iter().find(|case| case["name"] == name);
    found.expect("the case").clone()
}

/// The numbers of an array, row by row.
pub(crate) fn numbers(value: &Value) -> Vec<f64> {
    let values = value["data"].as_array().expect("an array").iter();
    values.map(|v| v.as_f64().expect("a number")).collect()
}
