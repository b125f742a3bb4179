//! Decides from the target column what is to be predicted.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::table::field::number_name;
use crate::table::{Cells, Column, Table};
use crate::target::sort_names;
use crate::{DataError, Options, Result, Task, TaskKind};

/// Most different values of a numeric target that is still taken for classes.
const MAX_NUMERIC_CLASSES: usize = 20;

/// The task of predicting `target`, as `rows` show it.
///
/// Labels are classes. Numbers are classes if they are whole, at most [`MAX_NUMERIC_CLASSES`] different
/// and at most `sqrt(rows)` different; else they are values.
pub(crate) fn fit_task(
    table: &Table,
    target: &Column,
    rows: &[usize],
    options: &Options,
) -> Result<Task> {
    refuse_missing(table, target, rows)?;
    let kind = options.task.unwrap_or_else(|| decide(target, rows));
    if kind == TaskKind::Regression {
        numbers_of(table, target)?;
        return Ok(Task::Regression {
            target: target.name.clone(),
        });
    }
    let mut classes = class_names(table, target, rows, options.max_levels)?;
    sort_names(&mut classes);
    if let [class] = classes.as_slice() {
        let (path, column) = (table.path.clone(), target.name.clone());
        return Err(DataError::OneClass {
            path,
            column,
            class: class.clone(),
        });
    }
    Ok(Task::Classification { classes })
}

pub(crate) fn refuse_missing(table: &Table, target: &Column, rows: &[usize]) -> Result<()> {
    let missing = rows.iter().filter(|&&row| target.is_missing(row));
    let Some(line) = missing.clone().map(|&row| table.lines[row]).min() else {
        return Ok(());
    };
    Err(DataError::MissingTarget {
        path: table.path.clone(),
        line,
        column: target.name.clone(),
        count: missing.count(),
        rows: rows.len(),
    })
}

fn decide(target: &Column, rows: &[usize]) -> TaskKind {
    let Cells::Numbers(values) = &target.cells else {
        return TaskKind::Classification;
    };
    let mut different = BTreeSet::new();
    for &row in rows {
        let whole = values[row].fract() == 0.0;
        different.insert((values[row] + 0.0).to_bits());
        if !whole || different.len() > MAX_NUMERIC_CLASSES {
            return TaskKind::Regression;
        }
    }
    match different.len().pow(2) <= rows.len() {
        true => TaskKind::Classification,
        false => TaskKind::Regression,
    }
}

/// The column as numbers, whatever it was read as.
///
/// # Errors
/// [`DataError::NotNumeric`] or [`DataError::Infinite`], naming the first line that holds no finite number.
pub(crate) fn numbers_of<'a>(table: &Table, column: &'a Column) -> Result<Cow<'a, [f64]>> {
    let (codes, levels) = match &column.cells {
        Cells::Numbers(values) => return Ok(Cow::Borrowed(values)),
        Cells::Labels { codes, levels } => (codes, levels),
    };
    let numbers: Vec<Option<f64>> = levels.iter().map(|level| level.parse().ok()).collect();
    let value = |(row, &code): (usize, &u32)| {
        let Some(number) = numbers.get(code as usize) else {
            return Ok(f64::NAN);
        };
        let (path, line, column) = (table.path.clone(), table.lines[row], column.name.clone());
        let value = levels[code as usize].clone();
        match number {
            Some(number) if number.is_infinite() => Err(DataError::Infinite {
                path,
                line,
                column,
                value,
            }),
            Some(number) => Ok(*number),
            None => Err(DataError::NotNumeric {
                path,
                line,
                column,
                value,
            }),
        }
    };
    codes.iter().enumerate().map(value).collect()
}

fn class_names(
    table: &Table,
    target: &Column,
    rows: &[usize],
    limit: usize,
) -> Result<Vec<String>> {
    let names: BTreeSet<String> = match &target.cells {
        Cells::Labels { codes, levels } => {
            let seen: BTreeSet<u32> = rows.iter().map(|&row| codes[row]).collect();
            seen.into_iter()
                .filter_map(|code| levels.get(code as usize).cloned())
                .collect()
        }
        Cells::Numbers(values) => {
            let mut seen = BTreeSet::new();
            for &row in rows {
                seen.insert((values[row] + 0.0).to_bits());
                if seen.len() > limit {
                    let (path, column) = (table.path.clone(), target.name.clone());
                    let (found, line) = (seen.len(), table.lines[row]);
                    return Err(DataError::TooManyLevels {
                        path,
                        column,
                        found,
                        line,
                        limit,
                    });
                }
            }
            seen.into_iter()
                .map(|bits| number_name(f64::from_bits(bits)))
                .collect()
        }
    };
    Ok(names.into_iter().collect())
}
