//! Delimited text to typed columns, without a string per cell.

use std::path::Path;

use crate::files::Source;
use crate::table::assemble::About;
use crate::table::built::Header;
use crate::table::column::builder::Builder;
use crate::table::dialect::Dialect;
use crate::table::dialect::delimiter::delimiter_name;
use crate::table::dialect::text::Encoding;
use crate::table::file_kind::read_file;
use crate::table::opened::Opened;
use crate::table::pass::{Pass, Skipped};
use crate::table::place::Counted;
use crate::table::reading::Reading;
use crate::table::records::skipped_note;
use crate::table::settle::{ReadRows, Rows};
use crate::table::value::missing::Missing;
use crate::{DataError, Options, Raw, Result, Table};

impl Table {
    /// Reads Parquet, Arrow, JSON lines, ARFF or a matrix of NumPy, known by their first bytes, or delimited text: fields separated by commas, semicolons, tabs, bars, or runs of blanks.
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
        read_table(&Source::file(path.as_ref(), &options.allowance()), options)
    }
}

/// As [`Table::read`], of a source.
pub(crate) fn read_table(source: &Source, options: &Options) -> Result<Table> {
    match read_file(source, options)? {
        Raw::Table(table) => Ok(table),
        Raw::Images { train, .. } => Err(DataError::Array {
            path: train.path,
            reason: "holds images, which are no table".into(),
        }),
        Raw::Graph(graph) => Err(DataError::Array {
            path: graph.nodes.path,
            reason: "holds a graph, which is no table".into(),
        }),
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
    let mut rows = Delimited {
        first: Some(opened),
        source,
        dialect: &dialect,
        options,
        missing: Missing::with(&options.missing),
    };
    let header = Header {
        path: source.name(),
        allowance: &source.allowance,
        names: &dialect.names,
        sample: &dialect.sample,
        declared: &vec![None; dialect.width()],
        // Who separates fields by commas does not write them into numbers.
        points: dialect.marks.delimiter == b',',
        counted: Counted::Lines,
    };
    header.table(&mut rows, options, |settled| About {
        words: words(&source.name(), &dialect, settled.lines.len()),
        notes: notes(&dialect, settled.skipped),
        reading: Reading::of(options, dialect.marks.delimiter, dialect.header),
    })
}

/// The rows of a delimited file.
struct Delimited<'a> {
    /// Until the file has been read once.
    first: Option<Opened>,
    source: &'a Source,
    dialect: &'a Dialect,
    options: &'a Options,
    missing: Missing,
}

impl Rows for Delimited<'_> {
    fn read_into(&mut self, columns: Vec<Builder>) -> Result<ReadRows> {
        let first = self.first.take();
        let opened = first.map_or_else(|| Opened::new(self.source, self.options), Ok)?;
        Pass::new(opened, self.dialect, &self.missing, self.options).read(columns)
    }
}

/// What is to be said of the lines of the file.
fn notes(dialect: &Dialect, skipped: Skipped) -> Vec<String> {
    let mut notes = dialect.notes.clone();
    notes.extend(skipped_note(skipped));
    if skipped.comments > 0 && dialect.comment.is_none() {
        notes.push(format!(
            "{} rows that begin with '#' and are no rows of the table are left out",
            skipped.comments
        ));
    }
    notes
}

/// How the file is written.
fn words(path: &str, dialect: &Dialect, rows: usize) -> String {
    let names = match (dialect.header, dialect.names.iter().any(|name| name.given)) {
        (true, _) => format!("names in line {}", dialect.lines_before + 1),
        (false, true) => "names in a comment".to_owned(),
        (false, false) => "no names".to_owned(),
    };
    let fields = match dialect.names.len() {
        1 => "one column".to_owned(),
        count => format!(
            "{count} columns separated by {}",
            delimiter_name(dialect.marks.delimiter)
        ),
    };
    let quote = if dialect.marks.quote == b'"' {
        ""
    } else {
        ", quoted by '"
    };
    format!(
        "{path}: {rows} rows, {fields}{quote}, {names}, {}",
        dialect.coding.encoding().name()
    )
}
