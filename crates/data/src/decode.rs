//! Features back to what the file said.

use crate::{ColumnKind, Schema};

/// One value of a row, as a reader of the file knows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing there, or a label that the schema does not know.
    Missing,
    /// A number, to single precision.
    Number(f64),
    /// A label.
    Label(String),
}

impl Schema {
    /// The inverse of [`Schema::encode`] for one row, before scaling.
    ///
    /// # Shapes
    /// - `features`: `[features]`
    /// - returns: one value per column, per pixel or per sparse feature
    pub fn decode(&self, features: &[f32]) -> Vec<Value> {
        let number = |stored: f32, offset: f64, unit: f64| match stored.is_nan() {
            true => Value::Missing,
            false => Value::Number(f64::from(stored) * unit + offset),
        };
        let columns = self.columns();
        if columns.is_empty() {
            let values = features.iter();
            return values.map(|&value| number(value, 0.0, 1.0)).collect();
        }
        let mut rest = features;
        let mut values = Vec::with_capacity(columns.len());
        for column in columns {
            let (own, after) = rest.split_at(column.width());
            rest = after;
            values.push(match &column.kind {
                ColumnKind::Numeric { offset, unit } => number(own[0], *offset, *unit),
                ColumnKind::Categorical { levels } => {
                    let set = levels.iter().zip(own).find(|(_, flag)| **flag == 1.0);
                    set.map_or(Value::Missing, |(level, _)| Value::Label(level.clone()))
                }
            });
        }
        values
    }
}
