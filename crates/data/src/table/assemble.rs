//! The columns of a file as a table, and what is to be said of them.

use crate::table::aside::{Kept, set_aside};
use crate::table::by::By;
use crate::table::column::builder::{Builder, Numbers};
use crate::table::column::labels::{Labels, Levels};
use crate::table::dialect::names::texts;
use crate::table::looks_numeric;
use crate::table::moments::{instants, moment_columns};
use crate::table::reading::{Reading, WARNING, form_words};
use crate::table::settle::{Reader, Settled};
use crate::table::value::Form;
use crate::table::value::number::{Decimal, Unit};
use crate::{Cells, Column, DataError, Decided, Decisions, Provenance, Result, Table, Ties};

/// Examples of a column's values.
const EXAMPLES: usize = 3;

/// What is known of a file beside its columns.
pub(crate) struct About {
    /// How the file is written, in a sentence.
    pub(crate) words: String,
    /// What a user should know of its rows.
    pub(crate) notes: Vec<String>,
    pub(crate) reading: Reading,
}

/// The table of what was read; columns that are no features are set aside.
pub(crate) fn assemble(reader: &Reader<'_>, settled: Settled, about: About) -> Result<Table> {
    let Settled {
        columns,
        lines,
        digest,
        ..
    } = settled;
    let (path, rows) = (reader.path.clone(), lines.len());
    let mut made = Made {
        reader,
        features: Vec::new(),
        by: None,
        decisions: Decisions {
            dialect: about.words,
            notes: about.notes,
            ..Decisions::default()
        },
        reading: about.reading,
    };
    let kept = set_aside(reader, columns, rows, &mut made.decisions)?;
    for (name, kept) in reader.names.iter().zip(kept) {
        made.push(&name.text, kept)?;
    }
    made.decisions.reading = Some(made.reading);
    Ok(Table {
        columns: made.features,
        weights: None,
        ties: Box::new(Ties {
            by: made.by,
            ..Ties::default()
        }),
        names: texts(reader.names),
        lines,
        counted: reader.counted,
        provenance: Provenance::of_files(path.clone(), vec![digest], rows),
        decisions: Box::new(made.decisions),
        path,
    })
}

/// What is made of the columns so far.
struct Made<'a> {
    reader: &'a Reader<'a>,
    features: Vec<Column>,
    /// The column of `Options::by`, where it is no column of the table as it stands.
    by: Option<By>,
    decisions: Decisions,
    reading: Reading,
}

impl Made<'_> {
    fn push(&mut self, name: &str, kept: Kept) -> Result<()> {
        let decisions = &mut self.decisions;
        match kept {
            Kept::Nothing | Kept::Column(Builder::Skipped | Builder::Count(_)) => {}
            Kept::Column(column) if !self.reader.options.wants(name) => self.push_by(name, column),
            Kept::Aside {
                kind,
                missing,
                examples,
                cells,
            } => {
                let cells = cells.filter(|_| self.reader.options.is_by(name));
                self.by = cells.map(|cells| By::of(name, cells)).or(self.by.take());
                decisions.columns.push(Decided {
                    column: name.to_owned(),
                    kind,
                    missing,
                    levels: None,
                    examples,
                });
            }
            Kept::Column(Builder::Numbers(numbers)) => {
                let reading = &mut self.reading;
                let column = number_column(self.reader, name, numbers, decisions, reading)?;
                self.features.push(column);
            }
            Kept::Column(Builder::Moments(moments))
                if self.reader.options.time.as_deref() == Some(name) =>
            {
                let column = instants(name, &moments);
                if self.reader.options.is_by(name) {
                    self.by = By::of_moments(&column, &moments);
                }
                let kind = form_words(Form::Moment(moments.form)).to_owned();
                decisions.columns.push(Decided {
                    examples: moments.first.iter().map(|text| text.to_string()).collect(),
                    ..decided(&column, kind)
                });
                self.features.push(column);
            }
            Kept::Column(Builder::Moments(moments)) => {
                let (form, strays) = (Form::Moment(moments.form), &moments.strays);
                let named = strays.named(self.reader.counted);
                note_strays(name, "dates or times", strays.count, &named, decisions);
                self.reading.forms.insert(name.to_owned(), form);
                if self.reader.options.is_by(name) {
                    self.by = By::of_moments(&instants(name, &moments), &moments);
                }
                // A model may want hours that a new file does not have.
                let hours = self.reader.options.known.is_some();
                self.features
                    .extend(moment_columns(name, &moments, hours, decisions));
            }
            Kept::Column(Builder::Labels(labels)) => {
                note_numerals(name, &labels, decisions);
                let column = Column {
                    name: name.to_owned(),
                    cells: labels.cells(),
                };
                decisions.columns.push(decided(&column, "labels".into()));
                self.features.push(column);
            }
        }
        Ok(())
    }
}

