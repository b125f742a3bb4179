//! Tables whose columns have types: Parquet, and Arrow's own files.

mod caught;
mod cells;
mod codec;
mod columns;
mod ipc;
mod pages;
mod parquet_file;
mod rows;
mod unpacked;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::files::{Source, Whole};
use crate::table::assemble::About;
use crate::table::built::Header;
use crate::table::column::tally::Tally;
use crate::table::dialect::names::column_names;
use crate::table::file_kind::FileKind;
use crate::table::place::Counted;
use crate::table::reading::Reading;
use crate::table::settle::Declared;
use crate::{DataError, FormatError, Options, Result, Table};

use caught::caught;
use columns::Columns;
use ipc::{IpcFile, IpcStream};
use parquet_file::ParquetFile;
use rows::TypedRows;
use unpacked::{largest_of_file, largest_of_stream};

/// A file of typed columns, read in pieces of rows.
trait Batches {
    fn schema(&self) -> SchemaRef;

    /// Hands over the rows of these fields, in the order of the file.
    fn read(&self, fields: &[usize], each: Each<'_>) -> Result<()>;
}

/// What becomes of each piece.
type Each<'a> = &'a mut dyn FnMut(&RecordBatch) -> Result<()>;

/// Reads a Parquet or Arrow file, whose types say what its columns are.
///
/// | type | column |
/// | :-- | :-- |
/// | whole numbers, floats, decimals, durations (in seconds) | numbers |
/// | booleans, dictionaries (categories) | labels |
/// | dates, times, timestamps | dates or times; what has a named time zone is taken in UTC, with a note |
/// | texts | as the cells of delimited text |
/// | lists of one length, of numbers | as many columns `NAME.0`, `NAME.1`, ... |
///
/// # Errors
/// [`FormatError::Nested`] for a column of another type that is wanted, [`FormatError::UnevenLists`], [`FormatError::Damaged`]; else as
/// [`Table::read`].
pub(crate) fn read_arrow(source: &Source, kind: FileKind, options: &Options) -> Result<Table> {
    let read = caught(|| read_typed(source, kind, options));
    read.unwrap_or_else(|words| Err(damaged(&source.name(), "Arrow or Parquet", words)))
}

fn read_typed(source: &Source, kind: FileKind, options: &Options) -> Result<Table> {
    let path = source.name();
    let allowance = &source.allowance;
    let Whole {
        bytes,
        digest,
        held: _held,
    } = source.read_all()?;
    // A file of Arrow is one batch perhaps, which stands beside it.
    let beside = match kind {
        FileKind::Parquet => 0,
        FileKind::ArrowStream => largest_of_stream(&bytes).saturating_add(bytes.len() as u64),
        _ => largest_of_file(&bytes).saturating_add(bytes.len() as u64),
    };
    let _beside = allowance.hold(&path, "its batches", beside)?;
    let (file, what): (Box<dyn Batches>, _) = match kind {
        FileKind::Parquet => (
            Box::new(ParquetFile::open(&path, bytes, allowance)?),
            "Parquet",
        ),
        FileKind::ArrowStream => (Box::new(IpcStream::open(&path, bytes)?), "an Arrow stream"),
        _ => (Box::new(IpcFile::open(&path, bytes)?), "an Arrow file"),
    };
    let columns = Columns::of(&path, file.as_ref(), allowance, options)?;
    let (names, repeated) = column_names(&columns.names(), columns.leaves.len());
    let options = &columns.expanded(options);
    columns.refuse_unreadable(&path, &names, options)?;
    let declared: Vec<Option<Declared>> = columns.declared().collect();
    let header = Header {
        path: path.clone(),
        allowance,
        names: &names,
        sample: &vec![Tally::default(); names.len()],
        declared: &declared,
        points: true,
        counted: Counted::Rows,
    };
    let mut rows = TypedRows::new(
        &path,
        allowance,
        file.as_ref(),
        &columns,
        &names,
        digest,
        options,
    );
    header.table(&mut rows, options, |settled| About {
        words: format!(
            "{path}: {} rows, {} columns, {what}",
            settled.lines.len(),
            names.len()
        ),
        notes: columns.notes(&repeated),
        reading: Reading::of(options, b',', true),
    })
}

/// The error of a file that breaks off or was changed.
fn damaged(path: &str, format: &'static str, reason: impl std::fmt::Display) -> DataError {
    let reason = reason.to_string();
    let reason = reason.lines().next().unwrap_or_default();
    DataError::from(FormatError::Damaged {
        path: path.to_owned(),
        format,
        reason: reason.to_owned(),
    })
}
