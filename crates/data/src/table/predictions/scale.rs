//! Logits or probabilities.

use super::LogitTable;
use super::columns::{Columns, Says};
use crate::{DataError, Result};

/// What is said of the numbers in a file of predictions, beside what its head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scores {
    /// Nothing: the head and the numbers decide.
    #[default]
    Unsaid,
    /// They are probabilities.
    Probabilities,
}

/// By how much the probabilities of a row may miss 1: they are rounded when they are written.
const ROUNDED: f64 = 0.01;
/// Rows that sum to 1 by chance are fewer.
const ENOUGH: usize = 3;

/// The numbers as logits.
pub(super) fn logits(mut columns: Columns, path: &str, scores: Scores) -> Result<LogitTable> {
    let width = columns.values.len() / columns.rows;
    let refused = |reason: &str| DataError::Array {
        path: path.to_owned(),
        reason: reason.to_owned(),
    };
    let odd = odd_row(&columns.values, width);
    let looks = odd.is_none();
    let told = scores == Scores::Probabilities || columns.says == Some(Says::Probabilities);
    let probabilities = match (told, columns.says, looks) {
        (true, ..) => true,
        (_, Some(Says::Logits), true) if width > 1 && columns.rows >= ENOUGH => {
            return Err(refused(
                "is said to hold logits, and all rows lie in [0, 1] and sum to 1 as probabilities do; give --probabilities, or, if \
                 they are logits, add a constant to them, which changes no probability",
            ));
        }
        (_, Some(Says::Logits), _) | (_, None, false) => false,
        (_, _, true) if width == 1 => {
            return Err(refused(
                "has one column between 0 and 1, which may be probabilities or logits; call it p_CLASS or logit_CLASS, or give \
                 --probabilities",
            ));
        }
        (_, _, true) if columns.rows < ENOUGH => {
            return Err(refused(
                "has rows in [0, 1] that sum to 1, too few to tell probabilities from logits; call the columns p_CLASS or \
                 logit_CLASS, or give --probabilities",
            ));
        }
        (_, _, true) => {
            let note = "all rows lie in [0, 1] and sum to 1: read as probabilities";
            columns.notes.push(format!("{path}: {note}"));
            true
        }
        (_, Some(Says::Probabilities), false) => true,
    };
    if let Some((row, found)) = odd.filter(|_| probabilities) {
        return Err(DataError::BadProbability {
            path: path.to_owned(),
            row: row + 1,
            found,
        });
    }
    Ok(table(columns, path, width, probabilities))
}

fn table(columns: Columns, path: &str, width: usize, probabilities: bool) -> LogitTable {
    let scaled = |value: f64| if probabilities { value.ln() } else { value };
    let values = match (width, probabilities) {
        (1, true) => columns
            .values
            .iter()
            .flat_map(|p| [(1.0 - p).ln(), p.ln()])
            .collect(),
        (1, false) => columns.values.iter().flat_map(|&z| [0.0, z]).collect(),
        _ => columns.values.into_iter().map(scaled).collect(),
    };
    let numbered = |count: usize| (0..count).map(|class| class.to_string()).collect();
    let named = columns.names.is_some() && (width > 1 || columns.says.is_some());
    let classes = match columns.names.filter(|_| named) {
        Some(names) if width == 1 => vec![format!("not {}", names[0]), names[0].clone()],
        Some(names) => names,
        None => numbered(width.max(2)),
    };
    LogitTable {
        path: path.to_owned(),
        values,
        rows: columns.rows,
        classes,
        named,
        binary: width == 1,
        notes: columns.notes,
    }
}

/// The first row that is no distribution, and what it is.
fn odd_row(values: &[f64], width: usize) -> Option<(usize, String)> {
    let mut rows = values.chunks_exact(width).enumerate();
    rows.find_map(|(row, values)| {
        let outside = values.iter().find(|value| !(0.0..=1.0).contains(*value));
        let sum: f64 = values.iter().sum();
        let found = match outside {
            Some(value) => format!("{value} is none"),
            None if width > 1 && (sum - 1.0).abs() > ROUNDED => format!("they sum to {sum}"),
            None => return None,
        };
        Some((row, found))
    })
}