impl Made<'_> {
    /// A column that is read for the groups of the audit alone: what is odd in it concerns no model.
    fn push_by(&mut self, name: &str, column: Builder) {
        let kind = "groups of the audit, no feature".to_owned();
        self.by = By::of_builder(name, column);
        let shown = self.by.as_ref().map(|by| decided(&by.column, kind));
        self.decisions.columns.extend(shown);
    }
}

/// A column of numbers, with notes of what is odd in it.
fn number_column(
    reader: &Reader<'_>,
    name: &str,
    numbers: Numbers,
    decisions: &mut Decisions,
    reading: &mut Reading,
) -> Result<Column> {
    refuse_infinite(reader, name, &numbers)?;
    let named = numbers.strays.named(reader.counted);
    note_strays(name, "numbers", numbers.strays.count, &named, decisions);
    note_units(name, &numbers, decisions);
    let form = Form::Number(numbers.decimal);
    if numbers.decimal == Decimal::Comma {
        reading.forms.insert(name.to_owned(), form);
    }
    let mut kind = form_words(form).to_owned();
    for unit in numbers.units.keys() {
        match unit {
            Unit::Percent => kind.push_str(", per cent"),
            Unit::Currency(sign) if sign.is_ascii_alphabetic() => kind.push_str(", a currency"),
            Unit::Currency(sign) => kind.push_str(&format!(", {sign}")),
        }
    }
    let column = Column {
        name: name.to_owned(),
        cells: Cells::Numbers(numbers.values),
    };
    decisions.columns.push(decided(&column, kind));
    Ok(column)
}

fn refuse_infinite(reader: &Reader<'_>, name: &str, numbers: &Numbers) -> Result<()> {
    let Some(line) = numbers.infinite else {
        return Ok(());
    };
    let mut values = numbers.values.iter();
    let value = values
        .find(|value| value.is_infinite())
        .copied()
        .unwrap_or_default();
    Err(DataError::Infinite {
        path: reader.path.clone(),
        place: reader.counted.at(line),
        column: name.to_owned(),
        value: value.to_string(),
    })
}

fn note_strays(name: &str, what: &str, count: u64, named: &str, decisions: &mut Decisions) {
    if count > 0 {
        let cells = match count {
            1 => "one cell that is none and counts".to_owned(),
            count => format!("{count} cells that are none and count"),
        };
        decisions.notes.push(format!(
            "{WARNING}column '{name}' holds {what}, and {cells} as missing: {named}"
        ));
    }
}

/// Many labels that begin with digits may be numbers with a unit behind them.
fn note_numerals(name: &str, labels: &Labels, decisions: &mut Decisions) {
    /// So few labels are groups, as of ages.
    const GROUPS: usize = 20;
    let numerals = labels.iter().filter(|label| looks_numeric(label)).count();
    let Levels::Few(levels) = labels.levels() else {
        return;
    };
    if levels > GROUPS && 2 * numerals > levels {
        let example = labels
            .iter()
            .find(|label| looks_numeric(label))
            .unwrap_or_default();
        decisions.notes.push(format!(
            "{WARNING}column '{name}' is read as {levels} labels such as '{example}'; if they are numbers, write them without what stands beside"
        ));
    }
}

/// Numbers of several units are not comparable.
fn note_units(name: &str, numbers: &Numbers, decisions: &mut Decisions) {
    let with: u64 = numbers.units.values().sum();
    let bare = numbers.present.saturating_sub(with);
    if numbers.units.len() > 1 {
        decisions.notes.push(format!(
            "{WARNING}column '{name}' has numbers of several units"
        ));
    } else if numbers.units.contains_key(&Unit::Percent) && bare > 0 {
        decisions.notes.push(format!(
            "{WARNING}column '{name}' has {with} numbers with % and {bare} without; all are taken as they are written"
        ));
    }
}

/// A value in few letters.
fn example(column: &Column, row: usize) -> Option<String> {
    match &column.cells {
        Cells::Numbers(values) => {
            let (value, size) = (values[row], values[row].abs());
            let plain = size == 0.0 || (1e-4..1e15).contains(&size);
            let text = if plain {
                value.to_string()
            } else {
                format!("{value:e}")
            };
            (!value.is_nan()).then_some(text)
        }
        Cells::Labels { .. } => column.text(row),
    }
}

/// What was decided about a column.
pub(crate) fn decided(column: &Column, kind: String) -> Decided {
    let rows = column.len();
    let mut examples: Vec<String> = Vec::new();
    for text in (0..rows.min(1000)).filter_map(|row| example(column, row)) {
        if examples.len() < EXAMPLES && !examples.contains(&text) {
            examples.push(text);
        }
    }
    let levels = match &column.cells {
        Cells::Numbers(_) => None,
        Cells::Labels { levels, .. } => Some(levels.len()),
    };
    Decided {
        column: column.name.clone(),
        kind,
        missing: Some((0..rows).filter(|&row| column.is_missing(row)).count()),
        levels,
        examples,
    }
}
