//! What one cell says.

pub(crate) mod calendar;
pub(crate) mod missing;
pub(crate) mod moment;
pub(crate) mod number;

use serde::{Deserialize, Serialize};

use missing::{Missing, trimmed};
use moment::{MomentForm, moment};
use number::{Decimal, number};

/// How the cells of a column are read if they are not words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Numbers with this decimal sign.
    Number(Decimal),
    /// Dates or times.
    Moment(MomentForm),
}

impl Form {
    /// Every form, those of a kind side by side.
    pub(crate) const ALL: [Self; 6] = [
        Self::Number(Decimal::Point),
        Self::Number(Decimal::Comma),
        Self::Moment(MomentForm::Plain),
        Self::Moment(MomentForm::DayFirst),
        Self::Moment(MomentForm::MonthFirst),
        Self::Moment(MomentForm::Time),
    ];

    /// Whether a trimmed cell can be read so.
    pub(crate) fn fits(self, cell: &str) -> bool {
        match self {
            Self::Number(decimal) => number(cell, decimal).is_some(),
            Self::Moment(form) => moment(cell, form).is_some(),
        }
    }
}

/// What a field holds, for those who ask about one alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Field {
    Missing,
    /// May be infinite.
    Number,
    Moment,
    Label,
}

/// Reads a field as numbers with a decimal point, or dates of one meaning.
pub(crate) fn field_of(cell: &[u8], missing: &Missing) -> Field {
    let cell = trimmed(cell);
    if missing.in_numbers(cell) {
        return Field::Missing;
    }
    let Ok(text) = std::str::from_utf8(cell) else {
        return Field::Label;
    };
    let fits = |form: &Form| form.fits(text);
    match Form::ALL.iter().position(fits) {
        Some(0 | 1) => Field::Number,
        Some(_) => Field::Moment,
        None => Field::Label,
    }
}
