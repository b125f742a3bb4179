//! Records that are no rows of the table: comments, rules, units.

use csv::ByteRecord;

use crate::table::column::tally::Tally;
use crate::table::value::missing::{Missing, trimmed};
use crate::table::value::{Field, field_of};

/// Whether a record is a rule between names and rows, as in Markdown: `--- | :---: | ---`.
pub(crate) fn is_rule(record: &ByteRecord) -> bool {
    let dashes = |field: &[u8]| {
        let field = trimmed(field);
        field.is_empty() || field.len() > 2 && field.iter().all(|byte| b"-:=".contains(byte))
    };
    let filled = |field: &[u8]| !trimmed(field).is_empty();
    record.iter().all(dashes) && record.iter().filter(|field| filled(field)).count() > 1
}

/// Whether a record is a comment: it begins as one.
pub(crate) fn is_comment(record: &ByteRecord, prefix: Option<&str>) -> bool {
    let first = record.get(0).unwrap_or_default();
    let begins = |prefix: &str| first.trim_ascii_start().starts_with(prefix.as_bytes());
    prefix.is_some_and(begins) && !Missing::default().in_labels(trimmed(first))
}

/// Whether the row holds words, or nothing, above every column of numbers, and words above at least two.
pub(crate) fn are_units(
    first: &ByteRecord,
    below: &[Tally],
    rows: usize,
    missing: &Missing,
) -> bool {
    /// Below so few rows a word is as likely a value that went astray.
    const ROWS: usize = 3;
    if first.len() != below.len() || rows < ROWS {
        return false;
    }
    let numeric = first
        .iter()
        .zip(below)
        .filter(|(_, tally)| tally.are_numbers());
    let kinds: Vec<(Field, bool)> = numeric
        .map(|(field, _)| (field_of(field, missing), is_bracketed(trimmed(field))))
        .collect();
    let no_value = |(kind, _): &(Field, bool)| matches!(kind, Field::Label | Field::Missing);
    let words = kinds
        .iter()
        .filter(|(kind, _)| *kind == Field::Label)
        .count();
    let bracketed = kinds.iter().any(|(_, bracketed)| *bracketed);
    kinds.iter().all(no_value) && (words >= 2 && 2 * words >= kinds.len() || bracketed)
}

fn is_bracketed(cell: &[u8]) -> bool {
    cell.len() > 2 && matches!((cell[0], cell[cell.len() - 1]), (b'[', b']') | (b'(', b')'))
}
