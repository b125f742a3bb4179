//! Delimited text to typed columns, without a string per cell.

use std::path::Path;

use crate::files::Source;
use crate::table::assemble::assemble;
use crate::table::dialect::Dialect;
use crate::table::dialect::names::resolved;
use crate::table::dialect::text::Encoding;
use crate::table::opened::Opened;
use crate::table::settle::Reader;
use crate::table::value::missing::Missing;
use crate::{DataError, Options, Result, Table};

impl Table {
    /// Reads delimited text, plain or gzip: fields separated by commas, semicolons, tabs, bars, or runs of blanks.
    ///
    /// What [`Options`] leave open is decided from the file: encoding, separator, quotes, comments and names from its first lines
    /// together, the kind of a column from all of its cells. [`Decisions`](crate::Decisions) says what was decided.
    ///
    /// | a column is | if most of its cells are |
    /// | :-- | :-- |
    /// | numbers | numbers: with decimal point or comma, groups of thousands, a currency or per cent sign, an exponent of `e` or `d` |
    /// | dates or times | ISO dates and other forms that leave day and month in no doubt; it becomes the numbers `NAME.year`, `.month`, `.weekday` (Monday is 1), `.hour` and `.instant` (seconds since 1970, UTC), of times alone `.hour` |
    /// | labels | anything else |
    ///
    /// Missing are empty cells and the spellings of programs, as `NaN`, `<NA>`, `#N/A`, `\N`, `null`, `?`; among numbers and dates also
    /// words and signs, as `NA`, `None`, `-`, `.`, `missing`, which may be labels elsewhere. Up to 5 % of other cells among numbers or
    /// dates count as missing, with a note. Columns that count the rows, texts that are different in most rows, and columns without
    /// name and values are set aside with a note, unless [`Options::keep`] or [`Options::categorical`] names them.
    ///
    /// # Errors
    /// [`DataError`] for a file that cannot be read, is empty or no delimited text; a ragged row, an infinite number, numbers mixed with
    /// too many other cells, numbers or dates that can be read in two ways, a categorical column of more than [`Options::max_levels`]
    /// labels, a `drop` or `categorical` column that does not exist, and sample weights that are no weights.
    pub fn read(path: impl AsRef<Path>, options: &Options) -> Result<Self> {
        read_delimited(&Source::file(path.as_ref()), options, 0)
    }
}

/// Reads `source`, whose first `skip` lines are not data.
pub(crate) fn read_delimited(source: &Source, options: &Options, skip: usize) -> Result<Table> {
    let source = source.reopenable()?;
    match read_as(&source, options, skip) {
        // Its first lines were plain ASCII.
        Err(DataError::NotUtf8 { .. }) if options.encoding.is_none() => {
            let encoding = Some(Encoding::Latin1);
            read_as(
                &source,
                &Options {
                    encoding,
                    ..options.clone()
                },
                skip,
            )
        }
        read => read,
    }
}

fn read_as(source: &Source, options: &Options, skip: usize) -> Result<Table> {
    let opened = Opened::new(source, options)?;
    let dialect = Dialect::of(&opened.head(), source, options, skip);
    let names: Vec<String> = dialect.names.iter().map(|name| name.text.clone()).collect();
    let own = resolved(options, &names, &source.name())?;
    let reader = Reader {
        source,
        dialect: &dialect,
        options: &own,
        missing: Missing::with(&options.missing),
    };
    let settled = reader.read(opened)?;
    let mut table = assemble(&reader, settled, names)?;
    table.take_columns_of_rows(&own)?;
    Ok(table)
}
