//! Rows of `history.csv`.

use std::borrow::Cow;

use decay_report::HistoryRow;
use decay_train::{Record, Split};

/// The engine's records by member and epoch; members are counted on from `first`.
pub(crate) fn history_rows(records: &[Record], first: usize, classes: bool) -> Vec<HistoryRow> {
    let loss = if classes { "nll" } else { "mse" };
    let mut ordered: Vec<&Record> = records.iter().collect();
    // The order in which chunks report is not part of the result.
    ordered.sort_by_key(|record| {
        (
            record.member,
            record.epoch,
            record.split == Split::Validation,
        )
    });
    let mut rows = Vec::with_capacity(ordered.len() * 2);
    for record in ordered {
        let split = match record.split {
            Split::Train => "train",
            Split::Validation => "validation",
        };
        let mut push = |metric: &'static str, value| {
            rows.push(HistoryRow {
                member: (first + record.member) as u64,
                epoch: u64::from(record.epoch),
                split: Cow::Borrowed(split),
                metric: Cow::Borrowed(metric),
                value,
            });
        };
        push(loss, record.losses.loss);
        if let Some(accuracy) = record.losses.accuracy {
            push("accuracy", accuracy);
        }
    }
    rows
}
