//! What cells mean that do not fit their column, and what cannot be decided.

use crate::table::column::builder::Strays;
use crate::table::column::tally::{Judged, Tally};
use crate::table::settle::{Next, Reader, State};
use crate::table::value::number::Decimal;
use crate::{DataError, Result};

impl Reader<'_> {
    /// What cells without a value of the form mean for a column.
    pub(crate) fn after_strays(
        &self,
        index: usize,
        state: &State,
        strays: &Strays,
        present: u64,
        what: &'static str,
    ) -> Result<Next> {
        if strays.count == 0 {
            return Ok(Next::Done);
        }
        if !state.judged && strays.fits_another {
            return Ok(Next::Count);
        }
        let name = self.name(index);
        let known = self.options.known.as_ref();
        let wanted = known.is_some_and(|known| known.forms.contains_key(name));
        // Of weights and times every one counts.
        let strict = self.options.is_of_rows(name);
        match strays.are_few(present) {
            true if !strict => Ok(Next::Done),
            false if !strict && !wanted && present <= strays.count => Ok(Next::Labels),
            _ => Err(self.refused(name, strays, present, what, wanted)),
        }
    }

    /// The error of a column with too many strays, or of weights or times with one.
    fn refused(
        &self,
        name: &str,
        strays: &Strays,
        present: u64,
        what: &'static str,
        wanted: bool,
    ) -> DataError {
        let (path, column) = (self.path.clone(), name.to_owned());
        let (value, line) = strays.first.first().cloned().unwrap_or_default();
        let place = self.counted.at(line);
        if self.options.weight.as_deref() == Some(name) {
            let value = format!("'{value}'");
            return DataError::BadWeight {
                path,
                place,
                column,
                value,
            };
        }
        if self.options.time.as_deref() == Some(name) {
            let value = format!("'{value}'");
            return DataError::NoTime {
                path,
                place,
                column,
                value,
            };
        }
        let value = value.into();
        if wanted {
            return DataError::NotNumeric {
                path,
                place,
                column,
                value,
                what,
            };
        }
        DataError::Mixed {
            path,
            column,
            what,
            present,
            strays: strays.count,
            named: strays.named(self.counted),
            value,
        }
    }

    pub(crate) fn judged(
        &self,
        index: usize,
        tally: &Tally,
        likely: Option<Decimal>,
    ) -> Result<Next> {
        let (path, column) = (self.path.clone(), self.name(index).to_owned());
        match tally.judge(self.prior(index, likely)) {
            Judged::As(form) => Ok(Next::As(form)),
            Judged::Labels => Ok(Next::Labels),
            Judged::EitherDecimal(value, line) => Err(DataError::EitherDecimal {
                path,
                place: self.counted.at(line),
                column,
                value: value.into(),
            }),
            Judged::EitherOrder => Err(DataError::EitherOrder { path, column }),
        }
    }
}
