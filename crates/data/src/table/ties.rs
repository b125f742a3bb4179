//! What ties rows together: the groups that they belong to, and when they happened.

use std::collections::HashMap;

use crate::table::by::By;
use crate::{Cells, Column, DataError, Options, Result, Table};

/// Columns that decide which rows a split may part, and are no features.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ties {
    /// A number for the group of each row, such as a patient or a customer: no split parts the rows of one.
    pub groups: Option<Vec<u32>>,
    /// When each row happened, on any scale: what is held out or validated on is later than what is trained on.
    pub times: Option<Vec<f64>>,
    /// The column by whose values an audit groups its rows, if one was asked for and its values were kept.
    pub by: Option<By>,
}

impl Ties {
    pub(super) fn picked(&self, rows: &[usize]) -> Self {
        Self {
            groups: self.groups.as_ref().map(|all| of_rows(all, rows)),
            times: self.times.as_ref().map(|all| of_rows(all, rows)),
            by: self.by.as_ref().map(|by| by.picked(rows)),
        }
    }
}

fn of_rows<T: Copy>(all: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().map(|&row| all[row]).collect()
}

impl Table {
    /// Takes the columns of [`Options::group`] and [`Options::time`] out of the table as what ties its rows.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`]; [`DataError::GroupsAndTimes`] if both are named; [`DataError::TargetLeftOut`] if one of them is a
    /// target; [`DataError::NoGroup`] and [`DataError::NoTime`] for a cell without a value, which name its place.
    pub fn tie(&mut self, options: &Options) -> Result<()> {
        if options.group.is_some() && options.time.is_some() {
            return Err(DataError::GroupsAndTimes {
                path: self.path.clone(),
            });
        }
        let Some(name) = options.group.as_ref().or(options.time.as_ref()) else {
            return Ok(());
        };
        if options.targets.contains(name) {
            return Err(DataError::TargetLeftOut {
                path: self.path.clone(),
                column: name.clone(),
                option: "the column that decides how rows are split, which is no target: name another one in data.target",
            });
        }
        let place = self.columns.iter().position(|column| column.name == *name);
        let place =
            place.ok_or_else(|| DataError::unknown_column(&self.path, name, &self.names))?;
        let column = self.columns.remove(place);
        let kind = if options.group.is_some() {
            self.ties.groups = Some(self.groups_of(&column)?);
            "group"
        } else {
            self.ties.times = Some(self.times_of(&column)?);
            "time"
        };
        let mut decided = self.decisions.columns.iter_mut();
        if let Some(decided) = decided.find(|decided| decided.column == *name) {
            decided.kind = format!("{kind}, no feature: {}", decided.kind);
        }
        Ok(())
    }

    fn groups_of(&self, column: &Column) -> Result<Vec<u32>> {
        let mut numbers = HashMap::new();
        let mut number = |row: usize| {
            let text = column.text(row).ok_or_else(|| DataError::NoGroup {
                path: self.path.clone(),
                place: self.place(row),
                column: column.name.clone(),
            })?;
            let next = numbers.len() as u32;
            Ok(*numbers.entry(text).or_insert(next))
        };
        (0..self.rows()).map(&mut number).collect()
    }

    fn times_of(&self, column: &Column) -> Result<Vec<f64>> {
        let bad = |row: usize| DataError::NoTime {
            path: self.path.clone(),
            place: self.place(row),
            column: column.name.clone(),
            value: column
                .text(row)
                .map_or_else(|| "a missing value".to_owned(), |text| format!("'{text}'")),
        };
        let time = |row: usize| match &column.cells {
            Cells::Numbers(values) if !values[row].is_nan() => Ok(values[row]),
            _ => Err(bad(row)),
        };
        (0..self.rows()).map(time).collect()
    }
}
