//! What was decided about a file, for its user and for the files that come after it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::table::dialect::text::Encoding;
use crate::table::options::{DateOrder, Known, MissingTarget};
use crate::table::value::Form;
use crate::table::value::moment::MomentForm;
use crate::table::value::number::Decimal;
use crate::{Options, Task};

/// How the training file was read, kept in the model file: new files are read alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Field separator, a blank for runs of blanks.
    pub delimiter: char,
    /// Whether columns have names of the file.
    pub header: bool,
    /// What encloses fields, as the user said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<char>,
    /// What comments begin with, as the user said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// How letters are stored, as the user said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Further spellings of missing values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Decimal sign, as the user said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal: Option<Decimal>,
    /// Order of dates, as the user said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
    /// What happens to rows without a target.
    #[serde(default)]
    pub missing_target: MissingTarget,
    /// Array of the features, as the user said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub array: Option<String>,
    /// Columns of dates, and of numbers with a decimal comma.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub forms: BTreeMap<String, Form>,
}

impl Reading {
    pub(crate) fn of(options: &Options, delimiter: u8, header: bool) -> Self {
        Self {
            delimiter: delimiter.into(),
            header,
            quote: options.quote.map(char::from),
            comment: options.comment.clone(),
            encoding: options.encoding,
            missing: options.missing.clone(),
            decimal: options.decimal,
            dates: options.dates,
            missing_target: options.missing_target,
            array: options.array.clone(),
            forms: BTreeMap::new(),
        }
    }

    /// Options that read a new file alike, of which `numbers` are the columns of numbers.
    pub(crate) fn options(&self, numbers: impl Iterator<Item = String>, task: &Task) -> Options {
        let point = Form::Number(Decimal::Point);
        let mut forms = self.forms.clone();
        for name in numbers {
            forms.entry(name).or_insert(point);
        }
        if let Task::Regression { targets } = task {
            for target in targets {
                forms.entry(target.clone()).or_insert(point);
            }
        }
        let byte = |letter: char| u8::try_from(letter).ok();
        Options {
            quote: self.quote.and_then(byte),
            comment: self.comment.clone(),
            encoding: self.encoding,
            missing: self.missing.clone(),
            decimal: self.decimal,
            dates: self.dates,
            missing_target: self.missing_target,
            array: self.array.clone(),
            known: Some(Known {
                delimiter: byte(self.delimiter).unwrap_or(b','),
                nameless: !self.header,
                forms,
            }),
            ..Options::default()
        }
    }

    /// The column of dates that a feature is made of, if it is.
    pub(crate) fn source_of(&self, feature: &str) -> Option<&String> {
        let dates = self
            .forms
            .iter()
            .filter(|(_, form)| matches!(form, Form::Moment(_)));
        let mut dates = dates.map(|(name, _)| name);
        dates.find(|name| {
            MomentPart::ALL
                .iter()
                .any(|part| part.name_for(name) == feature)
        })
    }
}

decay_options::names! {
    /// The features of a date or time.
    pub enum MomentPart {
        /// Of the calendar.
        Year = "year",
        /// 1 to 12.
        Month = "month",
        /// Monday is 1.
        Weekday = "weekday",
        /// With its minutes as a fraction; only where the column has times.
        Hour = "hour",
        /// Seconds since 1970-01-01 00:00 UTC.
        Instant = "instant",
    }
}

impl MomentPart {
    /// The name of the feature: `when.year`.
    pub(crate) fn name_for(self, column: &str) -> String {
        format!("{column}.{}", self.name())
    }
}

/// What a column was taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// Its name.
    pub column: String,
    /// What it is, in words.
    pub kind: String,
    /// Rows without a value; `None` if it was not read to its end.
    pub missing: Option<usize>,
    /// Different values of a column of labels.
    pub levels: Option<usize>,
    /// Its first different values.
    pub examples: Vec<String>,
}

/// How a note begins that tells of something odd in the cells.
pub(crate) const WARNING: &str = "warning: ";

/// What was decided about a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decisions {
    /// Encoding, separator and names, in a sentence; empty for what was not read from a file.
    pub dialect: String,
    /// What a user should know, one sentence each.
    pub notes: Vec<String>,
    /// One for each column of the file that was read, in their order.
    pub columns: Vec<Decided>,
    /// Columns that are no features by themselves, with the reason.
    pub aside: Vec<(String, String)>,
    /// For the model file.
    pub reading: Option<Reading>,
}

/// A form in words.
pub(crate) fn form_words(form: Form) -> &'static str {
    match form {
        Form::Number(Decimal::Point) => "numbers",
        Form::Number(Decimal::Comma) => "numbers, decimal comma",
        Form::Moment(MomentForm::Plain) => "dates",
        Form::Moment(MomentForm::DayFirst) => "dates, day first",
        Form::Moment(MomentForm::MonthFirst) => "dates, month first",
        Form::Moment(MomentForm::Time) => "times",
    }
}
