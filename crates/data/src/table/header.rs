//! What the first line of a delimited file tells: the separator, and whether it names the columns.

use csv::ByteRecord;

use crate::files::Source;
use crate::files::folder::extension;
use crate::table::builder::{Builder, Field, parse_field};
use crate::{DataError, Options, Result};

/// Decides from the first row and the columns below it.
///
/// It is a header if it holds a name that the user's options use, or a label above a column of numbers,
/// or nothing but different labels.
pub(crate) fn is_header(first: &ByteRecord, below: &[Builder], options: &Options) -> bool {
    let fields: Vec<&[u8]> = first.iter().map(<[u8]>::trim_ascii).collect();
    let is_label = |field: &[u8]| parse_field(field) == Field::Label;
    let named = options.named_columns();
    if fields
        .iter()
        .any(|field| is_label(field) && named.iter().any(|name| name.as_bytes() == *field))
    {
        return true;
    }
    let above_numbers = fields.iter().zip(below).any(|(field, column)| {
        is_label(field) && matches!(column, Builder::Numbers { present: true, .. })
    });
    let mut different = fields.clone();
    different.sort_unstable();
    different.dedup();
    above_numbers || (different.len() == fields.len() && fields.iter().all(|field| is_label(field)))
}

/// Names from the header row, `c0, c1, ...` where it is empty or absent.
pub(crate) fn column_names(
    header: Option<&ByteRecord>,
    width: usize,
    path: &str,
) -> Result<Vec<String>> {
    let names: Vec<String> = (0..width)
        .map(|index| match header.map(|row| row[index].trim_ascii()) {
            Some(name) if !name.is_empty() => String::from_utf8_lossy(name).into_owned(),
            _ => format!("c{index}"),
        })
        .collect();
    let mut first_seen = std::collections::HashMap::new();
    for (index, name) in names.iter().enumerate() {
        if let Some(first) = first_seen.insert(name, index) {
            let column = name.clone();
            return Err(DataError::DuplicateColumn {
                path: path.to_owned(),
                column,
                first: first + 1,
                second: index + 1,
            });
        }
    }
    Ok(names)
}

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
