//! Sample weights: how much each row of a table counts.

use crate::{DataError, Result, Table};

/// A column of sample weights, which is no feature.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Header of the column.
    pub column: String,
    /// One per row: finite, at least 0, not all 0.
    pub values: Vec<f64>,
}

impl Weights {
    pub(super) fn picked(&self, rows: &[usize]) -> Self {
        Self {
            column: self.column.clone(),
            values: rows.iter().map(|&row| self.values[row]).collect(),
        }
    }
}

impl Table {
    /// Takes a column out of the table as the weights of its rows.
    ///
    /// # Errors
    /// [`DataError::UnknownColumn`]; [`DataError::BadWeight`] for a value that is missing, negative or no number, naming its place;
    /// [`DataError::NoPositiveWeight`] if all are 0.
    pub fn weigh(&mut self, name: &str) -> Result<()> {
        let place = self.columns.iter().position(|column| column.name == name);
        let place =
            place.ok_or_else(|| DataError::unknown_column(&self.path, name, &self.names))?;
        let column = self.columns.remove(place);
        let weight = |row: usize| {
            let text = column.text(row);
            let number = text.as_ref().and_then(|text| text.parse::<f64>().ok());
            let allowed = number.filter(|number| (0.0..f64::INFINITY).contains(number));
            allowed.ok_or_else(|| DataError::BadWeight {
                path: self.path.clone(),
                place: self.place(row),
                column: name.to_owned(),
                value: text
                    .map_or_else(|| "a missing value".to_owned(), |text| format!("'{text}'")),
            })
        };
        let values: Vec<f64> = (0..self.rows()).map(weight).collect::<Result<_>>()?;
        if values.iter().all(|&weight| weight == 0.0) {
            return Err(DataError::NoPositiveWeight {
                path: self.path.clone(),
                column: name.to_owned(),
            });
        }
        self.weights = Some(Box::new(Weights {
            column: name.to_owned(),
            values,
        }));
        Ok(())
    }
}
