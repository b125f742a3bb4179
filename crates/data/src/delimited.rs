//! Delimited text to typed columns, in one pass and without a string per cell.

use crate::column_builder::Builder;
use crate::header::column_names;
use crate::pass::Pass;
use crate::source::Source;
use crate::table::Column;
use crate::{DataError, Options, Provenance, Result, Table};

/// Reads `source`, whose first `skip` lines are not data.
///
/// One pass, unless a column turns out to hold labels after numbers: then the text of those numbers
/// is needed (`007` is not `7`) and the file is read again for these columns alone.
pub(crate) fn read_delimited(source: &Source, options: &Options, skip: usize) -> Result<Table> {
    let mut pass = Pass::open(source, options, skip)?;
    pass.read_rows()?;
    let header = pass.decide_header()?;
    let names = column_names(header.then_some(&pass.first), pass.first.len(), &pass.path)?;
    options.check_names(&names, &pass.path)?;
    pass.refuse_infinite(&names)?;
    let late: Vec<bool> = pass
        .columns
        .iter()
        .map(|c| matches!(c, Builder::TextNeeded))
        .collect();
    let (mut columns, lines, digest) = pass.finish()?;
    if late.contains(&true) {
        let again = Options {
            header: Some(header),
            ..options.clone()
        };
        let mut pass = Pass::open(source, &again, skip)?;
        pass.columns = late
            .iter()
            .map(|&late| {
                if late {
                    pass.labels()
                } else {
                    Builder::Skipped
                }
            })
            .collect();
        pass.read_rows()?;
        pass.decide_header()?;
        let (labels, lines_again, _) = pass.finish()?;
        if lines_again != lines {
            return Err(DataError::Changed {
                path: source.name(),
            });
        }
        columns = columns
            .into_iter()
            .zip(labels)
            .map(|(first, second)| first.or(second))
            .collect();
    }
    let kept = names.iter().zip(columns);
    let columns = kept
        .filter_map(|(name, cells)| {
            Some(Column {
                name: name.clone(),
                cells: cells?,
            })
        })
        .collect();
    let (path, rows) = (source.name(), lines.len());
    let provenance = Provenance {
        source: path.clone(),
        files: vec![digest],
        rows,
        licence: None,
    };
    Ok(Table {
        path,
        columns,
        names,
        lines,
        provenance,
    })
}
