//! Labels of the rows of an array: of a file of their own, or of an array beside it.

use std::path::Path;

use super::{Labels, array_of};
use crate::allowance::Allowance;
use crate::files::Source;
use crate::files::npy::{Array, Values};
use crate::files::npz::Npz;
use crate::table::file_kind::{FileKind, read_file};
use crate::{Cells, Column, DataError, MISSING, Options, Raw, Result};

/// Name of the only column of labels.
const LABEL: &str = "label";

/// Reads a file of labels: an array, the only one of an archive, or a table, all columns of which are labels but one that counts the rows.
pub(super) fn labels_of_file(
    file: &str,
    allowance: &Allowance,
    options: &Options,
) -> Result<Labels> {
    let source = Source::file(Path::new(file), allowance).reopenable()?;
    let array = |array: Array, digest| {
        let mut labels = labels_of_array(file, array)?;
        labels.digests.push(digest);
        Ok(labels)
    };
    match FileKind::of(&source)? {
        FileKind::Npy => {
            let whole = source.read_all()?;
            array(array_of(file, allowance, &whole.bytes)?, whole.digest)
        }
        FileKind::Npz => {
            let mut npz = Npz::open(&source)?;
            let found = npz.only()?;
            array(found, npz.digest)
        }
        _ => of_table(file, &source, options),
    }
}

fn of_table(file: &str, source: &Source, options: &Options) -> Result<Labels> {
    let own = Options {
        every_row: true,
        missing: options.missing.clone(),
        ..Options::default()
    };
    let Raw::Table(table) = read_file(source, &own)? else {
        return Err(wrong(file, "holds no labels".into()));
    };
    Ok(Labels {
        path: table.path,
        columns: table.columns,
        digests: table.provenance.files,
        notes: table.decisions.notes,
    })
}

/// The columns that an array of labels stands for.
///
/// # Shapes
/// - `[rows]`, `[rows, 1]`: classes or values
/// - `[rows, K]`: one column of classes if each row is a single 1 among 0, else K columns
pub(super) fn labels_of_array(path: &str, array: Array) -> Result<Labels> {
    let mut notes = Vec::new();
    let columns = match array.shape[..] {
        [_] | [_, 1] => vec![Column {
            name: LABEL.into(),
            cells: cells(array.values),
        }],
        [_, width] if width > 1 && !matches!(array.values, Values::Texts(_)) => {
            match array.places_of_ones() {
                Ok(places) => {
                    let words = "the column of the 1 in each row is its class";
                    notes.push(format!("{path}: {words}"));
                    vec![Column {
                        name: LABEL.into(),
                        cells: Cells::Numbers(places.iter().map(|&own| own as f64).collect()),
                    }]
                }
                Err(_) => side_by_side(width, &array.numbers().unwrap_or_default()),
            }
        }
        _ => {
            let shape = &array.shape;
            return Err(wrong(
                path,
                format!("labels have shape [rows], [rows, 1] or [rows, columns], got {shape:?}"),
            ));
        }
    };
    Ok(Labels {
        path: path.to_owned(),
        columns,
        digests: Vec::new(),
        notes,
    })
}

fn side_by_side(width: usize, values: &[f64]) -> Vec<Column> {
    let column = |place: usize| Column {
        name: format!("{LABEL}.{place}"),
        cells: Cells::Numbers(values[place..].iter().step_by(width).copied().collect()),
    };
    (0..width).map(column).collect()
}

fn cells(values: Values) -> Cells {
    let texts = match values {
        Values::Bytes(values) => {
            return Cells::Numbers(values.into_iter().map(f64::from).collect());
        }
        Values::Integers(values) => {
            return Cells::Numbers(values.into_iter().map(|own| own as f64).collect());
        }
        Values::Floats(values) => return Cells::Numbers(values),
        Values::Texts(texts) => texts,
    };
    let mut levels: Vec<String> = Vec::new();
    let code = |text: String| {
        if text.is_empty() {
            return MISSING;
        }
        let known = levels.iter().position(|own| *own == text);
        known.unwrap_or_else(|| {
            levels.push(text);
            levels.len() - 1
        }) as u32
    };
    let codes = texts.into_iter().map(code).collect();
    Cells::Labels { codes, levels }
}

pub(super) fn wrong(path: &str, reason: String) -> DataError {
    DataError::Array {
        path: path.to_owned(),
        reason,
    }
}
