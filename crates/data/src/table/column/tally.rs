//! What a column is, by a count of all its cells.

use crate::table::value::Form;
use crate::table::value::missing::{Missing, trimmed};
use crate::table::value::moment::MomentForm;
use crate::table::value::number::{Decimal, number};

const FORMS: usize = Form::ALL.len();
const POINT: usize = 0;
const COMMA: usize = 1;
const PLAIN: usize = 2;

/// How many cells could be read in which form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    /// Cells with a value.
    pub(crate) present: u64,
    fits: [u64; FORMS],
    /// Cells that are numbers with this decimal sign and not with the other one.
    only: [u64; 2],
    /// A cell that is a number with either sign, of two values.
    ambiguous: Option<(Box<str>, u64)>,
}

/// What a column is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Judged {
    As(Form),
    Labels,
    /// Cells as this one, first met on that line, are numbers with either decimal sign.
    EitherDecimal(Box<str>, u64),
    /// The day may come first or the month.
    EitherOrder,
}

/// What is known of a column, or of its file, before its cells are counted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Prior {
    /// The user's word.
    pub(crate) decimal: Option<Decimal>,
    /// What other columns show, or the model's training file: it decides where the cells do not.
    pub(crate) likely: Option<Decimal>,
    /// Whether the day or the month comes first.
    pub(crate) order: Option<MomentForm>,
    /// The form that a model wants.
    pub(crate) known: Option<Form>,
}

impl Tally {
    /// Counts a cell that stands in the column so many times, first on `line`.
    pub(crate) fn add(&mut self, cell: &[u8], line: u64, times: u64, missing: &Missing) {
        let cell = trimmed(cell);
        if missing.in_numbers(cell) {
            return;
        }
        let Ok(text) = std::str::from_utf8(cell) else {
            self.present += times;
            return;
        };
        let [point, comma] = Decimal::ALL.map(|decimal| number(text, decimal));
        // `inf` is a number among numbers and a word among words.
        if point.is_some_and(|point| point.value.is_infinite()) {
            return;
        }
        self.present += times;
        match (point, comma) {
            (Some(_), None) => self.only[POINT] += times,
            (None, Some(_)) => self.only[COMMA] += times,
            (Some(point), Some(comma)) if point.value != comma.value => {
                self.ambiguous.get_or_insert_with(|| (text.into(), line));
            }
            _ => {}
        }
        self.fits[POINT] += if point.is_some() { times } else { 0 };
        self.fits[COMMA] += if comma.is_some() { times } else { 0 };
        // No number is a moment.
        if point.is_none() && comma.is_none() {
            for (form, count) in Form::ALL.iter().zip(&mut self.fits).skip(PLAIN) {
                *count += if form.fits(text) { times } else { 0 };
            }
        }
    }

    /// Cells that show the decimal sign of their file: with a point, and with a comma.
    pub(crate) fn decimals(&self) -> [u64; 2] {
        let numbers = self.fits[POINT].max(self.fits[COMMA]);
        if 2 * numbers <= self.present {
            [0; 2]
        } else {
            self.only
        }
    }

    /// Whether most cells are numbers.
    pub(crate) fn are_numbers(&self) -> bool {
        self.present > 0 && 2 * self.fits[POINT].max(self.fits[COMMA]) > self.present
    }

    /// What the column is by its cells, and by what is known where they leave it open.
    pub(crate) fn judge(&self, prior: Prior) -> Judged {
        let wanted = |form: &Form| match prior.known {
            Some(Form::Number(_)) => matches!(form, Form::Number(_)),
            Some(Form::Moment(_)) => matches!(form, Form::Moment(_)),
            None => true,
        };
        let allowed = |form: &Form| match (form, prior) {
            (
                Form::Number(decimal),
                Prior {
                    decimal: Some(own), ..
                },
            ) => *decimal == own,
            (
                Form::Moment(form),
                Prior {
                    order: Some(own), ..
                },
            ) => matches!(form, MomentForm::Plain | MomentForm::Time) || *form == own,
            _ => true,
        };
        let open = |&place: &usize| wanted(&Form::ALL[place]) && allowed(&Form::ALL[place]);
        let best = (0..FORMS)
            .filter(open)
            .max_by_key(|&place| (self.fits[place], FORMS - place));
        let Some(best) = best else {
            return Judged::Labels;
        };
        if prior.known.is_none() && 2 * self.fits[best] <= self.present && self.present > 0 {
            return Judged::Labels;
        }
        match Form::ALL[best] {
            Form::Number(_) => self.decimal(prior),
            Form::Moment(_) => self.order(best, prior),
        }
    }

