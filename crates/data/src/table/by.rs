//! The column by whose values an audit's rows are grouped, which may be no feature.

use crate::table::column::builder::{Builder, Moments};
use crate::table::column::labels::Levels;
use crate::table::moments::instants;
use crate::table::value::moment::MomentForm;
use crate::{Cells, Column, Options, Table};

/// A column of the file, row by row, whether or not a model reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct By {
    /// Its name and values; of dates their instants in seconds since 1970 UTC.
    pub column: Column,
    /// Whether it holds dates.
    pub dates: bool,
}

impl By {
    /// Of a column that is read for this alone.
    pub(super) fn of_builder(name: &str, column: Builder) -> Option<Self> {
        match column {
            Builder::Moments(moments) => Some(Self {
                dates: moments.form != MomentForm::Time,
                ..Self::of(name, instants(name, &moments).cells)
            }),
            column => cells_of(column).map(|cells| Self::of(name, cells)),
        }
    }

    pub(super) fn of(name: &str, cells: Cells) -> Self {
        Self {
            column: Column {
                name: name.to_owned(),
                cells,
            },
            dates: false,
        }
    }

    /// Of times of the day there are no years: their one column is that of the table.
    pub(super) fn of_moments(instants: &Column, moments: &Moments) -> Option<Self> {
        (moments.form != MomentForm::Time).then(|| Self {
            column: instants.clone(),
            dates: true,
        })
    }

    pub(super) fn picked(&self, rows: &[usize]) -> Self {
        Self {
            column: Column {
                name: self.column.name.clone(),
                cells: self.column.cells.picked(rows),
            },
            dates: self.dates,
        }
    }
}

impl Options {
    /// Whether this is the column by which rows are grouped.
    pub(crate) fn is_by(&self, name: &str) -> bool {
        self.by.as_deref() == Some(name)
    }

    /// Whether a column of this name is read at all.
    pub(crate) fn reads(&self, name: &str) -> bool {
        self.wants(name) || self.is_by(name)
    }
}

impl Table {
    /// Keeps a copy of the column of [`Options::by`] before weights, groups and times are taken out; one that nobody wants as a feature
    /// leaves the table. Without such a column there is none.
    pub(super) fn keep_by(&mut self, options: &Options) {
        let Some(name) = &options.by else {
            return;
        };
        let Some(place) = self.columns.iter().position(|column| column.name == *name) else {
            return;
        };
        if self.ties.by.is_none() {
            let column = &self.columns[place];
            self.ties.by = Some(By::of(name, column.cells.clone()));
        }
        if !options.wants(name) {
            self.columns.remove(place);
        }
    }
}

/// The values of a column that is no feature; `None` where they were not kept.
pub(super) fn cells_of(column: Builder) -> Option<Cells> {
    match column {
        Builder::Numbers(numbers) => Some(Cells::Numbers(numbers.values)),
        Builder::Labels(labels) => match labels.levels() {
            Levels::Few(_) => Some(labels.cells()),
            Levels::TooMany { .. } => None,
        },
        _ => None,
    }
}

impl Cells {
    pub(super) fn picked(&self, rows: &[usize]) -> Self {
        match self {
            Self::Numbers(values) => Self::Numbers(rows.iter().map(|&row| values[row]).collect()),
            Self::Labels { codes, levels } => Self::Labels {
                codes: rows.iter().map(|&row| codes[row]).collect(),
                levels: levels.clone(),
            },
        }
    }
}
