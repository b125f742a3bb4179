//! What a user may say about a file.

use std::collections::BTreeMap;

use decay_options::names;

use crate::TaskKind;
use crate::allowance::Allowance;
use crate::table::dialect::text::Encoding;
use crate::table::value::Form;
use crate::table::value::moment::MomentForm;
use crate::table::value::number::Decimal;

/// Most labels that a categorical column may have, unless [`Options::max_levels`] says otherwise.
pub const MAX_LEVELS: usize = 1000;

/// How to read a delimited file, and what to make of it.
///
/// Columns may be named by their header, by `c0, c1, ...`, or by their position from 0 (negative: from the end).
///
/// | key | default | meaning |
/// | :-- | :-- | :-- |
/// | `header` | decided from the file | whether the first row holds names |
/// | `delimiter` | decided from the file | field separator; a blank stands for runs of blanks and tabs |
/// | `quote` | `"`, or `'` if the file shows it | what encloses fields |
/// | `comment` | decided from the first lines | what lines that are left out begin with |
/// | `encoding` | decided from the file | UTF-8, UTF-16 or Latin-1 |
/// | `missing` | known spellings alone | further spellings of a missing value |
/// | `decimal` | decided from all cells | decimal sign; the other one may group thousands |
/// | `dates` | decided from all cells | whether `1/2/2024` is the first of February or the second of January |
/// | `missing_target` | refuse | what happens to rows without a target |
/// | `targets` | last column | names, or indices from 0 (negative: from the end), of the columns to predict |
/// | `weight` | none | column of sample weights, which is no feature |
/// | `group` | none | column of groups, which is no feature: no split parts the rows of one |
/// | `time` | none | column of times, which is no feature: later rows are held out and validated on |
/// | `by` | none | column by whose values an audit groups its rows; a feature only where it is one anyway |
/// | `task` | decided from the targets | classification, regression or multilabel |
/// | `drop` | none | columns to ignore |
/// | `keep` | all | columns to read, all others are ignored |
/// | `categorical` | none | columns read as labels though every value is a number |
/// | `max_levels` | [`MAX_LEVELS`] | most labels of a categorical column |
/// | `missing_indicators` | `true` | a 0/1 column beside each column that has missing values |
/// | `array` | the usual names | which array of an NPZ archive holds the features |
/// | `labels` | the usual names, or none | a file with a label for each row of an array, or an array of the NPZ archive |
/// | `resize` | none | side of the squares that images in folders become |
/// | `memory` | 60 % of what is free | bytes that the data, and what is needed to read them, may take |
/// | `directed` | `false` | whether the edges of a graph have a direction, in formats that do not say |
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Whether the first row holds column names.
    pub header: Option<bool>,
    /// Field separator.
    pub delimiter: Option<u8>,
    /// What encloses fields that hold separators.
    pub quote: Option<u8>,
    /// What lines that are left out begin with.
    pub comment: Option<String>,
    /// How letters are stored.
    pub encoding: Option<Encoding>,
    /// Spellings of missing values beside the known ones.
    pub missing: Vec<String>,
    /// Decimal sign of all columns.
    pub decimal: Option<Decimal>,
    /// What comes first in dates of slashes.
    pub dates: Option<DateOrder>,
    /// What happens to rows without a target.
    pub missing_target: MissingTarget,
    /// Columns to predict; the last one if none is named.
    pub targets: Vec<String>,
    /// Column of sample weights, of a table.
    pub weight: Option<String>,
    /// Column of groups, of a table.
    pub group: Option<String>,
    /// Column of times, of a table.
    pub time: Option<String>,
    /// Column by whose values an audit groups its rows, of a table.
    pub by: Option<String>,
    /// What the targets are taken for.
    pub task: Option<TaskKind>,
    /// Columns to ignore.
    pub drop: Vec<String>,
    /// The only columns to read.
    pub keep: Option<Vec<String>>,
    /// Columns to read as labels whatever they hold.
    pub categorical: Vec<String>,
    /// Most labels of a categorical column.
    pub max_levels: usize,
    /// Whether a column with missing values gets a 0/1 column that says where.
    pub missing_indicators: bool,
    /// Array of the features, of an NPZ archive.
    pub array: Option<String>,
    /// Labels of the rows of an array: a file, or an array of the same archive.
    pub labels: Option<String>,
    /// Images in folders: the side of the squares that they become.
    pub resize: Option<usize>,
    /// Whether the edges of a graph have a direction. Files in the format of LINQS and `.graph.txt` files are undirected.
    pub directed: bool,
    /// Bytes that reading may take; what needs more is refused before it is allocated. 60 % of what is free where nobody says.
    pub memory: Option<u64>,
    /// What a model knows of the file that it was trained on.
    pub known: Option<Known>,
    /// Whether rows without a single value count, as in predictions, which are in the order of the rows.
    pub every_row: bool,
}

