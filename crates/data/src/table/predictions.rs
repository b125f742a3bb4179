//! Logits and labels that another program wrote, as CSV or NPY.

use std::path::Path;

use csv::ByteRecord;

use crate::files::Source;
use crate::files::folder::extension;
use crate::files::npy::{Array, Values, parse_npy};
use crate::table::dialect::delimiter::{Expected, Marks, marks, records};
use crate::{DataError, Result};

/// What precedes a class's name in the head of a column of logits.
const PREFIXES: [&str; 3] = ["logit_", "logits_", "p_"];

/// Logits of one model on some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct LogitTable {
    /// Where they come from.
    pub path: String,
    /// `[rows, classes]`, row-major: finite or `-inf`, at least one finite in each row.
    pub values: Vec<f64>,
    /// Number of rows.
    pub rows: usize,
    /// Class names from the head, without `logit_`; `0, 1, ...` where there is none.
    pub classes: Vec<String>,
}

/// Reads `[rows, classes]` logits: an NPY file of two axes, or delimited numbers with or without a head.
///
/// A logit of `-inf` is a class of probability 0.
///
/// # Errors
/// [`DataError::Open`], [`DataError::Empty`], [`DataError::Ragged`]; [`DataError::BadLogit`] for what is no number, NaN or `+inf`, and for a
/// row without a finite logit; [`DataError::Array`] for an NPY file of another shape or type and for fewer than two classes.
pub fn read_logits(path: &Path) -> Result<LogitTable> {
    let name = path.display().to_string();
    let (values, rows, classes) = match extension(path).as_str() {
        "npy" => matrix_of_array(&name, array(path)?)?,
        _ => matrix_of_text(&name, &Lines::read(path, true)?)?,
    };
    if classes.len() < 2 {
        return Err(DataError::Array {
            path: name,
            reason: format!("logits need at least 2 classes, got {}", classes.len()),
        });
    }
    let table = LogitTable {
        path: name,
        values,
        rows,
        classes,
    };
    table.check()?;
    Ok(table)
}

impl LogitTable {
    fn check(&self) -> Result<()> {
        let width = self.classes.len();
        let bad = |row: usize, column: usize, value: f64| DataError::BadLogit {
            path: self.path.clone(),
            row: row + 1,
            class: self.classes[column].clone(),
            value: value.to_string(),
        };
        for (row, logits) in self.values.chunks_exact(width).enumerate() {
            let refused = |z: &f64| z.is_nan() || *z == f64::INFINITY;
            if let Some(column) = logits.iter().position(refused) {
                return Err(bad(row, column, logits[column]));
            }
            if logits.iter().all(|z| z.is_infinite()) {
                return Err(bad(row, 0, logits[0]));
            }
        }
        Ok(())
    }
}

/// Reads one label for each row of logits: numbers of classes from 0, or their names.
///
/// The file is an NPY file of one axis, or one column of text with or without a head.
///
/// # Errors
/// As [`read_logits`]; [`DataError::BadLabel`] for a label that is no class.
pub fn read_labels(path: &Path, classes: &[String]) -> Result<Vec<usize>> {
    let name = path.display().to_string();
    let texts: Vec<String> = match extension(path).as_str() {
        "npy" => array(path)?
            .floats()
            .ok_or_else(|| DataError::Array {
                path: name.clone(),
                reason: "labels must be one axis of numbers".into(),
            })?
            .iter()
            .map(f64::to_string)
            .collect(),
        _ => Lines::read(path, false)?.column(&name, classes)?,
    };
    let bad = |row: usize, value: &str| DataError::BadLabel {
        path: name.clone(),
        row: row + 1,
        value: value.to_owned(),
        classes: classes.len(),
    };
    let label =
        |(row, text): (usize, &String)| class_of(text, classes).ok_or_else(|| bad(row, text));
    texts.iter().enumerate().map(label).collect()
}

/// A class by its name, else by its number.
fn class_of(text: &str, classes: &[String]) -> Option<usize> {
    if let Some(named) = classes.iter().position(|class| class == text) {
        return Some(named);
    }
    let number = text.parse::<f64>().ok()?;
    let whole = number.fract() == 0.0 && (0.0..classes.len() as f64).contains(&number);
    whole.then_some(number as usize)
}

fn array(path: &Path) -> Result<Array> {
    let (bytes, _) = Source::file(path).read_all()?;
    parse_npy(&bytes).map_err(|reason| DataError::Array {
        path: path.display().to_string(),
        reason,
    })
}

