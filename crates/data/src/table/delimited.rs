//! Delimited text to typed columns, in one pass and without a string per cell.

use std::path::Path;

use crate::files::Source;
use crate::table::builder::Builder;
use crate::table::header::column_names;
use crate::table::pass::Pass;
use crate::{Cells, Column, DataError, FileDigest, Options, Provenance, Result, Table};

impl Table {
    /// Reads a comma, semicolon or tab separated file, plain or gzip.
    ///
    /// A column is numeric if every value that is present parses as a number, else categorical.
    /// Missing are, in any case and with blanks around: the empty field, `NA`, `N/A`, `NaN`, `null`,
    /// `None` and `?`. Fields may be quoted by `"` and then hold separators and line breaks. Empty
    /// lines are skipped. Without [`Options::header`] the first row is a header if a field of it is a
    /// label above a column of numbers, or if all its fields are different labels.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read or is empty, a ragged row, an infinite number, a
    /// categorical column of more than [`Options::max_levels`] labels (found at once, in bounded memory),
    /// two columns of one name, a `drop`, `keep` or `categorical` column that does not exist, and sample weights that are no weights.
    pub fn read(path: impl AsRef<Path>, options: &Options) -> Result<Self> {
        read_delimited(&Source::file(path.as_ref()), options, 0)
    }
}

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
    let needs_text = |column: &Builder| matches!(column, Builder::TextNeeded);
    let late: Vec<bool> = pass.columns.iter().map(needs_text).collect();
    let (mut cells, lines, digest) = pass.finish()?;
    if late.contains(&true) {
        let header = Some(header);
        let again = Options {
            header,
            ..options.clone()
        };
        let labels = read_labels(source, &again, skip, &late, &lines)?;
        cells = cells
            .into_iter()
            .zip(labels)
            .map(|(first, second)| first.or(second))
            .collect();
    }
    let mut table = assemble(source.name(), names, cells, lines, digest);
    if let Some(column) = &options.weight {
        table.weigh(column)?;
    }
    Ok(table)
}

fn assemble(
    path: String,
    names: Vec<String>,
    cells: Vec<Option<Cells>>,
    lines: Vec<u64>,
    digest: FileDigest,
) -> Table {
    let kept = names.iter().cloned().zip(cells);
    let columns = kept
        .filter_map(|(name, cells)| {
            Some(Column {
                name,
                cells: cells?,
            })
        })
        .collect();
    let (source, rows) = (path.clone(), lines.len());
    let provenance = Provenance::of_files(source, vec![digest], rows);
    Table {
        path,
        columns,
        weights: None,
        names,
        lines,
        provenance,
    }
}

/// The second reading: the `late` columns as labels, no other.
fn read_labels(
    source: &Source,
    options: &Options,
    skip: usize,
    late: &[bool],
    lines: &[u64],
) -> Result<Vec<Option<Cells>>> {
    let mut pass = Pass::open(source, options, skip)?;
    let builder = |late: &bool| {
        if *late {
            pass.labels()
        } else {
            Builder::Skipped
        }
    };
    pass.columns = late.iter().map(builder).collect();
    pass.read_rows()?;
    pass.decide_header()?;
    let (labels, lines_again, _) = pass.finish()?;
    if lines_again != lines {
        return Err(DataError::Changed {
            path: source.name(),
        });
    }
    Ok(labels)
}
