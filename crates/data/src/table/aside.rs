//! Columns that are no features: they count the rows, name each row, or hold nothing.

use crate::table::assemble::decided;
use crate::table::by::cells_of;
use crate::table::column::builder::Builder;
use crate::table::column::labels::{Labels, Levels};
use crate::table::dialect::names::{Name, place_of};
use crate::table::settle::Reader;
use crate::{Cells, Column, DataError, Decisions, Result};

/// In fewer rows a column may look like an index, or a text be different in each, by chance.
const INDEX_ROWS: usize = 10;
const TEXT_ROWS: usize = 20;

/// What becomes of a column.
pub(crate) enum Kept {
    /// It was not read.
    Nothing,
    Column(Builder),
    /// It is shown, and no feature.
    Aside {
        kind: String,
        missing: Option<usize>,
        examples: Vec<String>,
        /// As far as they were kept.
        cells: Option<Cells>,
    },
}

/// Which columns are features; every one that is not is named in one note of its kind.
///
/// # Errors
/// [`DataError::TooManyLevels`] for labels beyond the limit that do come again, all columns together.
pub(crate) fn set_aside(
    reader: &Reader<'_>,
    columns: Vec<Builder>,
    rows: usize,
    decisions: &mut Decisions,
) -> Result<Vec<Kept>> {
    let targets = targets(reader, &columns);
    let reasons: Vec<Option<Reason>> = columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let name = &reader.names[index];
            let free = reader.options.known.is_none()
                && !targets.contains(&index)
                && reader.options.wants(&name.text)
                && !reader.options.is_of_rows(&name.text)
                && !reader.options.asks_for(&name.text);
            // Without names in the file no column has one.
            let unnamed = !name.given && reader.names.iter().any(|name| name.given);
            let unnamed = unnamed || name.text.starts_with("Unnamed: ");
            free.then(|| Reason::of(name, unnamed && index == 0, column, rows))
                .flatten()
        })
        .collect();
    let reasons = spare_the_only_feature(reasons, &columns, &targets);
    refuse_too_many(reader, &columns, &reasons)?;
    for reason in [
        Reason::Empty,
        Reason::Index,
        Reason::Pandas,
        Reason::Different,
    ] {
        let own = reasons
            .iter()
            .zip(reader.names)
            .filter(|(own, _)| **own == Some(reason));
        let names: Vec<String> = own.map(|(_, name)| name.text.clone()).collect();
        decisions.notes.extend(reason.note(&names));
        decisions.aside.extend(
            names
                .into_iter()
                .map(|name| (name, reason.words().to_owned())),
        );
    }
    let kept = columns.into_iter().zip(reasons).zip(reader.names);
    Ok(kept
        .map(|((column, reason), name)| aside_or_kept(column, reason, name))
        .collect())
}

fn aside_or_kept(column: Builder, reason: Option<Reason>, name: &Name) -> Kept {
    let Some(reason) = reason else {
        return if matches!(column, Builder::Skipped) {
            Kept::Nothing
        } else {
            Kept::Column(column)
        };
    };
    let kind = format!("set aside: {}", reason.words());
    let column = cells_of(column).map(|cells| Column {
        name: name.text.clone(),
        cells,
    });
    let shown = column.as_ref().map(|own| decided(own, kind.clone()));
    let (missing, examples) =
        shown.map_or((None, Vec::new()), |shown| (shown.missing, shown.examples));
    Kept::Aside {
        kind,
        missing,
        examples,
        cells: column.map(|own| own.cells),
    }
}

/// How pandas calls an index without a name, in files that keep it as a column.
const PANDAS: &str = "__index_level_";

/// Why a column is no feature.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reason {
    Empty,
    Index,
    Pandas,
    Different,
}

impl Reason {
    fn of(name: &Name, leads_unnamed: bool, column: &Builder, rows: usize) -> Option<Self> {
        match column {
            Builder::Skipped => None,
            _ if name.text.starts_with(PANDAS) => Some(Self::Pandas),
            Builder::Numbers(numbers) if numbers.present == 0 && numbers.strays.count == 0 => {
                (!name.given).then_some(Self::Empty)
            }
            Builder::Numbers(numbers) => {
                let rowwise = rows >= INDEX_ROWS && counts_rows(numbers.values.iter().copied());
                let index = leads_unnamed && rows >= 2 && is_index(&numbers.values);
                (rowwise || index).then_some(Self::Index)
            }
            Builder::Labels(labels) => are_different(labels, rows).then_some(Self::Different),
            _ => None,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Empty => "no name and no values",
            Self::Index => "counts the rows",
            Self::Pandas => "the index of pandas",
            Self::Different => "different in most rows",
        }
    }