type Matrix = (Vec<f64>, usize, Vec<String>);

fn matrix_of_array(name: &str, array: Array) -> Result<Matrix> {
    let &[rows, columns] = array.shape.as_slice() else {
        return Err(DataError::Array {
            path: name.to_owned(),
            reason: format!("logits have shape [rows, classes], got {:?}", array.shape),
        });
    };
    if rows == 0 {
        return Err(DataError::Empty {
            path: name.to_owned(),
        });
    }
    let values = match array.values {
        Values::Floats(values) => values,
        Values::Integers(values) => values.into_iter().map(|v| v as f64).collect(),
    };
    Ok((values, rows, numbered(columns)))
}

fn numbered(columns: usize) -> Vec<String> {
    (0..columns).map(|k| k.to_string()).collect()
}

fn matrix_of_text(name: &str, lines: &Lines) -> Result<Matrix> {
    let is_number = |field: &[u8]| number(field).is_some();
    let headed = !lines.first().iter().any(is_number);
    let classes = if headed {
        lines.first().iter().map(class_name).collect()
    } else {
        numbered(lines.first().len())
    };
    let body = &lines.records[usize::from(headed)..];
    if body.is_empty() {
        return Err(DataError::HeaderOnly {
            path: name.to_owned(),
        });
    }
    let mut values = Vec::with_capacity(body.len() * classes.len());
    for (row, record) in body.iter().enumerate() {
        for (column, field) in record.iter().enumerate() {
            values.push(number(field).ok_or_else(|| DataError::BadLogit {
                path: name.to_owned(),
                row: row + 1,
                class: classes[column].clone(),
                value: String::from_utf8_lossy(field).into_owned(),
            })?);
        }
    }
    Ok((values, body.len(), classes))
}

/// A number, infinities and NaN included.
fn number(field: &[u8]) -> Option<f64> {
    std::str::from_utf8(field.trim_ascii()).ok()?.parse().ok()
}

fn class_name(head: &[u8]) -> String {
    let head = String::from_utf8_lossy(head.trim_ascii()).into_owned();
    let plain = PREFIXES.iter().find_map(|prefix| head.strip_prefix(prefix));
    plain.map_or_else(|| head.clone(), str::to_owned)
}

/// The records of a delimited file, all of one width; there is at least one.
struct Lines {
    records: Vec<ByteRecord>,
}

impl Lines {
    fn read(path: &Path, blanks: bool) -> Result<Self> {
        let source = Source::file(path);
        let (bytes, _) = source.read_all()?;
        let name = source.name();
        let likely = (extension(path) == "tsv").then_some(b'\t');
        let expected = Expected {
            likely,
            quote: Some(b'"'),
            ..Expected::default()
        };
        let head = &bytes[..bytes.len().min(1 << 16)];
        let marks = marks(head, head.len() == bytes.len(), &expected);
        let marks = match marks.delimiter {
            // Names of classes may consist of several words.
            b' ' if !blanks => Marks {
                delimiter: b',',
                ..marks
            },
            _ => marks,
        };
        let records = records(&bytes, marks, true, usize::MAX - 1);
        let Some(width) = records.first().map(ByteRecord::len) else {
            return Err(DataError::Empty { path: name });
        };
        if let Some(ragged) = records.iter().find(|record| record.len() != width) {
            return Err(DataError::Ragged {
                path: name,
                line: ragged.position().map_or(0, csv::Position::line),
                found: ragged.len(),
                expected: width,
                hint: String::new(),
            });
        }
        Ok(Self { records })
    }

    fn first(&self) -> &ByteRecord {
        &self.records[0]
    }

    /// The only column; its first cell is a head unless it is a label.
    fn column(&self, name: &str, classes: &[String]) -> Result<Vec<String>> {
        if self.first().len() != 1 {
            return Err(DataError::Array {
                path: name.to_owned(),
                reason: format!("labels must be one column, got {}", self.first().len()),
            });
        }
        let text = |record: &ByteRecord| {
            String::from_utf8_lossy(record.get(0).unwrap_or(&[]).trim_ascii()).into_owned()
        };
        let texts: Vec<String> = self.records.iter().map(text).collect();
        let headed = class_of(&texts[0], classes).is_none() && texts[0].parse::<f64>().is_err();
        Ok(texts[usize::from(headed)..].to_vec())
    }
}
