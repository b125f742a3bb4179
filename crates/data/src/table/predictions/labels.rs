//! The classes of the rows of a file of predictions.

use std::path::Path;

use super::lines::{Lines, column_of, number};
use super::{LogitTable, array};
use crate::allowance::Allowance;
use crate::files::folder::extension;
use crate::files::npy::{Array, Values};
use crate::table::aside::counts_rows;
use crate::{DataError, Result};

/// The class of each row, as a place in a table's classes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLabels {
    /// `[rows]`.
    pub classes: Vec<usize>,
    /// What was decided in reading.
    pub notes: Vec<String>,
}

/// Reads one label for each row of logits: all are names of classes, or all are their numbers from 0.
///
/// The file is an array of one axis, of one column, or of a column of 0 and 1 for each class; or text, one column of it, with or without a
/// head and a column that counts the rows.
///
/// # Errors
/// As [`read_logits`](super::read_logits); [`DataError::BadLabel`] for a label that is no class.
pub fn read_labels(path: &Path, table: &LogitTable, memory: Option<u64>) -> Result<RowLabels> {
    let name = path.display().to_string();
    let (allowance, mut notes) = (&Allowance::of(memory), Vec::new());
    let texts = match extension(path).as_str() {
        "npy" | "npz" => match of_array(&name, array(path, allowance)?, table, &mut notes)? {
            Found::Places(classes) => return Ok(RowLabels { classes, notes }),
            Found::Texts(texts) => texts,
        },
        _ => of_lines(&name, &Lines::read(path, allowance)?, table, &mut notes)?,
    };
    let classes = by_name_or_number(&name, &texts, table, &mut notes)?;
    Ok(RowLabels { classes, notes })
}

enum Found {
    Places(Vec<usize>),
    Texts(Vec<String>),
}

fn of_array(
    path: &str,
    array: Array,
    table: &LogitTable,
    notes: &mut Vec<String>,
) -> Result<Found> {
    let wrong = |reason| DataError::Array {
        path: path.to_owned(),
        reason,
    };
    match array.shape[..] {
        [_] | [_, 1] => Ok(Found::Texts(match array.values {
            Values::Texts(texts) => texts,
            Values::Bytes(values) => values.iter().map(u8::to_string).collect(),
            Values::Integers(values) => values.iter().map(i64::to_string).collect(),
            Values::Floats(values) => values.iter().map(f64::to_string).collect(),
        })),
        [_, width] if width == table.classes.len() => {
            let single = |row| wrong(format!("row {} is not a single 1 among 0", row + 1));
            let places = array.places_of_ones().map_err(single)?;
            notes.push(format!(
                "{path}: the column of the 1 in each row is its class"
            ));
            Ok(Found::Places(places))
        }
        _ => {
            let (shape, classes) = (&array.shape, table.classes.len());
            Err(wrong(format!(
                "labels have shape [rows], [rows, 1] or, a 1 among 0, [rows, {classes}], got {shape:?}"
            )))
        }
    }
}

/// The only column, or the one beside a column that counts the rows.
fn of_lines(
    path: &str,
    lines: &Lines,
    table: &LogitTable,
    notes: &mut Vec<String>,
) -> Result<Vec<String>> {
    let column = match lines.records[0].len() {
        1 => 0,
        2 if counts(&lines.records) => {
            notes.push(format!(
                "{path}: the first column counts the rows and is no label"
            ));
            1
        }
        width => {
            return Err(DataError::Array {
                path: path.to_owned(),
                reason: format!("labels must be one column, got {width}"),
            });
        }
    };
    let texts: Vec<String> = lines
        .records
        .iter()
        .map(|record| record[column].clone())
        .collect();
    let (first, rest) = texts
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    let named = |text: &str| place(text, table).is_some();
    // Two classes of which one has a name: a head is another text than all labels below.
    let label = named(first)
        || number(first).is_some()
        || (table.binary && rest.iter().any(|text| text == first));
    Ok(texts[usize::from(!label)..].to_vec())
}

/// Whether the first column counts the records, or those below a head; of two rows without a head nobody can tell.
fn counts(records: &[Vec<String>]) -> bool {
    let headed = number(&records[0][0]).is_none();
    let rows = &records[usize::from(headed)..];
    (headed || rows.len() > 2) && counts_rows(column_of(rows, 0))
}

/// The class of this name; a whole number has one name, with and without a decimal point.
fn place(text: &str, table: &LogitTable) -> Option<usize> {
    let whole = number(text)
        .filter(|value| value.fract() == 0.0)
        .map(|value| value.to_string());
    let plain = |class: &String| class == text || Some(class) == whole.as_ref();
    table.classes.iter().position(plain)
}

fn by_name_or_number(
    path: &str,
    texts: &[String],
    table: &LogitTable,
    notes: &mut Vec<String>,
) -> Result<Vec<usize>> {
    let by_number = |text: &String| {
        let value = number(text)?;
        let whole = value.fract() == 0.0 && (0.0..table.classes.len() as f64).contains(&value);
        whole.then_some(value as usize)
    };
    let named: Option<Vec<usize>> = texts.iter().map(|text| place(text, table)).collect();
    let numbered: Option<Vec<usize>> = texts.iter().map(by_number).collect();
    match (named, numbered) {
        (Some(named), Some(numbered)) if named != numbered => {
            notes.push(format!(
                "{path}: labels are read as the classes' names, not as their numbers from 0"
            ));
            Ok(named)
        }
        (Some(named), _) => Ok(named),
        (None, Some(numbered)) => {
            if table.named {
                notes.push(format!("{path}: labels are read as the classes' numbers from 0, since not all are names"));
            }
            Ok(numbered)
        }
        (None, None) => {
            if let Some(classes) = other_name(texts, table) {
                return Ok(classes);
            }
            let unnamed = texts.iter().position(|text| place(text, table).is_none());
            let unnumbered = texts.iter().position(|text| by_number(text).is_none());
            // Of two readings the one that fails later is what was meant.
            let row = unnamed.max(unnumbered).unwrap_or(0);
            Err(DataError::BadLabel {
                path: path.to_owned(),
                row: row + 1,
                value: texts[row].clone(),
                classes: table.classes.len(),
            })
        }
    }
}

/// Where only the second of two classes has a name, any one other name is the first.
fn other_name(texts: &[String], table: &LogitTable) -> Option<Vec<usize>> {
    let second = table
        .classes
        .get(1)
        .filter(|_| table.binary && table.named)?;
    let other = texts.iter().find(|text| *text != second)?;
    let both = texts.iter().all(|text| text == second || text == other);
    let known = texts.contains(second);
    (both && known).then(|| {
        texts
            .iter()
            .map(|text| usize::from(text == second))
            .collect()
    })
}