    fn note(self, names: &[String]) -> Option<String> {
        let list: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
        let (list, one) = (list.join(", "), names.len() == 1);
        let (column, is) = if one {
            ("column", "is")
        } else {
            ("columns", "are")
        };
        (!names.is_empty()).then(|| match self {
            Self::Empty => format!("{column} {list} {is} without name and values, and left out"),
            Self::Index => format!("{column} {list} {is} set aside: such numbers count the rows; data.keep, a list of all columns to read, brings one back"),
            Self::Pandas => format!("{column} {list} {is} set aside: pandas keeps the index of its rows there; data.keep, a list of all columns to read, brings one back"),
            Self::Different => format!(
                "{column} {list} {is} set aside: texts that differ in most rows, as names and ids do, teach nothing of new rows; data.keep, a list of all columns to read, brings one back"
            ),
        })
    }
}

/// `0, 1, 2, ...` or `1, 2, 3, ...` in the order of the rows.
pub(crate) fn counts_rows(values: impl IntoIterator<Item = f64>) -> bool {
    let mut values = values.into_iter();
    let first = values.next().unwrap_or(f64::NAN);
    let counts = || {
        (1..)
            .zip(values)
            .all(|(row, value)| value == first + f64::from(row))
    };
    (first == 0.0 || first == 1.0) && counts()
}

/// Whole numbers from 0 on, each of one row.
fn is_index(values: &[f64]) -> bool {
    let mut seen = std::collections::HashSet::new();
    values
        .iter()
        .all(|&value| value >= 0.0 && value.fract() == 0.0 && seen.insert(value.to_bits()))
}

fn are_different(labels: &Labels, rows: usize) -> bool {
    match labels.levels() {
        Levels::Few(count) => rows >= TEXT_ROWS && 2 * count > rows,
        Levels::TooMany { different, .. } => different,
    }
}

/// Indices of the targets: as the options say, else that of the last column that holds something.
fn targets(reader: &Reader<'_>, columns: &[Builder]) -> Vec<usize> {
    let names: Vec<String> = reader.names.iter().map(|name| name.text.clone()).collect();
    match reader.options.targets.as_slice() {
        wanted @ [_, ..] => {
            let place = |wanted: &String| place_of(wanted, &names);
            wanted.iter().filter_map(place).collect()
        }
        [] => {
            let holds = |&index: &usize| match &columns[index] {
                Builder::Skipped => false,
                _ if !reader.options.wants(&names[index]) => false,
                _ if reader.options.is_of_rows(&names[index]) => false,
                _ if names[index].starts_with(PANDAS) => false,
                Builder::Numbers(numbers) => reader.names[index].given || numbers.present > 0,
                _ => true,
            };
            (0..columns.len()).rev().find(holds).into_iter().collect()
        }
    }
}

/// Where nothing but an index would be left aside the target, it is the feature.
fn spare_the_only_feature(
    mut reasons: Vec<Option<Reason>>,
    columns: &[Builder],
    targets: &[usize],
) -> Vec<Option<Reason>> {
    let open =
        |index: &usize| !matches!(columns[*index], Builder::Skipped) && !targets.contains(index);
    let features: Vec<usize> = (0..columns.len()).filter(open).collect();
    if features.iter().all(|&index| reasons[index].is_some()) {
        for index in features {
            reasons[index] = reasons[index].filter(|reason| *reason != Reason::Index);
        }
    }
    reasons
}

fn refuse_too_many(
    reader: &Reader<'_>,
    columns: &[Builder],
    reasons: &[Option<Reason>],
) -> Result<()> {
    let mut names = Vec::new();
    let mut by = 0;
    for (index, (column, reason)) in columns.iter().zip(reasons).enumerate() {
        let wanted = reader.options.wants(reader.name(index));
        if let (Builder::Labels(labels), None, true) = (column, reason, wanted)
            && let Levels::TooMany { line, .. } = labels.levels()
        {
            names.push(reader.names[index].text.clone());
            by = by.max(line);
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let limit = reader.options.max_levels;
    Err(DataError::TooManyLevels {
        path: reader.path.clone(),
        column: names.join("', '"),
        found: limit + 1,
        place: reader.counted.at(by),
        limit,
    })
}
