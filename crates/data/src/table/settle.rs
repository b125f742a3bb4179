//! Reads a file until every column is what all of its cells say.

use crate::table::column::builder::{Builder, Numbers};
use crate::table::column::labels::Levels;
use crate::table::column::tally::{Judged, Prior, Tally};
use crate::table::dialect::names::Name;
use crate::table::pass::Skipped;
use crate::table::place::Counted;
use crate::table::value::Form;
use crate::table::value::missing::Missing;
use crate::table::value::moment::MomentForm;
use crate::table::value::number::Decimal;
use crate::{DataError, FileDigest, Options, Result};

/// Rows of a file, which can be read from the beginning until all columns are settled.
pub(crate) trait Rows {
    /// Reads all rows into these columns.
    fn read_into(&mut self, columns: Vec<Builder>) -> Result<ReadRows>;
}

/// What one reading gives.
pub(crate) struct ReadRows {
    pub(crate) columns: Vec<Builder>,
    pub(crate) lines: Vec<u64>,
    pub(crate) skipped: Skipped,
    pub(crate) digest: FileDigest,
}

/// What a file with types says that a column is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Declared {
    Numbers,
    Moments(MomentForm),
    Labels,
}

/// Everything that decides how the columns of one file are read.
pub(crate) struct Reader<'a> {
    pub(crate) path: String,
    pub(crate) names: &'a [Name],
    /// What each column is by the first rows.
    pub(crate) sample: &'a [Tally],
    /// What each column is by the file's own word, where it has one.
    pub(crate) declared: &'a [Option<Declared>],
    /// Whether numbers have a decimal point wherever no cell says otherwise.
    pub(crate) points: bool,
    /// What messages count rows by.
    pub(crate) counted: Counted,
    pub(crate) options: &'a Options,
    pub(crate) missing: Missing,
}

/// The columns of a file, each as what it is.
pub(crate) struct Settled {
    pub(crate) columns: Vec<Builder>,
    pub(crate) lines: Vec<u64>,
    pub(crate) skipped: Skipped,
    pub(crate) digest: FileDigest,
}

/// How a column is to be read next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Next {
    Done,
    Count,
    As(Form),
    Labels,
}

/// What is known of a column between two readings.
#[derive(Default)]
pub(crate) struct State {
    builder: Option<Builder>,
    /// All its cells have been counted, or its user said what it is.
    pub(crate) judged: bool,
    /// Its numbers, while their text is looked at: whole numbers that only their text tells apart.
    numbers: Option<Numbers>,
}

