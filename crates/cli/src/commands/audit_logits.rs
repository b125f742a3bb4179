//! The audit of logits that another program computed.

use decay_audit::Logits;
use decay_data::{LogitTable, read_labels, read_logits};

use crate::arguments::LogitFiles;
use decay::Error;
use decay::audit::{AuditResult, classification};

/// Audits one or several models by their logits on the same rows.
pub(super) fn audit_logits(files: &LogitFiles) -> Result<AuditResult, Error> {
    let tables = tables(&files.logits)?;
    let first = &tables[0];
    let labels = read_labels(&files.labels, &first.classes)?;
    if labels.len() != first.rows {
        return Err(Error::Usage(format!(
            "{}: has {} labels, {} has {} rows",
            files.labels.display(),
            labels.len(),
            first.path,
            first.rows
        )));
    }
    let ood = match files.ood.as_slice() {
        [] => None,
        ood if ood.len() == tables.len() => Some(self::tables(ood)?),
        ood => {
            return Err(Error::Usage(format!(
                "--ood-logits must be given once for each --logits, got {} for {}",
                ood.len(),
                tables.len()
            )));
        }
    };
    if let Some(other) = ood
        .iter()
        .flatten()
        .find(|t| t.classes.len() != first.classes.len())
    {
        return Err(differ(
            first,
            other,
            "classes",
            [first.classes.len(), other.classes.len()],
        ));
    }
    let ood_data = ood.as_ref().map(|ood| (ood[0].path.clone(), ood[0].rows));
    let ood = ood.map(logits).transpose()?;
    let path = first.path.clone();
    let named = |failure| match failure {
        Error::Audit(error) => Error::Usage(format!("{path}: {error}")),
        failure => failure,
    };
    let mut metrics =
        classification(logits(tables)?, &labels, None, ood.as_deref()).map_err(named)?;
    metrics.outliers = ood_data;
    Ok(AuditResult {
        metrics,
        detections: None,
        shifts: None,
        robustness: None,
    })
}

/// Logits of several models on the same rows.
pub(super) fn tables(paths: &[std::path::PathBuf]) -> Result<Vec<LogitTable>, Error> {
    let tables = paths.iter().map(|path| read_logits(path));
    let tables = tables.collect::<Result<Vec<_>, _>>()?;
    if let [first, others @ ..] = tables.as_slice() {
        for other in others {
            if other.classes.len() != first.classes.len() {
                let counts = [first.classes.len(), other.classes.len()];
                return Err(differ(first, other, "classes", counts));
            }
            if other.rows != first.rows {
                return Err(differ(first, other, "rows", [first.rows, other.rows]));
            }
        }
    }
    Ok(tables)
}

pub(super) fn logits(tables: Vec<LogitTable>) -> Result<Vec<Logits<'static>>, Error> {
    let logits = tables
        .into_iter()
        .map(|table| Logits::new(table.values, table.rows, table.classes.len()));
    Ok(logits.collect::<Result<_, _>>()?)
}

fn differ(first: &LogitTable, other: &LogitTable, what: &str, counts: [usize; 2]) -> Error {
    Error::Usage(format!(
        "{}: has {} {what}, {} has {}",
        other.path, counts[1], first.path, counts[0]
    ))
}
