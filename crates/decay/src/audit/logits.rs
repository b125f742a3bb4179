//! Logits that another program computed.

use std::path::{Path, PathBuf};

use decay_audit::Logits;
use decay_data::{LogitTable, Scores, read_labels, read_logits};

use super::details::ByClass;
use super::held_out::classification;
use super::measurements::Measurements;
use super::origin::Origin;
use super::report::Audit;
use crate::error::Error;
use crate::event::Event;
use crate::targets::{self, NEVER};

/// Predictions of other programs on the same rows.
#[derive(Debug, Clone, Copy)]
pub struct Foreign<'a> {
    /// A file for each model.
    pub models: &'a [PathBuf],
    /// Labels of the rows.
    pub labels: &'a Path,
    /// What is said of the numbers in all files.
    pub scores: Scores,
    /// Bytes that reading a file may take; 60 % of what is free by default.
    pub memory: Option<u64>,
}

/// Audits one model, or several that answer together, by their predictions on the same rows, and perhaps on out-of-distribution rows, a
/// file for each model; what was decided in reading is told as [`Event::Note`].
///
/// # Errors
/// [`Error::Data`] for files that cannot be read, [`Error::Run`], [`Error::OodLogits`] for files that do not fit together.
///
/// ```no_run
/// use decay::audit::{Foreign, audit_logits};
///
/// let foreign = Foreign {
///     models: &["a.csv".into()],
///     labels: "y.csv".as_ref(),
///     scores: Default::default(),
///     memory: None,
/// };
/// let audit = audit_logits(foreign, &[], &|event| eprintln!("{event}"))?;
/// audit.write("audits/a")?;
/// # Ok::<(), decay::Error>(())
/// ```
pub fn audit_logits(
    foreign: Foreign<'_>,
    ood: &[PathBuf],
    observe: &dyn Fn(Event),
) -> Result<Audit, Error> {
    let logits = foreign.models;
    let all = LogitsOnLabels::read(foreign, observe)?;
    let ood = match ood {
        [] => None,
        ood if ood.len() == logits.len() => Some(tables(ood, &foreign, Some(&all.first), observe)?),
        ood => {
            return Err(Error::OodLogits {
                given: ood.len(),
                models: logits.len(),
            });
        }
    };
    let outliers = ood.as_ref().map(|ood| (ood[0].path.clone(), ood[0].rows));
    let ood = ood.map(|mut ood| to_logits(&mut ood)).transpose()?;
    let named = |error| match error {
        Error::Audit(error) => Error::run(Path::new(&all.first.path), error.to_string()),
        error => error,
    };
    let answers = targets::together(&all.logits, None)?;
    let mut found = classification(
        all.logits,
        (&all.labels, None),
        None,
        ood.as_deref(),
        &NEVER,
    )
    .map_err(named)?;
    found.outliers = outliers;
    found.origin = Origin::Supplied { trained_on: None };
    let classes = ByClass::of(&answers, &all.labels, &all.first.classes, &NEVER).map_err(named)?;
    let names: Vec<String> = logits
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let title = format!("Audit of {}", names.join(", "));
    let subtitle = format!(
        "{} rows; labels of {}.",
        found.rows,
        foreign.labels.display()
    );
    let mut found = Measurements::from(found);
    found.details.classes = Some(classes);
    Ok(Audit::new(found, title, subtitle))
}

/// Logits of several models on the same labelled rows.
pub(crate) struct LogitsOnLabels {
    pub(crate) logits: Vec<Logits<'static>>,
    pub(crate) labels: Vec<usize>,
    /// The first model's, without values.
    first: LogitTable,
}

impl LogitsOnLabels {
    pub(crate) fn read(foreign: Foreign<'_>, observe: &dyn Fn(Event)) -> Result<Self, Error> {
        let mut tables = tables(foreign.models, &foreign, None, observe)?;
        let logits = to_logits(&mut tables)?;
        let first = tables.swap_remove(0);
        let known = read_labels(foreign.labels, &first, foreign.memory)?;
        tell(&known.notes, observe);
        if known.classes.len() != first.rows {
            let (count, path, rows) = (known.classes.len(), &first.path, first.rows);
            let reason = format!("has {count} labels, {path} has {rows} rows");
            return Err(Error::run(foreign.labels, reason));
        }
        Ok(Self {
            labels: known.classes,
            logits,
            first,
        })
    }
}

fn tell(notes: &[String], observe: &dyn Fn(Event)) {
    for note in notes {
        observe(Event::Note(note.clone()));
    }
}

/// Predictions of several models on the same rows, with classes in the order of the first or of a table read before.
fn tables(
    paths: &[PathBuf],
    read: &Foreign<'_>,
    before: Option<&LogitTable>,
    observe: &dyn Fn(Event),
) -> Result<Vec<LogitTable>, Error> {
    let mut tables: Vec<LogitTable> = Vec::with_capacity(paths.len());
    for path in paths {
        let mut table = read_logits(path, read.scores, read.memory)?;
        if let Some(first) = before.or(tables.first()) {
            table = table.in_order_of(first)?;
        }
        if let Some(first) = tables.first().filter(|first| first.rows != table.rows) {
            let (rows, other, expected) = (table.rows, &first.path, first.rows);
            let reason = format!("has {rows} rows, {other} has {expected}");
            return Err(Error::run(path, reason));
        }
        tell(&table.notes, observe);
        tables.push(table);
    }
    Ok(tables)
}

/// The values of tables, which have none any more.
fn to_logits(tables: &mut [LogitTable]) -> Result<Vec<Logits<'static>>, Error> {
    let logits = tables.iter_mut().map(|table| {
        let values = std::mem::take(&mut table.values);
        Logits::new(values, table.rows, table.classes.len())
    });
    Ok(logits.collect::<Result<_, _>>()?)
}