impl Reader<'_> {
    /// One reading for most files; another for columns whose first rows misled, and for these alone.
    ///
    /// # Errors
    /// As [`Table::read`](crate::Table::read).
    pub(crate) fn read(&self, rows: &mut dyn Rows) -> Result<Settled> {
        let mut states: Vec<State> = Vec::new();
        states.resize_with(self.names.len(), State::default);
        let mut likely = self.likely();
        let states_of = states.iter_mut().enumerate();
        let next: Vec<Next> = states_of
            .map(|(index, state)| self.first(index, state, likely))
            .collect();
        let first = self.pass(rows, &next, &mut states)?;
        // A count, a reading, and one for whole numbers that turn out to be codes; what is judged is not counted again.
        loop {
            let mut next = Vec::new();
            for (index, state) in states.iter_mut().enumerate() {
                next.push(self.next(index, state, &mut likely)?);
            }
            if next.iter().all(|next| *next == Next::Done) {
                break;
            }
            let again = self.pass(rows, &next, &mut states)?;
            if again.lines != first.lines {
                return Err(DataError::Changed {
                    path: self.path.clone(),
                });
            }
        }
        let columns = states
            .into_iter()
            .map(|state| state.builder.unwrap_or(Builder::Skipped));
        Ok(Settled {
            columns: columns.collect(),
            ..first
        })
    }

    fn pass(&self, rows: &mut dyn Rows, next: &[Next], states: &mut [State]) -> Result<Settled> {
        // Groups are no features: there may be as many as there are rows.
        let limit = |index: usize| {
            if self.is_group(index) {
                usize::MAX
            } else {
                self.options.max_levels
            }
        };
        let builder = |(index, next): (usize, &Next)| match next {
            Next::Done => Builder::Skipped,
            Next::Count => Builder::Count(Tally::default()),
            Next::As(form) => Builder::of_form(*form),
            Next::Labels => Builder::labels(limit(index)),
        };
        let ReadRows {
            columns,
            lines,
            skipped,
            digest,
        } = rows.read_into(next.iter().enumerate().map(builder).collect())?;
        for ((state, builder), next) in states.iter_mut().zip(columns).zip(next) {
            if *next != Next::Done {
                state.builder = Some(builder);
            }
        }
        Ok(Settled {
            columns: Vec::new(),
            lines,
            skipped,
            digest,
        })
    }

    pub(crate) fn name(&self, index: usize) -> &str {
        &self.names[index].text
    }

    fn is_group(&self, index: usize) -> bool {
        self.options.group.as_deref() == Some(self.name(index))
    }

    /// What the first rows say of a column, or its user.
    fn first(&self, index: usize, state: &mut State, likely: Option<Decimal>) -> Next {
        let name = self.name(index);
        if !self.options.reads(name) {
            return Next::Done;
        }
        if self.is_group(index) || self.options.categorical.iter().any(|own| own == name) {
            state.judged = true;
            return Next::Labels;
        }
        if let Some(declared) = self.declared[index] {
            state.judged = true;
            return declared.next();
        }
        match self.sample[index].judge(self.prior(index, likely)) {
            Judged::As(form) => Next::As(form),
            Judged::Labels => Next::Labels,
            Judged::EitherDecimal(..) | Judged::EitherOrder => Next::Count,
        }
    }

    pub(crate) fn prior(&self, index: usize, likely: Option<Decimal>) -> Prior {
        let known = self.options.known.as_ref();
        Prior {
            decimal: self.options.decimal,
            likely,
            order: self.options.dates.map(|order| order.form()),
            known: known.and_then(|known| known.forms.get(self.name(index)).copied()),
        }
    }

    /// The decimal sign that columns show which can be read in one way alone.
    fn likely(&self) -> Option<Decimal> {
        let shown = self.sample.iter().map(Tally::decimals);
        let [point, comma] = shown.fold([0, 0], |sum, own| [sum[0] + own[0], sum[1] + own[1]]);
        match (point > 0, comma > 0) {
            (true, false) => Some(Decimal::Point),
            (false, true) => Some(Decimal::Comma),
            (false, false) if self.points => Some(Decimal::Point),
            _ => None,
        }
    }

    /// What is still to be done about a column.
    fn next(&self, index: usize, state: &mut State, likely: &mut Option<Decimal>) -> Result<Next> {
        match state.builder.take() {
            None => Ok(Next::Done),
            Some(Builder::Count(tally)) => {
                let next = self.judged(index, &tally, *likely)?;
                state.judged = true;
                if next == Next::As(Form::Number(Decimal::Comma)) && likely.is_none() {
                    *likely = Some(Decimal::Comma);
                }
                Ok(next)
            }
            Some(Builder::Labels(labels)) => {
                let judged = match (state.judged, labels.levels()) {
                    (true, _) => Next::Labels,
                    (false, _) => self.judged(index, &labels.tally(&self.missing), *likely)?,
                };
                state.judged = true;
                if judged != Next::Labels {
                    return Ok(judged);
                }
                state.builder = Some(match (state.numbers.take(), labels.levels()) {
                    (Some(numbers), levels)
                        if !labels.loses_digits() || !are_few(levels, numbers.present) =>
                    {
                        Builder::Numbers(numbers)
                    }
                    _ => Builder::Labels(labels),
                });
                Ok(Next::Done)
            }
            Some(Builder::Numbers(numbers)) => self.after_numbers(index, state, numbers, *likely),
            Some(Builder::Moments(moments)) => {
                let next =
                    self.after_strays(index, state, &moments.strays, moments.present, "dates")?;
                state.builder = (next == Next::Done).then_some(Builder::Moments(moments));
                Ok(next)
            }
            Some(Builder::Skipped) => Ok(Next::Done),
        }
    }

    fn after_numbers(
        &self,
        index: usize,
        state: &mut State,
        numbers: Numbers,
        likely: Option<Decimal>,
    ) -> Result<Next> {
        let next = self.after_strays(index, state, &numbers.strays, numbers.present, "numbers")?;
        if next != Next::Done {
            return Ok(next);
        }
        let doubtful = likely == Some(Decimal::Comma) && self.options.decimal.is_none();
        if !state.judged
            && doubtful
            && numbers.decimal == Decimal::Point
            && numbers.may_be_thousands()
        {
            return Ok(Next::Count);
        }
        let known = self.options.known.is_some();
        if numbers.beyond_exact && state.numbers.is_none() && !known {
            (state.numbers, state.judged) = (Some(numbers), true);
            return Ok(Next::Labels);
        }
        state.builder = Some(Builder::Numbers(numbers));
        Ok(Next::Done)
    }
}

impl Declared {
    fn next(self) -> Next {
        match self {
            Self::Numbers => Next::As(Form::Number(Decimal::Point)),
            Self::Moments(form) => Next::As(Form::Moment(form)),
            Self::Labels => Next::Labels,
        }
    }
}

/// Whether labels are names of groups: few, and each of several rows.
fn are_few(levels: Levels, present: u64) -> bool {
    matches!(levels, Levels::Few(count) if 2 * count as u64 <= present)
}
