//! What can go wrong with data, in one sentence each.

use std::io;

use crate::allowance::amount;
use crate::table::place::Place;
use crate::{FormatError, GraphError, ImageError};

/// Why data could not be read, encoded, split or written.
///
/// Every message starts with the file where there is one, and names the line, the value and what is
/// allowed. The operating system's own words are in [`source`](std::error::Error::source).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[allow(
    missing_docs,
    reason = "the message of each variant explains its fields"
)]
pub enum DataError {
    #[error("{path}: cannot be opened")]
    Open { path: String, source: io::Error },
    #[error("{path}: cannot be read")]
    Read { path: String, source: io::Error },
    #[error("{path}: the gzip data is truncated or damaged")]
    Gzip { path: String, source: io::Error },
    #[error(
        "cannot start {threads} threads: {reason}; set RAYON_NUM_THREADS lower, or allow more processes"
    )]
    Threads { threads: usize, reason: String },
    #[error("{path}: cannot be written")]
    Write { path: String, source: io::Error },
    #[error("{path}: changed while it was being read")]
    Changed { path: String },
    #[error(
        "{path}: {what} need more than the {} of memory that reading may take, {} at least; --memory allows more",
        amount(allowed),
        amount(needed)
    )]
    BeyondMemory {
        path: String,
        what: &'static str,
        needed: u64,
        allowed: u64,
    },
    #[error(
        "{path}: needs {bytes} bytes of memory as {rows} rows of {features} features; drop wide columns"
    )]
    TooLargeForMemory {
        path: String,
        rows: usize,
        features: usize,
        bytes: u128,
    },

    #[error(
        "{path}: row {row}, class '{class}': {value} is no logit; logits are finite numbers, or -inf for a class of \
         probability 0, and not all of a row's may be -inf"
    )]
    BadLogit {
        path: String,
        row: usize,
        class: String,
        value: String,
    },
    #[error(
        "{path}: row {row}: '{value}' is no label; labels are all names of the {classes} classes, or all numbers from 0 to {}",
        classes.saturating_sub(1)
    )]
    BadLabel {
        path: String,
        row: usize,
        value: String,
        classes: usize,
    },
    #[error(
        "{path}: row {row} holds no probabilities: {found}; allowed are numbers in [0, 1], of all classes together 1"
    )]
    BadProbability {
        path: String,
        row: usize,
        found: String,
    },
    #[error("{path}: has the classes {classes}, but {first} has {expected}")]
    OtherClasses {
        path: String,
        classes: String,
        first: String,
        expected: String,
    },
    #[error("{path}: no class '{class}' to set aside; the classes are {classes}")]
    UnknownClass {
        path: String,
        class: String,
        classes: String,
    },
    #[error("{path}: {reason}")]
    Array { path: String, reason: String },
    #[error("{path}: is empty")]
    Empty { path: String },
    #[error("{path}: has a header and no rows")]
    HeaderOnly { path: String },
    #[error("{path}: line {line} has {found} fields, expected {expected}{hint}")]
    Ragged {
        path: String,
        line: u64,
        found: usize,
        expected: usize,
        hint: String,
    },
    #[error(
        "{path}: line {line}: a field of this row begins with a quote {quote} that is never closed"
    )]
    OpenQuote {
        path: String,
        line: u64,
        quote: char,
    },
    #[error("{path}: is {what}, no delimited text; {remedy}")]
    NotDelimited {
        path: String,
        what: &'static str,
        remedy: &'static str,
    },
    #[error(
        "{path}: {place}, column '{column}': holds a byte of zero, which no text does; the file is damaged, or data.encoding is another"
    )]
    Nul {
        path: String,
        place: Place,
        column: String,
    },
    #[error(
        "{path}: {place}, column '{column}': the label is not UTF-8; data.encoding may be latin-1"
    )]
    NotUtf8 {
        path: String,
        place: Place,
        column: String,
    },
    #[error("{path}: {place}, column '{column}': '{value}' is not a finite number")]
    Infinite {
        path: String,
        place: Place,
        column: String,
        value: String,
    },
    #[error("{path}: {place}, column '{column}': '{value}' is not a value of a column of {what}")]
    NotNumeric {
        path: String,
        place: Place,
        column: String,
        value: String,
        what: &'static str,
    },
    #[error(
        "{path}: column '{column}' holds {present} {what} and {strays} other cells ({named}); data.missing = [\"{value}\", ...] takes such \
         cells as missing, data.categorical = [\"{column}\"] reads all as labels"
    )]
    Mixed {
        path: String,
        column: String,
        what: &'static str,
        present: u64,
        strays: u64,
        named: String,
        value: String,
    },
    #[error(
        "{path}: {place}, column '{column}': '{value}' may have a decimal comma or a comma between thousands, and no other cell tells; \
         data.decimal = \"comma\" or \"point\" does"
    )]
    EitherDecimal {
        path: String,
        place: Place,
        column: String,
        value: String,
    },
    #[error(
        "{path}: column '{column}': no date tells whether the day or the month comes first; data.dates = \"day_first\" or \"month_first\" does"
    )]
    EitherOrder { path: String, column: String },
    #[error("{path}: the target '{column}' is {option}")]
    TargetLeftOut {
        path: String,
        column: String,
        option: &'static str,
    },
    #[error(
        "{path}: the target '{column}' is a date, neither a class nor a number; one of its parts may be the target, as '{column}.instant', \
         or data.categorical = [\"{column}\"] takes each date as a class"
    )]
    TargetIsMoment { path: String, column: String },
    #[error(
        "{path}: {place}, column '{column}': {value} is too far from the training values to be stored"
    )]
    OutOfStorage {
        path: String,
        place: Place,
        column: String,
        value: f64,
    },
    #[error(
        "{path}: column '{column}' has at least {found} different labels by {place}, \
         the limit is {limit}; drop the column or raise the limit (data.drop, data.max_levels)"
    )]
    TooManyLevels {
        path: String,
        column: String,
        found: usize,
        place: Place,
        limit: usize,
    },
    #[error("{path}: no column '{column}'{nearest}; the columns are {columns}")]
    UnknownColumn {
        path: String,
        column: String,
        nearest: String,
        columns: String,
    },
    #[error("{path}: no column is left")]
    NoColumns { path: String },
    #[error("{path}: no feature column is left beside the target '{target}'{hint}")]
    NoFeatures {
        path: String,
        target: String,
        hint: String,
    },
    #[error("{path}: has {found} feature columns, the model was trained on {expected} pixels")]
    PixelCount {
        path: String,
        found: usize,
        expected: usize,
    },
    #[error("{path}: holds {found}, the model was trained on {expected}")]
    OtherKind {
        path: String,
        found: &'static str,
        expected: &'static str,
    },
    #[error("{path}: its nodes have {found} features, those of the model have {expected}")]
    NodeFeatures {
        path: String,
        found: usize,
        expected: usize,
    },
    #[error("{path}: images of shape {found:?}, the model was trained on {expected:?}")]
    ImageShape {
        path: String,
        found: Vec<usize>,
        expected: Vec<usize>,
    },

    #[error(
        "{path}: {place}, column '{column}': {value} is no sample weight, which is a finite number of at least 0"
    )]
    BadWeight {
        path: String,
        place: Place,
        column: String,
        value: String,
    },
    #[error("{path}: column '{column}': all sample weights are 0")]
    NoPositiveWeight { path: String, column: String },
    #[error("{path}: data.resize is for images in folders")]
    NoResize { path: String },
    #[error("{path}: a column of {what} is for the rows of a table")]
    NoTable { path: String, what: &'static str },
    #[error("{path}: {place}, column '{column}': the row has no group, and every row needs one")]
    NoGroup {
        path: String,
        place: Place,
        column: String,
    },
    #[error(
        "{path}: {place}, column '{column}': {value} is no time, which is a number or a date, and every row needs one"
    )]
    NoTime {
        path: String,
        place: Place,
        column: String,
        value: String,
    },
    #[error(
        "{path}: data.group and data.time are both named, and one column alone decides how rows are split"
    )]
    GroupsAndTimes { path: String },

    #[error(
        "{path}: {place}: the target '{column}' is missing ({count} of {rows} rows have none); data.missing_target = \"drop\" leaves such rows out"
    )]
    MissingTarget {
        path: String,
        place: Place,
        column: String,
        count: usize,
        rows: usize,
    },
    #[error("{path}: the target '{column}' is named twice")]
    RepeatedTarget { path: String, column: String },
    #[error("{path}: {what} needs one target, and {targets} are named")]
    SeveralTargets {
        path: String,
        targets: usize,
        what: &'static str,
    },
    #[error(
        "{path}: several targets are all numbers or all of two values, but '{numbers}' is numbers and '{label}' has two values; \
         name fewer targets, or the task (regression or multilabel)"
    )]
    MixedTargets {
        path: String,
        numbers: String,
        label: String,
    },
    #[error(
        "{path}: the target '{column}' has {found} different values, such as '{value}'; {wanted}"
    )]
    NoLabel {
        path: String,
        column: String,
        found: usize,
        value: String,
        wanted: &'static str,
    },
    #[error(
        "{path}: the target '{column}' is {value} in every row; there is nothing to be predicted"
    )]
    OneValue {
        path: String,
        column: String,
        value: f64,
    },
    #[error(
        "{path}: the target '{column}' has {classes} different texts in {rows} rows, such as {examples}, which are no classes; {remedy}"
    )]
    NoClasses {
        path: String,
        column: String,
        classes: usize,
        rows: usize,
        examples: String,
        remedy: &'static str,
    },
    #[error("{path}: the target '{column}' has one class, '{class}'; at least 2 are needed")]
    OneClass {
        path: String,
        column: String,
        class: String,
    },
    #[error(
        "{path}: {place}: the label '{label}' was not seen in training; the classes are {classes}"
    )]
    UnseenClass {
        path: String,
        place: String,
        label: String,
        classes: String,
    },

    #[error(
        "{path}: is not an IDX file: it starts with {found:02x?}, expected [00, 00, type, dimensions]"
    )]
    IdxMagic { path: String, found: Vec<u8> },
    #[error("{path}: IDX element type {found:#04x} is not supported, only 0x08 (unsigned byte) is")]
    IdxType { path: String, found: u8 },
    #[error("{path}: an IDX header of {rank} dimensions must have {expected} bytes, found {found}")]
    IdxHeader {
        path: String,
        rank: usize,
        expected: u64,
        found: u64,
    },
    #[error("{path}: IDX data of dimensions {dims:?} must have {expected} bytes, found {found}")]
    IdxSize {
        path: String,
        dims: Vec<usize>,
        expected: u64,
        found: String,
    },
    #[error("{path}: has {found} IDX dimensions, expected {expected}")]
    IdxRank {
        path: String,
        found: usize,
        expected: usize,
    },
    #[error("{path}: holds {labels} labels, its image file {images} images")]
    IdxCount {
        path: String,
        images: usize,
        labels: usize,
    },
    #[error("{path}: {problem}")]
    IdxDirectory { path: String, problem: String },
    #[error(
        "{path}: holds no data: neither images (*images-idx3-ubyte, CIFAR *.bin, a folder for each class) nor a graph \
         (nodes.csv and edges.csv, .content and .cites, .graph.txt or .npz)"
    )]
    UnknownDirectory { path: String },
    #[error(transparent)]
    Format(#[from] FormatError),
    #[error(transparent)]
    Image(#[from] ImageError),
    #[error(transparent)]
    Graph(#[from] GraphError),
    #[error("{path}: no such file, and no embedded data set of that name; embedded are {known}")]
    UnknownSet { path: String, known: String },
    #[error("{name}: rows of shape {shape:?} are not images [channels, height, width]")]
    NotImages { name: String, shape: Vec<usize> },
    #[error("{name}: images of {height} x {width} cannot be reduced to {to_height} x {to_width}")]
    Reduce {
        name: String,
        height: usize,
        width: usize,
        to_height: usize,
        to_width: usize,
    },

    #[error("the held-out fraction must be in (0, 1), got {fraction}")]
    Fraction { fraction: f64 },
    #[error("holding out {fraction} of {rows} rows leaves no row to {side}")]
    EmptySide {
        fraction: f64,
        rows: usize,
        side: &'static str,
    },
    #[error("cross-validation needs at least 2 folds, got {folds}")]
    Folds { folds: usize },
    #[error("{rows} rows cannot be split into {folds} folds")]
    FewerRowsThanFolds { rows: usize, folds: usize },
    #[error(
        "rows of {times} different times cannot be split into {parts} parts, one after the other"
    )]
    FewerTimes { times: usize, parts: usize },
    #[error("{groups} groups cannot be split into {parts} parts")]
    FewerGroups { groups: usize, parts: usize },
    #[error("a split per class needs classes, and '{target}' has none")]
    NotClasses { target: String },
    #[error("class '{class}' has {rows} rows, {wanted} are wanted")]
    SmallClass {
        class: String,
        rows: usize,
        wanted: usize,
    },
    #[error("{rows} rows are left for {part}, {wanted} are wanted")]
    FewRowsLeft {
        part: &'static str,
        rows: usize,
        wanted: usize,
    },
    #[error("{name}: scaling '{scaling}' is for {allowed}")]
    Scaling {
        name: String,
        scaling: &'static str,
        allowed: &'static str,
    },
    #[error("row {row} is outside the data, which has {rows} rows")]
    RowOutOfRange { row: usize, rows: usize },
    #[error("row {row} is listed twice")]
    RepeatedRow { row: usize },
}

