//! Grows one column while a file is read.

use std::collections::BTreeMap;

use crate::table::column::labels::{Labels, Unreadable, text_of};
use crate::table::column::tally::Tally;
use crate::table::growth::room;
use crate::table::place::Counted;
use crate::table::reading::MomentPart;
use crate::table::value::Form;
use crate::table::value::missing::{Missing, trimmed};
use crate::table::value::moment::{Moment, MomentForm, moment};
use crate::table::value::number::{Decimal, Unit, number, short_decimal};

/// How many cells are named in a message.
const NAMED: usize = 3;

/// From here on neighbouring whole numbers are one `f64`.
pub(crate) const EXACT: f64 = 9_007_199_254_740_992.0;

/// Values of a column so far.
#[derive(Debug)]
pub(crate) enum Builder {
    /// Ignored on request, or complete.
    Skipped,
    Numbers(Numbers),
    Moments(Moments),
    Labels(Labels),
    /// Cells are only counted.
    Count(Tally),
}

/// Cells that are no values of their column's form and no known spelling of missing.
#[derive(Debug, Default)]
pub(crate) struct Strays {
    pub(crate) count: u64,
    /// The first few, with their lines.
    pub(crate) first: Vec<(Box<str>, u64)>,
    /// Whether one of them is a value of another form: then all cells are to be counted.
    pub(crate) fits_another: bool,
}

#[derive(Debug)]
pub(crate) struct Numbers {
    pub(crate) decimal: Decimal,
    pub(crate) values: Vec<f64>,
    pub(crate) present: u64,
    pub(crate) infinite: Option<u64>,
    pub(crate) strays: Strays,
    /// How many cells had a unit beside the number.
    pub(crate) units: BTreeMap<Unit, u64>,
    /// Whether a whole number is too large to be told from its neighbours.
    pub(crate) beyond_exact: bool,
}

#[derive(Debug)]
pub(crate) struct Moments {
    pub(crate) form: MomentForm,
    pub(crate) values: Vec<Option<Moment>>,
    pub(crate) present: u64,
    pub(crate) strays: Strays,
    /// The first few as they are written.
    pub(crate) first: Vec<Box<str>>,
}

impl Builder {
    pub(crate) fn of_form(form: Form) -> Self {
        match form {
            Form::Number(decimal) => Self::Numbers(Numbers {
                decimal,
                values: Vec::new(),
                present: 0,
                infinite: None,
                strays: Strays::default(),
                units: BTreeMap::new(),
                beyond_exact: false,
            }),
            Form::Moment(form) => Self::Moments(Moments {
                form,
                values: Vec::new(),
                present: 0,
                strays: Strays::default(),
                first: Vec::new(),
            }),
        }
    }

    pub(crate) fn labels(limit: usize) -> Self {
        Self::Labels(Labels::new(limit))
    }

    /// Bytes of the values and of what is made of them, once there are so many more rows.
    pub(crate) fn bytes(&self, more: usize) -> usize {
        match self {
            Self::Skipped | Self::Count(_) => 0,
            Self::Numbers(numbers) => room(&numbers.values, more) * size_of::<f64>(),
            // Each becomes a number in every column of its parts.
            Self::Moments(moments) => {
                let parts = size_of::<f64>() * MomentPart::ALL.len();
                room(&moments.values, more) * (size_of::<Option<Moment>>() + parts)
            }
            Self::Labels(labels) => labels.bytes(more),
        }
    }

    /// Appends a field found on `line`.
    #[inline]
    pub(crate) fn push(
        &mut self,
        field: &[u8],
        line: u64,
        missing: &Missing,
    ) -> Result<(), Unreadable> {
        match self {
            Self::Skipped => Ok(()),
            Self::Numbers(numbers) => numbers.push(field, line, missing),
            Self::Moments(moments) => moments.push(field, line, missing),
            Self::Labels(labels) => labels.push(field, line, missing),
            Self::Count(tally) => {
                tally.add(field, line, 1, missing);
                Ok(())
            }
        }
    }
}

impl Numbers {
    #[inline]
    fn push(&mut self, field: &[u8], line: u64, missing: &Missing) -> Result<(), Unreadable> {
        if let Some(value) = short_decimal(field)
            && (self.decimal == Decimal::Point || !field.contains(&b'.'))
        {
            self.keep(value, missing);
            return Ok(());
        }
        self.push_slowly(field, line, missing)
    }

