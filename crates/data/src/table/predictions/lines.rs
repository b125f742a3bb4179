//! Records of a small delimited file.

use std::path::Path;

use csv::{ByteRecord, Position};

use crate::allowance::Allowance;
use crate::files::folder::extension;
use crate::files::{Source, Whole};
use crate::table::dialect::delimiter::{Expected, Marks, marks, records};
use crate::{DataError, Result};

/// Bytes by which the separator is decided.
const LOOKED_AT: usize = 1 << 16;

/// The records of a delimited file, all of one width; there is at least one.
pub(super) struct Lines {
    pub(super) records: Vec<Vec<String>>,
}

impl Lines {
    pub(super) fn read(path: &Path, allowance: &Allowance) -> Result<Self> {
        let source = Source::file(path, allowance);
        let name = source.name();
        let Whole {
            bytes, held: _held, ..
        } = source.read_all()?;
        allowance.take(&name, "its rows", needs(&bytes))?;
        let records = records_of(&bytes, extension(path) == "tsv");
        let Some(width) = records.first().map(ByteRecord::len) else {
            return Err(DataError::Empty { path: name });
        };
        if let Some(ragged) = records.iter().find(|record| record.len() != width) {
            return Err(DataError::Ragged {
                path: name,
                line: ragged.position().map_or(0, Position::line),
                found: ragged.len(),
                expected: width,
                hint: String::new(),
            });
        }
        let field = |field: &[u8]| String::from_utf8_lossy(field).trim().to_owned();
        let record = |record: &ByteRecord| record.iter().map(field).collect();
        Ok(Self {
            records: records.iter().map(record).collect(),
        })
    }
}

/// Bytes of all fields as texts, whatever separates them, and of their rows.
fn needs(text: &[u8]) -> u64 {
    const ROW: u64 = 256;
    const FIELD: u64 = 96;
    let cost = |byte: &u8| match byte {
        b'\n' | b'\r' => ROW,
        b',' | b';' | b'\t' | b'|' | b' ' => FIELD,
        _ => 2,
    };
    text.iter().map(cost).sum()
}

/// Blanks separate numbers alone: they stand within the names of classes, too.
fn records_of(bytes: &[u8], tabs: bool) -> Vec<ByteRecord> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    // NumPy writes a head as a comment.
    let text = text
        .strip_prefix(b"#")
        .map_or(text, <[u8]>::trim_ascii_start);
    let expected = Expected {
        likely: tabs.then_some(b'\t'),
        quote: Some(b'"'),
        ..Expected::default()
    };
    let head = &text[..text.len().min(LOOKED_AT)];
    let found = marks(head, head.len() == text.len(), &expected);
    let all = |marks| records(text, marks, true, usize::MAX - 1);
    let records = all(found);
    let is_number =
        |field: &[u8]| std::str::from_utf8(field).is_ok_and(|field| number(field.trim()).is_some());
    let below = &records[usize::from(records.len() > 1)..];
    if found.delimiter == b' ' && !below.iter().flatten().all(is_number) {
        return all(Marks {
            delimiter: b',',
            ..found
        });
    }
    records
}

/// A number, infinities and NaN included; a comma is a decimal sign.
pub(super) fn number(field: &str) -> Option<f64> {
    field.parse().ok().or_else(|| {
        let commas = field.bytes().filter(|&byte| byte == b',').count();
        (commas == 1).then(|| field.replace(',', ".").parse().ok())?
    })
}

/// A column's numbers; NaN for what is none.
pub(super) fn column_of(records: &[Vec<String>], column: usize) -> impl Iterator<Item = f64> {
    let cells = records.iter().map(move |record| &record[column]);
    cells.map(|cell| number(cell).unwrap_or(f64::NAN))
}
