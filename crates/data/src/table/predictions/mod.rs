//! Predictions and labels that another program wrote, as delimited text, NPY or NPZ.

mod columns;
mod labels;
mod lines;
mod scale;

use std::path::Path;

use crate::allowance::Allowance;
use crate::error::listed;
use crate::files::Source;
use crate::files::folder::extension;
use crate::files::npy::Array;
use crate::files::npz::Npz;
use crate::table::arrays::array_of;
use crate::{DataError, Result};

pub use labels::{RowLabels, read_labels};
pub use scale::Scores;

use columns::Columns;
use lines::Lines;

/// Logits of one model on some rows.
#[derive(Debug, Clone, PartialEq)]
pub struct LogitTable {
    /// Where they come from.
    pub path: String,
    /// `[rows, classes]`, row-major: finite or `-inf`, at least one finite in each row.
    pub values: Vec<f64>,
    /// Number of rows.
    pub rows: usize,
    /// Class names from the head, without `logit_` or `p_`; `0, 1, ...` where there is none.
    pub classes: Vec<String>,
    /// Whether the names are those of a head.
    pub named: bool,
    /// Whether there was one column, of the second of two classes, whose name is known if [`named`](Self::named).
    pub binary: bool,
    /// What was decided in reading.
    pub notes: Vec<String>,
}

/// Reads logits or probabilities of some rows, a column for each class, or one column of two classes' second.
///
/// Text has a head or none. A column that counts the rows is no class; where some columns are called `logit_CLASS` or `p_CLASS`, the
/// others are none. Probabilities are known by their columns' names, by [`Scores::Probabilities`], or by rows between 0 and 1 that sum
/// to 1, and become logits by the logarithm.
///
/// ```text
/// z_k = ln p_k        of one column p:  z = [0, ln p - ln (1 - p)]        of one column of logits z:  [0, z]
/// ```
///
/// Reading may take `memory` bytes, by default 60 % of what is free.
///
/// # Errors
/// [`DataError::Open`], [`DataError::Empty`], [`DataError::Ragged`], [`DataError::BeyondMemory`]; [`DataError::BadLogit`] for what is no number, NaN or `+inf`, and for a
/// row without a finite logit; [`DataError::BadProbability`]; [`DataError::Array`] for an array of another shape or type, for columns that
/// nobody can tell apart, and for logits that look like probabilities.
pub fn read_logits(path: &Path, scores: Scores, memory: Option<u64>) -> Result<LogitTable> {
    let name = path.display().to_string();
    let allowance = &Allowance::of(memory);
    let columns = match extension(path).as_str() {
        "npy" | "npz" => Columns::of_array(&name, array(path, allowance)?)?,
        _ => Columns::of_text(&name, &Lines::read(path, allowance)?)?,
    };
    let table = scale::logits(columns, &name, scores)?;
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

    /// The same with the classes in the order of another table's; where only one of the two has names, columns keep their places.
    ///
    /// # Errors
    /// [`DataError::OtherClasses`] if the two do not have the same classes.
    pub fn in_order_of(mut self, first: &Self) -> Result<Self> {
        let other = || DataError::OtherClasses {
            path: self.path.clone(),
            classes: listed(&self.classes, 20),
            first: first.path.clone(),
            expected: listed(&first.classes, 20),
        };
        let width = self.classes.len();
        if width != first.classes.len() {
            return Err(other());
        }
        if self.classes == first.classes {
            return Ok(self);
        }
        if !(self.named && first.named) {
            let (unnamed, named) = if self.named {
                (first, &self)
            } else {
                (&self, first)
            };
            let note = format!(
                "{}: its columns have no names and are taken in the order of {}",
                unnamed.path, named.path
            );
            self.notes.push(note);
            return Ok(self);
        }
        let place = |class| self.classes.iter().position(|own| own == class);
        let places: Option<Vec<usize>> = first.classes.iter().map(place).collect();
        let places = places.ok_or_else(other)?;
        let rows = self.values.chunks_exact(width);
        self.values = rows
            .flat_map(|row| places.iter().map(|&place| row[place]))
            .collect();
        self.classes.clone_from(&first.classes);
        let note = format!(
            "{}: columns are matched by name with {}",
            self.path, first.path
        );
        self.notes.push(note);
        Ok(self)
    }
}

/// An array by itself, or the only one of an archive.
fn array(path: &Path, allowance: &Allowance) -> Result<Array> {
    let source = Source::file(path, allowance);
    if extension(path) == "npz" {
        return Npz::open(&source)?.only();
    }
    array_of(&source.name(), allowance, &source.read_all()?.bytes)
}
