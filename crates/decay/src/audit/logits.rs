//! Logits that another program computed.

use std::path::{Path, PathBuf};

use decay_audit::Logits;
use decay_data::{LogitTable, read_labels, read_logits};

use super::held_out::classification;
use super::report::Audit;
use crate::error::Error;

/// Audits one model, or several that answer together, by their logits on the same rows, and perhaps on out-of-distribution rows, a file for each model.
///
/// # Errors
/// [`Error::Data`] for files that cannot be read, [`Error::Run`], [`Error::OodLogits`] for files that do not fit together.
///
/// ```no_run
/// let audit = decay::audit::audit_logits(&["a.csv".into()], "y.csv".as_ref(), &[])?;
/// audit.write("audits/a")?;
/// # Ok::<(), decay::Error>(())
/// ```
pub fn audit_logits(logits: &[PathBuf], labels: &Path, ood: &[PathBuf]) -> Result<Audit, Error> {
    let all = LogitsOnLabels::read(logits, labels)?;
    let ood = match ood {
        [] => None,
        ood if ood.len() == logits.len() => Some(tables(ood)?),
        ood => {
            return Err(Error::OodLogits {
                given: ood.len(),
                models: logits.len(),
            });
        }
    };
    let mut outside = ood.iter().flatten();
    if let Some(other) = outside.find(|table| table.classes.len() != all.classes) {
        let counts = [all.classes, other.classes.len()];
        return Err(differ(&all.path, &other.path, "classes", counts));
    }
    let outliers = ood.as_ref().map(|ood| (ood[0].path.clone(), ood[0].rows));
    let ood = ood.map(to_logits).transpose()?;
    let named = |error| match error {
        Error::Audit(error) => Error::run(Path::new(&all.path), error.to_string()),
        error => error,
    };
    let mut found =
        classification(all.logits, (&all.labels, None), None, ood.as_deref()).map_err(named)?;
    found.outliers = outliers;
    let names: Vec<String> = logits
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let title = format!("Audit of {}", names.join(", "));
    let subtitle = format!("{} rows; labels of {}.", found.rows, labels.display());
    Ok(Audit::new(found.into(), title, subtitle))
}

/// Logits of several models on the same labelled rows.
pub(crate) struct LogitsOnLabels {
    pub(crate) logits: Vec<Logits<'static>>,
    pub(crate) labels: Vec<usize>,
    classes: usize,
    /// Of the first.
    path: String,
}

impl LogitsOnLabels {
    pub(crate) fn read(logits: &[PathBuf], labels: &Path) -> Result<Self, Error> {
        let tables = tables(logits)?;
        let first = &tables[0];
        let known = read_labels(labels, &first.classes)?;
        if known.len() != first.rows {
            let (count, path, rows) = (known.len(), &first.path, first.rows);
            let reason = format!("has {count} labels, {path} has {rows} rows");
            return Err(Error::run(labels, reason));
        }
        Ok(Self {
            classes: first.classes.len(),
            path: first.path.clone(),
            labels: known,
            logits: to_logits(tables)?,
        })
    }
}

/// Logits of several models on the same rows.
fn tables(paths: &[PathBuf]) -> Result<Vec<LogitTable>, Error> {
    let tables = paths.iter().map(|path| read_logits(path));
    let tables = tables.collect::<Result<Vec<_>, _>>()?;
    if let [first, others @ ..] = tables.as_slice() {
        for other in others {
            let classes = [first.classes.len(), other.classes.len()];
            for (what, [one, two]) in [("classes", classes), ("rows", [first.rows, other.rows])] {
                if one != two {
                    return Err(differ(&first.path, &other.path, what, [one, two]));
                }
            }
        }
    }
    Ok(tables)
}

fn to_logits(tables: Vec<LogitTable>) -> Result<Vec<Logits<'static>>, Error> {
    let tables = tables.into_iter();
    let logits = tables.map(|table| Logits::new(table.values, table.rows, table.classes.len()));
    Ok(logits.collect::<Result<_, _>>()?)
}

fn differ(first: &str, other: &str, what: &str, [of_first, of_other]: [usize; 2]) -> Error {
    let reason = format!("has {of_other} {what}, {first} has {of_first}");
    Error::run(Path::new(other), reason)
}
