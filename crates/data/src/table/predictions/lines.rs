//! Records of a small delimited file.

use std::path::Path;

use csv::ReaderBuilder;

use crate::files::Source;
use crate::{DataError, Result};

/// Lines that are looked at before a delimiter is chosen.
const LOOKED_AT: usize = 100;

/// The records of a delimited file, all of one width; there is at least one.
pub(super) struct Lines {
    pub(super) records: Vec<Vec<String>>,
}

impl Lines {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let source = Source::file(path);
        let (bytes, _) = source.read_all()?;
        let name = source.name();
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_start_matches('\u{feff}');
        // NumPy writes a head as a comment.
        let text = text.strip_prefix('#').map_or(text, str::trim_start);
        let records = match delimiter(text) {
            b' ' => blank_records(text),
            delimiter => records(text, delimiter).map_err(|error| DataError::Read {
                path: name.clone(),
                source: error.into(),
            })?,
        };
        let Some((_, first)) = records.first() else {
            return Err(DataError::Empty { path: name });
        };
        let width = first.len();
        if let Some((line, ragged)) = records.iter().find(|(_, record)| record.len() != width) {
            return Err(DataError::Ragged {
                path: name,
                line: *line,
                found: ragged.len(),
                expected: width,
                hint: String::new(),
            });
        }
        let records = records.into_iter().map(|(_, record)| record).collect();
        Ok(Self { records })
    }
}

/// A number, infinities and NaN included; a comma is a decimal sign.
pub(super) fn number(field: &str) -> Option<f64> {
    field.parse().ok().or_else(|| {
        let commas = field.bytes().filter(|&byte| byte == b',').count();
        (commas == 1).then(|| field.replace(',', ".").parse().ok())?
    })
}

/// What parts all of the first lines alike and leaves the most numbers; a comma if nothing does.
fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let lines = &lines[..lines.len().min(LOOKED_AT)];
    let widths = |width: fn(&str, u8) -> usize, mark| {
        let first = lines.first().map_or(1, |line| width(line, mark));
        let alike = lines.iter().all(|line| width(line, mark) == first);
        (alike && first > 1).then_some(first)
    };
    let mut best = (b',', 0.0, 0);
    for mark in [b',', b';', b'\t', b'|', b' '] {
        let width: fn(&str, u8) -> usize = |line, mark| fields(line, mark).len();
        let Some(width) = widths(width, mark) else {
            continue;
        };
        let below = &lines[usize::from(lines.len() > 1)..];
        let all = below.iter().flat_map(|line| fields(line, mark));
        let numbers = all.filter(|field| number(field).is_some()).count();
        let share = numbers as f64 / (below.len() * width) as f64;
        // Blanks stand within names, too.
        let possible = mark != b' ' || share == 1.0;
        if possible && (share, width) > (best.1, best.2) {
            best = (mark, share, width);
        }
    }
    best.0
}

/// Fields of a line, quotation marks not regarded.
fn fields(line: &str, mark: u8) -> Vec<&str> {
    match mark {
        b' ' => line.split_whitespace().collect(),
        mark => line.split(char::from(mark)).map(str::trim).collect(),
    }
}

type Record = (u64, Vec<String>);

fn records(text: &str, delimiter: u8) -> csv::Result<Vec<Record>> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let record = |record: csv::Result<csv::StringRecord>| {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        Ok((
            line,
            record.iter().map(|field| field.trim().to_owned()).collect(),
        ))
    };
    reader.records().map(record).collect()
}

fn blank_records(text: &str) -> Vec<Record> {
    let lines = (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty());
    let record = |line: &str| line.split_whitespace().map(str::to_owned).collect();
    lines.map(|(number, line)| (number, record(line))).collect()
}
