//! What separates the fields of a line.

use crate::files::{Source, extension};

/// Tab for `.tsv`, else the most frequent of `, ; tab` outside quotes in the first line.
pub(crate) fn sniff_delimiter(source: &Source, first_line: &[u8]) -> u8 {
    if let Source::File(path) = source {
        let plain = if extension(path) == "gz" {
            path.with_extension("")
        } else {
            path.clone()
        };
        if matches!(extension(&plain).as_str(), "tsv" | "tab") {
            return b'\t';
        }
    }
    let mut quoted = false;
    let mut counts = [(0_usize, b'\t'), (0, b';'), (0, b',')];
    for &byte in first_line {
        quoted ^= byte == b'"';
        for (count, delimiter) in &mut counts {
            *count += usize::from(!quoted && byte == *delimiter);
        }
    }
    // Of equally frequent ones `max` takes the last, the comma.
    counts
        .iter()
        .max_by_key(|(count, _)| *count)
        .map_or(b',', |&(_, delimiter)| delimiter)
}
