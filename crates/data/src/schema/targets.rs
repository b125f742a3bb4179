//! The columns to predict, and what they are taken for.

use std::collections::BTreeSet;

use crate::schema::no_target::{refuse_constant, refuse_no_classes};
use crate::target::{number_name, sort_names};
use crate::{Cells, Column, DataError, Label, Options, Result, Table, Task, TaskKind};

/// Most different values of a numeric target that is still taken for classes.
const MAX_NUMERIC_CLASSES: usize = 20;

/// Columns of a table that are to be predicted, at least one.
pub(super) struct Targets<'a> {
    pub(super) table: &'a Table,
    /// Into the table's columns.
    places: Vec<usize>,
}

/// What one of several targets can be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Numbers,
    TwoValues,
    /// Numbers that are all the same.
    OneNumber,
    /// A label that all rows have.
    OneLabel,
    ManyLabels,
}

impl<'a> Targets<'a> {
    /// Those that the options name.
    pub(super) fn of(table: &'a Table, options: &Options) -> Result<Self> {
        Ok(Self {
            places: table.target_indices(&options.targets)?,
            table,
        })
    }

    fn columns(&self) -> impl Iterator<Item = &'a Column> {
        self.places.iter().map(|&place| &self.table.columns[place])
    }

    /// All columns that are not to be predicted.
    pub(super) fn others(&self) -> impl Iterator<Item = &'a Column> {
        let columns = self.table.columns.iter().enumerate();
        let others = columns.filter(|(place, _)| !self.places.contains(place));
        others.map(|(_, column)| column)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.columns().map(|column| column.name.clone()).collect()
    }

    /// Those of some rows that have a value in at least one of the columns.
    pub(super) fn present(&self, rows: &[usize]) -> Vec<usize> {
        let present = |row: &usize| self.columns().any(|column| !column.is_missing(*row));
        rows.iter().copied().filter(present).collect()
    }

    /// The task of predicting the columns, as `rows` show it.
    ///
    /// One target: labels are classes; numbers are classes if they are whole, at most [`MAX_NUMERIC_CLASSES`] different and at most
    /// `sqrt(rows)` different, else they are values. Several: numbers of more than two values are values, and columns of two values are
    /// labels that apply or do not; there is no task of both.
    pub(super) fn task(&self, rows: &[usize], options: &Options) -> Result<Task> {
        for target in self.columns() {
            self.table.refuse_missing(target, rows)?;
        }
        let kind = options.task.map_or_else(|| self.decide(rows), Ok)?;
        match kind {
            TaskKind::Regression => {
                for target in self.columns() {
                    let values = self.table.numbers_of(target)?;
                    refuse_constant(self.table, target, &values, rows)?;
                }
                Ok(Task::Regression {
                    targets: self.names(),
                })
            }
            TaskKind::Classification => self.classes(rows, options),
            TaskKind::Multilabel => {
                let labels = self.columns().map(|target| self.label(target, rows));
                Ok(Task::Multilabel {
                    labels: labels.collect::<Result<_>>()?,
                })
            }
        }
    }

    fn decide(&self, rows: &[usize]) -> Result<TaskKind> {
        if let &[place] = self.places.as_slice() {
            return Ok(decide(&self.table.columns[place], rows));
        }
        let forms: Vec<(&Column, Form)> = self
            .columns()
            .map(|target| (target, Form::of(target, rows)))
            .collect();
        let first = |wanted: Form| forms.iter().find(|(_, form)| *form == wanted);
        if let Some((target, _)) = first(Form::ManyLabels) {
            return Err(self.no_label(
                target,
                rows,
                "of several targets each is a number or has two values",
            ));
        }
        match (first(Form::Numbers), first(Form::TwoValues)) {
            (Some((numbers, _)), Some((label, _))) => Err(DataError::MixedTargets {
                path: self.table.path.clone(),
                numbers: numbers.name.clone(),
                label: label.name.clone(),
            }),
            (Some(_), None) => match first(Form::OneLabel) {
                None => Ok(TaskKind::Regression),
                Some((target, _)) => Err(self.one_class(target, rows)),
            },
            (None, _) => match first(Form::OneLabel).or_else(|| first(Form::OneNumber)) {
                None => Ok(TaskKind::Multilabel),
                Some((target, _)) => Err(self.one_class(target, rows)),
            },
        }
    }

    fn classes(&self, rows: &[usize], options: &Options) -> Result<Task> {
        let &[place] = self.places.as_slice() else {
            return Err(DataError::SeveralTargets {
                path: self.table.path.clone(),
                targets: self.places.len(),
                what: "a classification",
            });
        };
        let target = &self.table.columns[place];
        let mut classes = class_names(self.table, target, rows, options.max_levels)?;
        if options.task.is_none() && options.known.is_none() {
            refuse_no_classes(self.table, target, &classes, rows.len())?;
        }
        sort_names(&mut classes);
        if classes.len() == 1 {
            return Err(self.one_class(target, rows));
        }
        Ok(Task::Classification { classes })
    }

    fn label(&self, target: &Column, rows: &[usize]) -> Result<Label> {
        let mut values = different(target, rows, 3);
        sort_names(&mut values);
        match <[String; 2]>::try_from(values) {
            Ok(values) => Ok(Label {
                name: target.name.clone(),
                values,
            }),
            Err(values) if values.len() < 2 => Err(self.one_class(target, rows)),
            Err(_) => Err(self.no_label(target, rows, "a label has two")),
        }
    }

    fn one_class(&self, target: &Column, rows: &[usize]) -> DataError {
        DataError::OneClass {
            path: self.table.path.clone(),
            column: target.name.clone(),
            class: different(target, rows, 1).pop().unwrap_or_default(),
        }
    }

    fn no_label(&self, target: &Column, rows: &[usize], wanted: &'static str) -> DataError {
        let values = different(target, rows, usize::MAX);
        DataError::NoLabel {
            path: self.table.path.clone(),
            column: target.name.clone(),
            found: values.len(),
            value: values.into_iter().next().unwrap_or_default(),
            wanted,
        }
    }
}

impl Form {
    fn of(target: &Column, rows: &[usize]) -> Self {
        let numbers = matches!(target.cells, Cells::Numbers(_));
        match (numbers, different(target, rows, 3).len()) {
            (_, 2) => Self::TwoValues,
            (true, 3) => Self::Numbers,
            (true, _) => Self::OneNumber,
            (false, 3) => Self::ManyLabels,
            (false, _) => Self::OneLabel,
        }
    }
}

/// The first different values among some rows, at most so many of them.
fn different(target: &Column, rows: &[usize], most: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    match &target.cells {
        Cells::Labels { codes, levels } => {
            let mut seen = BTreeSet::new();
            for &row in rows {
                if found.len() == most {
                    break;
                }
                if seen.insert(codes[row]) {
                    found.extend(levels.get(codes[row] as usize).cloned());
                }
            }
        }
        Cells::Numbers(values) => {
            let mut seen = BTreeSet::new();
            for &row in rows {
                if found.len() == most {
                    break;
                }
                if seen.insert((values[row] + 0.0).to_bits()) {
                    found.push(number_name(values[row]));
                }
            }
        }
    }
    found
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
    if different.len().pow(2) <= rows.len() {
        TaskKind::Classification
    } else {
        TaskKind::Regression
    }
}

/// All classes among some rows.
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
                    let (found, place) = (seen.len(), table.place(row));
                    return Err(DataError::TooManyLevels {
                        path,
                        column,
                        found,
                        place,
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