names! {
    /// What comes first in a date such as `1/2/2024`.
    pub enum DateOrder {
        /// It is in February.
        DayFirst = "day_first",
        /// It is in January.
        MonthFirst = "month_first",
    }
}

names! {
    /// What happens to rows without a target.
    #[derive(Default)]
    pub enum MissingTarget {
        /// They are an error.
        #[default]
        Refuse = "refuse",
        /// They are left out.
        Drop = "drop",
    }
}

/// What a model knows of the file that it was trained on: it decides where a new file leaves something open.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Field separator.
    pub delimiter: u8,
    /// Whether the columns had no names.
    pub nameless: bool,
    /// Of columns that are no labels.
    pub forms: BTreeMap<String, Form>,
}

impl DateOrder {
    pub(crate) fn form(self) -> MomentForm {
        match self {
            Self::DayFirst => MomentForm::DayFirst,
            Self::MonthFirst => MomentForm::MonthFirst,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            header: None,
            delimiter: None,
            quote: None,
            comment: None,
            encoding: None,
            missing: Vec::new(),
            decimal: None,
            dates: None,
            missing_target: MissingTarget::Refuse,
            targets: Vec::new(),
            weight: None,
            group: None,
            time: None,
            by: None,
            task: None,
            drop: Vec::new(),
            keep: None,
            categorical: Vec::new(),
            max_levels: MAX_LEVELS,
            missing_indicators: true,
            array: None,
            labels: None,
            resize: None,
            directed: false,
            memory: None,
            known: None,
            every_row: false,
        }
    }
}

impl Options {
    /// What a reading with these options may take.
    pub(crate) fn allowance(&self) -> Allowance {
        Allowance::of(self.memory)
    }

    /// Whether a model was trained on columns without names.
    pub(crate) fn nameless(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.nameless)
    }

    /// Columns that say something of the rows and are no features.
    pub(crate) fn of_rows(&self) -> impl Iterator<Item = &String> {
        [&self.weight, &self.group, &self.time]
            .into_iter()
            .flatten()
    }

    /// Whether a column is one of those.
    pub(crate) fn is_of_rows(&self, name: &str) -> bool {
        self.of_rows().any(|own| own == name)
    }

    /// Whether the user asks for a column by name, which is then never set aside.
    pub(crate) fn asks_for(&self, name: &str) -> bool {
        let listed = |names: &[String]| names.iter().any(|listed| listed == name);
        listed(self.keep.as_deref().unwrap_or_default()) || listed(&self.categorical)
    }

    /// Every column that these options name.
    pub(crate) fn named_columns(&self) -> Vec<&String> {
        let kept = self.keep.iter().flatten();
        let listed = self
            .targets
            .iter()
            .chain(self.of_rows())
            .chain(&self.drop)
            .chain(&self.categorical);
        listed.chain(kept).collect()
    }

    /// Whether a column of this name is wanted.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let listed = |names: &[String]| names.iter().any(|listed| listed == name);
        if self.is_of_rows(name) {
            return true;
        }
        !listed(&self.drop) && self.keep.as_ref().is_none_or(|keep| listed(keep))
    }
}
