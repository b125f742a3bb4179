//! One column of a table as the features that a schema makes of it.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::table::is_switch;
use crate::target::number_name;
use crate::{Cells, Column, ColumnKind, ColumnSchema, DataError, MISSING, Result, Table};

/// Unknown labels of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// Name of the column.
    pub column: String,
    /// How many rows hold an unknown label.
    pub rows: usize,
    /// One such label.
    pub example: String,
}

/// One column, translated to the schema.
pub(crate) struct ColumnFeatures<'a> {
    values: Values<'a>,
    indicator: bool,
}

enum Values<'a> {
    /// NaN if missing; stored as `(x - offset) / unit`.
    Number {
        values: Cow<'a, [f64]>,
        offset: f64,
        unit: f64,
    },
    /// Position among the known labels; `UNKNOWN` for others, [`MISSING`] for none.
    Level { positions: Vec<u32>, width: usize },
}

const UNKNOWN: u32 = MISSING - 1;

impl<'a> ColumnFeatures<'a> {
    pub(crate) fn new(
        table: &Table,
        column: &'a Column,
        schema: &ColumnSchema,
        unseen: &mut Vec<Unseen>,
    ) -> Result<Self> {
        let values = match &schema.kind {
            ColumnKind::Numeric { offset, unit } => {
                let values = table.numbers_of(column)?;
                refuse_out_of_storage(table, column, &values, *offset, *unit)?;
                Values::Number {
                    values,
                    offset: *offset,
                    unit: *unit,
                }
            }
            ColumnKind::Categorical { levels } => {
                let positions = level_positions(column, levels);
                unseen.extend(count_unseen(column, &positions));
                Values::Level {
                    positions,
                    width: levels.len(),
                }
            }
        };
        Ok(Self {
            values,
            indicator: schema.missing_indicator,
        })
    }

    pub(crate) fn pixel(table: &Table, column: &'a Column) -> Result<Self> {
        let values = table.numbers_of(column)?;
        refuse_out_of_storage(table, column, &values, 0.0, 1.0)?;
        Ok(Self {
            values: Values::Number {
                values,
                offset: 0.0,
                unit: 1.0,
            },
            indicator: false,
        })
    }

    pub(crate) fn width(&self) -> usize {
        let values = match &self.values {
            Values::Number { .. } => 1,
            Values::Level { width, .. } => *width,
        };
        values + usize::from(self.indicator)
    }

    /// Writes the features of one row, which are zero before.
    pub(crate) fn write(&self, row: usize, features: &mut [f32]) {
        let missing = match &self.values {
            Values::Number {
                values,
                offset,
                unit,
            } => {
                features[0] = ((values[row] - offset) / unit) as f32;
                values[row].is_nan()
            }
            Values::Level { positions, .. } => {
                if positions[row] < UNKNOWN {
                    features[positions[row] as usize] = 1.0;
                }
                positions[row] == MISSING
            }
        };
        if self.indicator && missing {
            features[self.width() - 1] = 1.0;
        }
    }
}

fn refuse_out_of_storage(
    table: &Table,
    column: &Column,
    values: &[f64],
    offset: f64,
    unit: f64,
) -> Result<()> {
    let outside = values
        .iter()
        .position(|value| (((value - offset) / unit) as f32).is_infinite());
    let Some(row) = outside else { return Ok(()) };
    let (path, place, column) = (table.path.clone(), table.place(row), column.name.clone());
    Err(DataError::OutOfStorage {
        path,
        place,
        column,
        value: values[row],
    })
}

fn count_unseen(column: &Column, positions: &[u32]) -> Option<Unseen> {
    let unknown = |position: &u32| *position == UNKNOWN;
    let example = column.text(positions.iter().position(unknown)?)?;
    let rows = positions
        .iter()
        .filter(|position| unknown(position))
        .count();
    Some(Unseen {
        column: column.name.clone(),
        rows,
        example,
    })
}

fn level_positions(column: &Column, levels: &[String]) -> Vec<u32> {
    let known: HashMap<&str, u32> = levels
        .iter()
        .enumerate()
        .map(|(position, level)| (level.as_str(), position as u32))
        .collect();
    // `TRUE` is `true`.
    let alike = |label: &str| {
        let same = |level: &String| level.eq_ignore_ascii_case(label);
        is_switch(label)
            .then(|| levels.iter().position(same))
            .flatten()
    };
    let find = |label: &str| {
        let exact = known.get(label).copied();
        let number = || {
            known
                .get(number_name(label.parse().ok()?).as_str())
                .copied()
        };
        exact
            .or_else(|| alike(label).map(|place| place as u32))
            // `1.0` is the label `1`, if there is no `1.0`.
            .or_else(number)
            .unwrap_or(UNKNOWN)
    };
    match &column.cells {
        Cells::Numbers(values) => values
            .iter()
            .map(|value| {
                if value.is_nan() {
                    MISSING
                } else {
                    find(&number_name(*value))
                }
            })
            .collect(),
        Cells::Labels { codes, levels } => {
            let positions: Vec<u32> = levels.iter().map(|level| find(level)).collect();
            codes
                .iter()
                .map(|&code| positions.get(code as usize).copied().unwrap_or(MISSING))
                .collect()
        }
    }
}
