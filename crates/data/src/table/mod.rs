//! Columns of a delimited file, typed but not yet encoded.

mod arff;
mod arrays;
mod arrow;
mod aside;
mod assemble;
mod batch;
mod built;
mod by;
mod column;
pub(crate) mod delimited;
pub(crate) mod dialect;
mod doubts;
mod file_kind;
pub(crate) mod format_error;
mod growth;
mod json_lines;
mod moments;
mod opened;
pub(crate) mod options;
mod pass;
pub(crate) mod place;
pub(crate) mod predictions;
pub(crate) mod reading;
mod records;
mod settle;
pub(crate) mod targets;
pub(crate) mod texts;
mod ties;
pub(crate) mod value;
mod weights;

pub use by::By;
pub(crate) use column::labels::is_switch;
pub(crate) use delimited::read_table;
pub(crate) use file_kind::read_file;
pub use ties::Ties;
pub(crate) use value::number::looks_numeric;
pub use weights::Weights;

use std::borrow::Cow;
use std::sync::Arc;

use crate::table::dialect::names::{place_of, resolved};
use crate::table::place::{Counted, Place};
use crate::target::{check_classes, number_name};
use crate::{DataError, Decisions, Line, Options, Provenance, Result};

/// Code of a missing value in [`Cells::Labels`].
pub const MISSING: u32 = u32::MAX;

