//! Targets that nothing can be learned of, or that may not be what they seem.

use crate::table::looks_numeric;
use crate::table::value::missing::Missing;
use crate::{Cells, Column, DataError, Result, Table, Task};

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

/// Tells of classes whose names elsewhere mean that a value is missing.
pub(crate) fn note_words(target: &str, task: &Task) -> Option<String> {
    let Task::Classification { classes } = task else {
        return None;
    };
    let is_word = |class: &&String| {
        class.chars().any(char::is_alphabetic) && Missing::default().in_numbers(class.as_bytes())
    };
    let words: Vec<String> = classes
        .iter()
        .filter(is_word)
        .map(|class| format!("\"{class}\""))
        .collect();
    let list = words.join(", ");
    (!words.is_empty()).then(|| {
        format!("{target}: {list} counts as a class; data.missing = [{list}] takes it as a missing value")
    })
}