impl DataError {
    /// Names the columns and, if one is close enough to be a slip of the hand, that one.
    pub(crate) fn unknown_column(path: &str, column: &str, names: &[String]) -> Self {
        let distance = |name: &String| {
            strsim::damerau_levenshtein(&name.to_lowercase(), &column.to_lowercase())
        };
        let slip = |name: &String| 1 + name.chars().count().min(column.chars().count()) / 3;
        let nearest = names.iter().min_by_key(|name| distance(name));
        let nearest = nearest.filter(|name| distance(name) <= slip(name));
        let position = column.parse::<i64>().is_ok();
        let words = match (position, nearest) {
            (true, _) => format!(
                ", and positions go from 0 to {}",
                names.len().saturating_sub(1)
            ),
            (false, Some(name)) => format!(" (did you mean '{name}'?)"),
            (false, None) => String::new(),
        };
        Self::UnknownColumn {
            path: path.to_owned(),
            column: column.to_owned(),
            nearest: words,
            columns: listed(names, 40),
        }
    }

    /// A label at `place` that is none of the classes.
    pub(crate) fn unseen_class(path: &str, place: String, label: String, names: &[String]) -> Self {
        Self::UnseenClass {
            path: path.to_owned(),
            place,
            label,
            classes: listed(names, 20),
        }
    }
}

/// Names for a message: the first `most`, and how many more there are.
pub(crate) fn listed(names: &[String], most: usize) -> String {
    let mut list = names[..names.len().min(most)].join(", ");
    if names.len() > most {
        list.push_str(&format!(" and {} more", names.len() - most));
    }
    list
}