/// A delimited file in memory, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The file, as messages name it.
    pub path: String,
    /// The columns that were kept, in file order.
    pub columns: Vec<Column>,
    /// How much each row counts, if a column says so.
    pub weights: Option<Box<Weights>>,
    /// What ties rows together, if columns say so.
    pub ties: Box<Ties>,
    /// Names of all columns of the file, ignored ones included.
    pub names: Vec<String>,
    /// Line of the file on which each row starts, from 1; of a file without lines the number of the row.
    pub lines: Vec<u64>,
    /// What `lines` are.
    pub counted: Counted,
    /// File and hash.
    pub provenance: Provenance,
    /// How it was read, and what was decided about its columns.
    pub decisions: Box<Decisions>,
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
    /// The lines on which rows start, in order.
    pub(crate) fn places(&self) -> impl Iterator<Item = Line> {
        let path: Arc<str> = self.path.as_str().into();
        self.lines.iter().map(move |&number| Line {
            path: path.clone(),
            number,
        })
    }

    /// Where a row stands in the file.
    pub(crate) fn place(&self, row: usize) -> Place {
        self.counted.at(self.lines[row])
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
        found.ok_or_else(|| DataError::unknown_column(&self.path, name, &self.names))
    }

    /// Leaves out the columns that `options` do not want.
    pub(crate) fn select(&mut self, options: &Options) -> Result<()> {
        let options = &resolved(options, &self.names, &self.path)?;
        self.columns.retain(|column| options.reads(&column.name));
        self.take_columns_of_rows(options)
    }

    /// Takes out the columns that say something of rows and are no features: sample weights, groups and times.
    ///
    /// # Errors
    /// As [`Table::weigh`] and [`Table::tie`].
    pub fn take_columns_of_rows(&mut self, options: &Options) -> Result<()> {
        self.keep_by(options);
        if let Some(column) = &options.weight {
            self.weigh(column)?;
        }
        self.tie(options)
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
        let by_position = place_of(target, &self.names).and_then(|place| {
            let name = &self.names[place];
            self.columns.iter().position(|column| column.name == *name)
        });
        by_position.ok_or_else(|| DataError::unknown_column(&self.path, target, &self.names))
    }

    /// Indices into `columns` of targets, each as for [`Table::target_index`]; of none that of the last column.
    ///
    /// # Errors
    /// As [`Table::target_index`]; [`DataError::RepeatedTarget`] for a column that is named twice.
    pub fn target_indices(&self, targets: &[String]) -> Result<Vec<usize>> {
        if targets.is_empty() {
            return Ok(vec![self.target_index(None)?]);
        }
        let mut found = Vec::with_capacity(targets.len());
        for target in targets {
            let index = self.target_index(Some(target))?;
            if found.contains(&index) {
                return Err(DataError::RepeatedTarget {
                    path: self.path.clone(),
                    column: self.columns[index].name.clone(),
                });
            }
            found.push(index);
        }
        Ok(found)
    }

    /// The rows of all other classes, and those of the named ones; `targets` as for [`Table::target_indices`].
    ///
    /// # Errors
    /// [`DataError::UnknownClass`] for a name that no row has, [`DataError::SeveralTargets`], [`DataError::UnknownColumn`],
    /// [`DataError::NoColumns`].
    pub fn partition(&self, targets: &[String], unknown: &[String]) -> Result<(Self, Self)> {
        let indices = self.target_indices(targets)?;
        let &[index] = indices.as_slice() else {
            return Err(DataError::SeveralTargets {
                path: self.path.clone(),
                targets: indices.len(),
                what: "setting classes aside",
            });
        };
        let column = &self.columns[index];
        let texts: Vec<Option<String>> = (0..self.rows()).map(|row| column.text(row)).collect();
        let mut names: Vec<String> = texts.iter().flatten().cloned().collect();
        names.sort_unstable();
        names.dedup();
        check_classes(&self.path, unknown, names)?;
        let is_named = |row: usize| {
            texts[row]
                .as_ref()
                .is_some_and(|text| unknown.contains(text))
        };
        let (named, other): (Vec<usize>, Vec<usize>) = (0..self.rows()).partition(|&r| is_named(r));
        Ok((self.picked(&other), self.picked(&named)))
    }

    fn picked(&self, rows: &[usize]) -> Self {
        let column = |column: &Column| Column {
            name: column.name.clone(),
            cells: column.cells.picked(rows),
        };
        let weights = self.weights.as_ref();
        Self {
            columns: self.columns.iter().map(column).collect(),
            weights: weights.map(|weights| Box::new(weights.picked(rows))),
            ties: Box::new(self.ties.picked(rows)),
            lines: rows.iter().map(|&row| self.lines[row]).collect(),
            ..self.clone()
        }
    }

    /// The column as numbers, whatever it was read as.
    ///
    /// # Errors
    /// [`DataError::NotNumeric`] or [`DataError::Infinite`], naming the first row that holds no finite number.
    pub(crate) fn numbers_of<'a>(&self, column: &'a Column) -> Result<Cow<'a, [f64]>> {
        let (codes, levels) = match &column.cells {
            Cells::Numbers(values) => return Ok(Cow::Borrowed(values)),
            Cells::Labels { codes, levels } => (codes, levels),
        };
        let numbers: Vec<Option<f64>> = levels.iter().map(|level| level.parse().ok()).collect();
        let value = |(row, &code): (usize, &u32)| {
            let Some(number) = numbers.get(code as usize) else {
                return Ok(f64::NAN);
            };
            let (path, place, column) = (self.path.clone(), self.place(row), column.name.clone());
            let value = levels[code as usize].clone();
            match number {
                Some(number) if number.is_infinite() => Err(DataError::Infinite {
                    path,
                    place,
                    column,
                    value,
                }),
                Some(number) => Ok(*number),
                None => Err(DataError::NotNumeric {
                    path,
                    place,
                    column,
                    value,
                    what: "numbers",
                }),
            }
        };
        codes.iter().enumerate().map(value).collect()
    }

    /// Refuses a target that some of `rows` lack.
    pub(crate) fn refuse_missing(&self, target: &Column, rows: &[usize]) -> Result<()> {
        let missing = rows.iter().filter(|&&row| target.is_missing(row));
        let Some(line) = missing.clone().map(|&row| self.lines[row]).min() else {
            return Ok(());
        };
        Err(DataError::MissingTarget {
            path: self.path.clone(),
            place: self.counted.at(line),
            column: target.name.clone(),
            count: missing.count(),
            rows: rows.len(),
        })
    }
}

impl Column {
    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        match &self.cells {
            Cells::Numbers(values) => values.len(),
            Cells::Labels { codes, .. } => codes.len(),
        }
    }

    /// The value of `row` as text, `None` if it is missing.
    pub fn text(&self, row: usize) -> Option<String> {
        match &self.cells {
            Cells::Numbers(values) => (!values[row].is_nan()).then(|| number_name(values[row])),
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
