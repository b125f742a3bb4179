//! `history.csv`: every metric of every member at every epoch, in long form.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::csv::CsvWriter;
use crate::error::ReportError;

const COLUMNS: [&str; 5] = ["member", "epoch", "split", "metric", "value"];

/// One measurement: the value of a metric of one member on one split after one epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// Position of the member in the plan.
    pub member: u64,
    /// Epochs finished when it was measured.
    pub epoch: u64,
    /// Rows it was measured on: `train`, `validation`, `test`.
    pub split: Cow<'static, str>,
    /// Plain name of the metric: `nll`, `accuracy`, `weight_norm`.
    pub metric: Cow<'static, str>,
    /// The value; may be NaN or infinite for a member that diverged.
    pub value: f64,
}

/// The file `history.csv` with the columns `member,epoch,split,metric,value`.
///
/// Values are written in the shortest form that reads back as the same `f64`.
pub fn history_csv(rows: &[HistoryRow]) -> Vec<u8> {
    const BYTES_PER_ROW: usize = 48;
    let mut csv = CsvWriter::with_header(COLUMNS, BYTES_PER_ROW * (rows.len() + 1));
    for row in rows {
        csv.integer(row.member);
        csv.integer(row.epoch);
        csv.text(&row.split);
        csv.text(&row.metric);
        csv.number(row.value);
        csv.end_row();
    }
    csv.finish()
}

/// Reads back what [`history_csv`] wrote; `file` is the name used in messages.
///
/// # Errors
/// [`ReportError::Row`] names the first line that has too few columns or a field of the wrong type.
pub fn parse_history(bytes: &[u8], file: &str) -> Result<Vec<HistoryRow>, ReportError> {
    csv::Reader::from_reader(bytes)
        .deserialize()
        .map(|row| {
            row.map_err(|error: csv::Error| ReportError::Row {
                file: file.to_owned(),
                line: error.position().map_or(0, csv::Position::line),
                reason: error.to_string(),
                columns: "member,epoch,split,metric,value",
            })
        })
        .collect()
}
