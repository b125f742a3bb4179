//! Target columns to classes, values or labels of a known task.

use std::collections::HashMap;

use crate::table::is_switch;
use crate::target::number_name;
use crate::{Cells, Column, DataError, Images, Inputs, Result, Schema, Table, Target, Task};

impl Schema {
    /// Encodes the targets of `table` with the classes of this schema.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`] if a target is not there, [`DataError::MissingTarget`],
    /// [`DataError::UnseenClass`] for a label that training never saw, [`DataError::NotNumeric`].
    pub fn encode_target(&self, table: &Table) -> Result<Target> {
        let columns = self.target_columns(table)?;
        let rows: Vec<usize> = (0..table.rows()).collect();
        for column in &columns {
            table.refuse_missing(column, &rows)?;
        }
        self.target_of(table, &columns)
    }

    /// The targets of all rows; class 0, value 0 or no where they are missing.
    pub(crate) fn target_of(&self, table: &Table, columns: &[&Column]) -> Result<Target> {
        match &self.task {
            Task::Regression { targets } => {
                let numbers = columns.iter().map(|column| table.numbers_of(column));
                let numbers = numbers.collect::<Result<Vec<_>>>()?;
                let present = |value: f64| if value.is_nan() { 0.0 } else { value };
                let row = |row: usize| numbers.iter().map(move |own| present(own[row]));
                Ok(Target::Values {
                    values: (0..table.rows()).flat_map(row).collect(),
                    names: targets.clone(),
                })
            }
            Task::Classification { classes } => Ok(Target::Classes {
                labels: classes_of(table, columns[0], classes)?,
                names: classes.clone(),
            }),
            Task::Multilabel { labels } => {
                let pairs = labels.iter().zip(columns);
                let found = pairs.map(|(label, column)| classes_of(table, column, &label.values));
                let found = found.collect::<Result<Vec<_>>>()?;
                let row = |row: usize| found.iter().map(move |own| own[row] == 1);
                Ok(Target::Flags {
                    flags: (0..table.rows()).flat_map(row).collect(),
                    labels: labels.clone(),
                })
            }
        }
    }

    /// The labels of images as classes of this schema.
    ///
    /// # Errors
    /// [`DataError::UnseenClass`]; [`DataError::OtherKind`] for the schema of a regression.
    pub(crate) fn image_target(&self, images: &Images) -> Result<Target> {
        let Task::Classification { classes } = &self.task else {
            return Err(DataError::OtherKind {
                path: images.path.clone(),
                found: "images",
                expected: self.kind(),
            });
        };
        let finder = ClassFinder::new(classes);
        let labels = 0..=images.labels.iter().copied().max().unwrap_or(0);
        let known: Vec<Option<u32>> = labels
            .map(|label| finder.of_text(&images.label_name(label)))
            .collect();
        let label_of = |row: usize| known[images.labels[row] as usize];
        let labels = collect_labels(images.labels.len(), label_of, |row| {
            let label = images.label_name(images.labels[row]);
            let place = format!("image {}", row + 1);
            DataError::unseen_class(&images.path, place, label, classes)
        })?;
        Ok(Target::Classes {
            labels,
            names: classes.clone(),
        })
    }

    /// The columns of the targets; of a table of pixels also a last column beyond them.
    pub(crate) fn target_columns<'a>(&self, table: &'a Table) -> Result<Vec<&'a Column>> {
        let pixels = matches!(self.inputs, Inputs::Pixels { .. });
        let last = table.columns.last();
        let last = last.filter(|_| pixels && table.columns.len() == self.features() + 1);
        let find = |name: &String| match (table.column(name), last) {
            (Err(_), Some(last)) => Ok(last),
            (found, _) => found,
        };
        self.targets.iter().map(find).collect()
    }
}

/// Class of each row, the first where it is missing.
fn classes_of(table: &Table, column: &Column, classes: &[String]) -> Result<Vec<u32>> {
    let find = class_finder(column, classes);
    let label = |row| {
        if column.is_missing(row) {
            Some(0)
        } else {
            find(row)
        }
    };
    collect_labels(table.rows(), label, |row| {
        let place = table.place(row).to_string();
        let label = column.text(row).unwrap_or_default();
        DataError::unseen_class(&table.path, place, label, classes)
    })
}

/// Class index by name; `1.0` finds the class `1`.
struct ClassFinder<'a>(HashMap<&'a str, u32>);

impl<'a> ClassFinder<'a> {
    fn new(classes: &'a [String]) -> Self {
        Self(
            classes
                .iter()
                .enumerate()
                .map(|(index, name)| (name.as_str(), index as u32))
                .collect(),
        )
    }

    fn of_text(&self, label: &str) -> Option<u32> {
        let exact = self.0.get(label).copied();
        let alike = || {
            let mut classes = self.0.iter().filter(|_| is_switch(label));
            let found = classes.find(|(class, _)| class.eq_ignore_ascii_case(label))?;
            Some(*found.1)
        };
        exact
            .or_else(alike)
            .or_else(|| self.of_number(label.parse().ok()?))
    }

    fn of_number(&self, label: f64) -> Option<u32> {
        self.0.get(number_name(label).as_str()).copied()
    }
}

/// Class of each row that has a label, `None` if the class is not known.
fn class_finder<'a>(
    column: &'a Column,
    classes: &'a [String],
) -> Box<dyn Fn(usize) -> Option<u32> + 'a> {
    let finder = ClassFinder::new(classes);
    match &column.cells {
        Cells::Numbers(values) => Box::new(move |row| finder.of_number(values[row])),
        Cells::Labels { codes, levels } => {
            let known: Vec<Option<u32>> = levels.iter().map(|l| finder.of_text(l)).collect();
            Box::new(move |row| known[codes[row] as usize])
        }
    }
}

fn collect_labels(
    rows: usize,
    label: impl Fn(usize) -> Option<u32>,
    error: impl Fn(usize) -> DataError,
) -> Result<Vec<u32>> {
    (0..rows)
        .map(|row| label(row).ok_or_else(|| error(row)))
        .collect()
}