    /// The decimal sign of a column of numbers.
    fn decimal(&self, prior: Prior) -> Judged {
        let sign = |decimal| Judged::As(Form::Number(decimal));
        if let Some(decimal) = prior.decimal {
            return sign(decimal);
        }
        let [point, comma] = [self.fits[POINT], self.fits[COMMA]];
        if point != comma {
            return sign(if point > comma {
                Decimal::Point
            } else {
                Decimal::Comma
            });
        }
        let known = match prior.known {
            Some(Form::Number(decimal)) => Some(decimal),
            _ => None,
        };
        match (&self.ambiguous, known.or(prior.likely)) {
            (None, _) => sign(Decimal::Point),
            (Some(_), Some(decimal)) => sign(decimal),
            // A point is what programs write.
            (Some((cell, _)), None) if !cell.contains(',') => sign(Decimal::Point),
            (Some((cell, line)), None) => Judged::EitherDecimal(cell.clone(), *line),
        }
    }

    /// Whether the day or the month comes first in a column of dates.
    fn order(&self, best: usize, prior: Prior) -> Judged {
        let [day, month] = [PLAIN + 1, PLAIN + 2].map(|place| self.fits[place]);
        let open = self.fits[best] == day && day == month && day > self.fits[PLAIN];
        let known = match prior.known {
            Some(Form::Moment(form)) => Some(form),
            _ => prior.order,
        };
        match known {
            Some(form) if open => Judged::As(Form::Moment(form)),
            None if open => Judged::EitherOrder,
            _ => Judged::As(Form::ALL[best]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Judged, Prior, Tally};
    use crate::table::value::Form;
    use crate::table::value::missing::Missing;
    use crate::table::value::moment::MomentForm;
    use crate::table::value::number::Decimal;

    fn judged(cells: &[&str], prior: Prior) -> Judged {
        let mut tally = Tally::default();
        for (cell, line) in cells.iter().zip(1..) {
            tally.add(cell.as_bytes(), line, 1, &Missing::default());
        }
        tally.judge(prior)
    }

    fn likely(decimal: Decimal) -> Prior {
        Prior {
            likely: Some(decimal),
            ..Prior::default()
        }
    }

    #[test]
    fn the_reading_that_fits_most_cells_counts() {
        let (point, comma) = (Form::Number(Decimal::Point), Form::Number(Decimal::Comma));
        let moment = |form| Judged::As(Form::Moment(form));
        for (cells, expected) in [
            (&["1", "2", "NA"][..], Judged::As(point)),
            (&["", "-"], Judged::As(point)),
            (&["0,5", "1,234"], Judged::As(comma)),
            (&["1.234", "1.234.567"], Judged::As(comma)),
            (&["1.234", "5.678"], Judged::As(point)),
            (&["1,234", "12"], Judged::EitherDecimal("1,234".into(), 1)),
            (&["1,234", "1,234,567"], Judged::As(point)),
            (&["a", "b", "3"], Judged::Labels),
            (&["a", "3"], Judged::Labels),
            (&["inf", "sup"], Judged::Labels),
            (&["a", "2", "3"], Judged::As(point)),
            (&["2024-01-31", "31.12.2024"], moment(MomentForm::Plain)),
            (&["31/01/2024", "01/02/2024"], moment(MomentForm::DayFirst)),
            (
                &["01/02/2024", "02/28/2024"],
                moment(MomentForm::MonthFirst),
            ),
            (&["01/02/2024"], Judged::EitherOrder),
            (&["10:30", "11:00"], moment(MomentForm::Time)),
        ] {
            assert_eq!(judged(cells, Prior::default()), expected, "{cells:?}");
        }
    }

    #[test]
    fn what_is_known_decides_where_the_cells_do_not() {
        let (point, comma) = (Form::Number(Decimal::Point), Form::Number(Decimal::Comma));
        assert_eq!(
            judged(&["1,234"], likely(Decimal::Comma)),
            Judged::As(comma)
        );
        assert_eq!(
            judged(&["1.234"], likely(Decimal::Comma)),
            Judged::As(comma)
        );
        assert_eq!(judged(&["1,25"], likely(Decimal::Point)), Judged::As(comma));
        let said = Prior {
            decimal: Some(Decimal::Point),
            ..Prior::default()
        };
        assert_eq!(judged(&["1,234", "1,5", "2"], said), Judged::As(point));
        let known = |form| Prior {
            known: Some(form),
            ..Prior::default()
        };
        assert_eq!(judged(&["big", "1.5"], known(comma)), Judged::As(point));
        assert_eq!(judged(&["1.234"], known(comma)), Judged::As(comma));
        let month = Form::Moment(MomentForm::MonthFirst);
        assert_eq!(judged(&["01/02/2024"], known(month)), Judged::As(month));
    }
}
