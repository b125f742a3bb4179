//! Targets that nothing can be learned of.

use crate::{Cells, Column, DataError, Result, Table};

/// From so many classes on, half as many as rows are none.
const CLASSES: usize = 20;

/// Refuses a number that is the same in all of `rows`, as a single class is.
pub(crate) fn refuse_constant(
    table: &Table,
    target: &Column,
    values: &[f64],
    rows: &[usize],
) -> Result<()> {
    let Some(&first) = rows.first() else {
        return Ok(());
    };
    if rows.len() < 2 || rows.iter().any(|&row| values[row] != values[first]) {
        return Ok(());
    }
    Err(DataError::OneValue {
        path: table.path.clone(),
        column: target.name.clone(),
        value: values[first],
    })
}

/// Refuses a text as classes if it is another one in most rows, or looks like numbers that could not be read.
pub(crate) fn refuse_no_classes(
    table: &Table,
    target: &Column,
    classes: &[String],
    rows: usize,
) -> Result<()> {
    let Cells::Labels { .. } = target.cells else {
        return Ok(());
    };
    let numeric = classes.iter().filter(|class| looks_numeric(class)).count();
    let many = classes.len() > CLASSES;
    let remedy = if many && 2 * numeric > classes.len() {
        "they look like numbers: write them as such, or let data.task = \"classification\" take each text as a class"
    } else if many && 2 * classes.len() > rows {
        "name another column in data.target, or let data.task = \"classification\" take each text as a class"
    } else {
        return Ok(());
    };
    let examples: Vec<String> = classes
        .iter()
        .take(3)
        .map(|class| format!("'{class}'"))
        .collect();
    Err(DataError::NoClasses {
        path: table.path.clone(),
        column: target.name.clone(),
        classes: classes.len(),
        rows,
        examples: examples.join(", "),
        remedy,
    })
}

/// Whether most letters of a text are digits, as in `12 kg`, `<5` or `3-4`.
fn looks_numeric(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .count();
    digits > 0 && 2 * digits >= letters && !text.starts_with(char::is_alphabetic)
}
