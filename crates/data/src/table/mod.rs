//! Columns of a delimited file, typed but not yet encoded.

pub(crate) mod builder;
pub(crate) mod delimited;
pub(crate) mod delimiter;
pub(crate) mod field;
pub(crate) mod header;
pub(crate) mod options;
pub(crate) mod pass;
pub(crate) mod predictions;

use std::path::Path;

use crate::files::Source;
use crate::table::delimited::read_delimited;
use crate::{DataError, Options, Provenance, Result};

/// Code of a missing value in [`Cells::Labels`].
pub const MISSING: u32 = u32::MAX;

/// A delimited file in memory, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The file, as messages name it.
    pub path: String,
    /// The columns that were kept, in file order.
    pub columns: Vec<Column>,
    /// Names of all columns of the file, ignored ones included.
    pub names: Vec<String>,
    /// Line of the file on which each row starts, from 1.
    pub lines: Vec<u64>,
    /// File and hash.
    pub provenance: Provenance,
}

/// One column of a [`Table`].
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Header, or `c0, c1, ...`.
    pub name: String,
    /// One value per row.
    pub cells: Cells,
}

/// Values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cells {
    /// Every value present is a finite number; missing ones are NaN.
    Numbers(Vec<f64>),
    /// At least one value is not a number, or the column was asked for as categorical.
    Labels {
        /// Index into `levels`, or [`MISSING`].
        codes: Vec<u32>,
        /// Different labels in order of first appearance, without surrounding blanks.
        levels: Vec<String>,
    },
}

impl Table {
    /// Reads a comma, semicolon or tab separated file, plain or gzip.
    ///
    /// A column is numeric if every value that is present parses as a number, else categorical.
    /// Missing are, in any case and with blanks around: the empty field, `NA`, `N/A`, `NaN`, `null`,
    /// `None` and `?`. Fields may be quoted by `"` and then hold separators and line breaks. Empty
    /// lines are skipped. Without [`Options::header`] the first row is a header if a field of it is a
    /// label above a column of numbers, or if all its fields are different labels.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is empty, a ragged row, an infinite number, a
    /// categorical column of more than [`Options::max_levels`] labels (found at once, in bounded memory),
    /// two columns of one name, and a `drop`, `keep` or `categorical` column that does not exist.
    pub fn read(path: impl AsRef<Path>, options: &Options) -> Result<Self> {
        read_delimited(&Source::file(path.as_ref()), options, 0)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }

    /// The column called `name`.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`], which lists the columns and suggests the nearest.
    pub fn column(&self, name: &str) -> Result<&Column> {
        let found = self.columns.iter().find(|column| column.name == name);
        found.ok_or_else(|| unknown_column(&self.path, name, &self.names))
    }

    /// Leaves out the columns that `options` do not want.
    pub(crate) fn select(&mut self, options: &Options) -> Result<()> {
        options.check_names(&self.names, &self.path)?;
        self.columns.retain(|column| options.wants(&column.name));
        Ok(())
    }

    /// Index into `columns` of the target: by name, else by position (negative from the end), else the last.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`], [`DataError::NoColumns`] if all columns were dropped.
    pub fn target_index(&self, target: Option<&str>) -> Result<usize> {
        let Some(target) = target else {
            let path = || self.path.clone();
            let last = self.columns.len().checked_sub(1);
            return last.ok_or_else(|| DataError::NoColumns { path: path() });
        };
        if let Some(index) = self.columns.iter().position(|column| column.name == target) {
            return Ok(index);
        }
        let by_position = target.parse::<i64>().ok().and_then(|position| {
            let width = self.names.len() as i64;
            let from_start = if position < 0 {
                position + width
            } else {
                position
            };
            let name = self.names.get(usize::try_from(from_start).ok()?)?;
            self.columns.iter().position(|column| column.name == *name)
        });
        by_position.ok_or_else(|| unknown_column(&self.path, target, &self.names))
    }
}

impl Column {
    /// The value of `row` as text, `None` if it is missing.
    pub fn text(&self, row: usize) -> Option<String> {
        match &self.cells {
            Cells::Numbers(values) => {
                (!values[row].is_nan()).then(|| crate::table::field::number_name(values[row]))
            }
            Cells::Labels { codes, levels } => levels.get(codes[row] as usize).cloned(),
        }
    }

    pub(crate) fn is_missing(&self, row: usize) -> bool {
        match &self.cells {
            Cells::Numbers(values) => values[row].is_nan(),
            Cells::Labels { codes, .. } => codes[row] == MISSING,
        }
    }
}

/// Names the columns and, if one is close enough to be a slip of the hand, that one.
pub(crate) fn unknown_column(path: &str, column: &str, names: &[String]) -> DataError {
    const LISTED: usize = 40;
    let nearest = names
        .iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&name.to_lowercase(), &column.to_lowercase()),
                name,
            )
        })
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| {
            *distance <= 1 + name.chars().count().min(column.chars().count()) / 3
        })
        .map(|(_, name)| format!(" (did you mean '{name}'?)"));
    let mut columns = names
        .iter()
        .take(LISTED)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > LISTED {
        columns.push_str(&format!(" and {} more", names.len() - LISTED));
    }
    DataError::UnknownColumn {
        path: path.to_owned(),
        column: column.to_owned(),
        nearest: nearest.unwrap_or_default(),
        columns,
    }
}