    /// Appends a value that is known to be a number; NaN is none.
    pub(crate) fn push_value(&mut self, value: f64, line: u64, missing: &Missing) {
        if value.is_nan() {
            self.values.push(value);
            return;
        }
        if value.is_infinite() {
            self.infinite.get_or_insert(line);
        }
        self.keep(value, missing);
    }

    fn keep(&mut self, value: f64, missing: &Missing) {
        if missing.has_numbers() && missing.is_number(value) {
            self.values.push(f64::NAN);
            return;
        }
        self.present += 1;
        self.values.push(value);
    }

    fn push_slowly(
        &mut self,
        field: &[u8],
        line: u64,
        missing: &Missing,
    ) -> Result<(), Unreadable> {
        let cell = trimmed(field);
        if missing.in_numbers(cell) {
            self.values.push(f64::NAN);
            return Ok(());
        }
        let text = text_of(cell)?;
        let Some(found) = number(text, self.decimal) else {
            self.values.push(f64::NAN);
            self.strays.add(text, line, Form::Number(self.decimal));
            return Ok(());
        };
        if found.value.is_infinite() {
            self.infinite.get_or_insert(line);
        }
        if let Some(unit) = found.unit {
            *self.units.entry(unit).or_default() += 1;
        }
        self.beyond_exact |= found.value.abs() >= EXACT
            && text
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-');
        self.keep(found.value, missing);
        Ok(())
    }

    /// Whether all values could be thousands that were taken for thousandths, as `1.234`.
    pub(crate) fn may_be_thousands(&self) -> bool {
        let fractions = self
            .values
            .iter()
            .filter(|value| value.fract() != 0.0 && !value.is_nan());
        let mut fractions = fractions.peekable();
        fractions.peek().is_some()
            && fractions.all(|value| {
                let scaled = (value * 1000.0).abs();
                (1000.0..1e6).contains(&scaled) && (scaled - scaled.round()).abs() < 1e-6 * scaled
            })
    }
}

impl Moments {
    fn push(&mut self, field: &[u8], line: u64, missing: &Missing) -> Result<(), Unreadable> {
        let cell = trimmed(field);
        if missing.in_numbers(cell) {
            self.values.push(None);
            return Ok(());
        }
        let text = text_of(cell)?;
        match moment(text, self.form) {
            Some(found) => self.push_value(Some(found), || text.to_owned()),
            None => {
                self.strays.add(text, line, Form::Moment(self.form));
                self.values.push(None);
            }
        }
        Ok(())
    }

    /// Appends a moment, if there is one, which is written so.
    pub(crate) fn push_value(&mut self, value: Option<Moment>, text: impl FnOnce() -> String) {
        if value.is_some() {
            self.present += 1;
            if self.first.len() < NAMED {
                let text = text().into_boxed_str();
                if !self.first.contains(&text) {
                    self.first.push(text);
                }
            }
        }
        self.values.push(value);
    }
}

impl Strays {
    fn add(&mut self, cell: &str, line: u64, form: Form) {
        self.count += 1;
        if self.first.len() < NAMED {
            self.first.push((cell.into(), line));
        }
        if !self.fits_another {
            let other = |own: &&Form| **own != form;
            self.fits_another = Form::ALL.iter().filter(other).any(|form| form.fits(cell));
        }
    }

    /// Whether so few of the cells are strays that the column is what its other cells are.
    pub(crate) fn are_few(&self, present: u64) -> bool {
        /// One of so many cells may always be odd.
        const ALWAYS_ONE: u64 = 10;
        let cells = present + self.count;
        20 * self.count <= cells || self.count == 1 && cells >= ALWAYS_ONE
    }

    /// The cells and their places, for a message.
    pub(crate) fn named(&self, counted: Counted) -> String {
        let each = self
            .first
            .iter()
            .map(|(cell, line)| format!("'{cell}' in {}", counted.at(*line)));
        let mut words = each.collect::<Vec<_>>().join(", ");
        let rest = self.count as usize - self.first.len();
        if rest > 0 {
            words.push_str(&format!(" and {rest} more"));
        }
        words
    }
}
