//! JSON files of a run directory.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::ReportError;
use crate::records::MetricRow;

/// A record as indented JSON with a final newline; numbers that are not finite become `null`.
///
/// # Errors
/// [`ReportError::Json`] if the record has a map whose keys are not text; the records of this crate
/// have none.
pub fn to_json<T: Serialize>(what: &'static str, record: &T) -> Result<Vec<u8>, ReportError> {
    let mut bytes =
        serde_json::to_vec_pretty(record).map_err(|source| ReportError::Json { what, source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The file `audit.json`: each metric under its plain name as `{mean, low, high, n}`.
pub fn audit_json(rows: &[MetricRow]) -> Vec<u8> {
    let metrics: Map<String, Value> = rows
        .iter()
        .map(|row| {
            let value = json!({"mean": row.mean, "low": row.low, "high": row.high, "n": row.n});
            (row.name.clone(), value)
        })
        .collect();
    format!("{:#}\n", Value::Object(metrics)).into_bytes()
}
