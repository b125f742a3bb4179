//! What can go wrong with files that are no delimited text, in one sentence each.

use crate::Line;

/// Why a Parquet or Arrow file, JSON lines, ARFF or an array was refused.
///
/// Every message starts with the file, and names the line, row, column or key, the value and what is allowed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the message of each variant explains its fields"
)]
pub enum FormatError {
    #[error("{path}: the {format} data is truncated or damaged ({reason})")]
    Damaged {
        path: String,
        format: &'static str,
        reason: String,
    },
    #[error("{path}: is compressed by {codec}; read are {known}")]
    Compression {
        path: String,
        codec: String,
        known: &'static str,
    },
    #[error(
        "{path}: column '{column}' holds {what}, of which no feature is made; data.drop = [\"{column}\"] leaves it out"
    )]
    Nested {
        path: String,
        column: String,
        what: &'static str,
    },
    #[error(
        "{path}: column '{column}': row {row} holds a list of {length} values, row {first} one of {expected}; lists of one length are read \
         as so many columns, and data.drop = [\"{column}\"] leaves them out"
    )]
    UnevenLists {
        path: String,
        column: String,
        row: usize,
        length: usize,
        first: usize,
        expected: usize,
    },
    #[error(
        "{path}: labels of their own (data.labels) are for arrays, NPY or NPZ; a table holds its target, which data.target names"
    )]
    LabelsElsewhere { path: String },
    #[error("{path}: holds {labels} labels, {data} has {rows} rows")]
    LabelCount {
        path: String,
        labels: usize,
        data: String,
        rows: usize,
    },
    #[error("{path}: has columns and no rows")]
    NoRows { path: String },
    #[error("{at}: {reason}")]
    Arff { at: Line, reason: String },
    #[error("{path}: has no line @data, behind which the rows stand")]
    ArffWithoutData { path: String },
    #[error("{at}: is no JSON object that can be read as a row ({reason})")]
    JsonLine { at: Line, reason: String },
    #[error(
        "{at}, key '{key}': holds {what}; a value is a number, a text, true, false or null, and data.drop = [\"{key}\"] leaves the key out"
    )]
    JsonNested {
        at: Line,
        key: String,
        what: &'static str,
    },
}
