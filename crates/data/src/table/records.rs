//! Rows of texts under names, of formats that write each value beside its column.

use crate::allowance::Allowance;
use crate::files::Source;
use crate::table::column::builder::Builder;
use crate::table::dialect::names::Name;
use crate::table::growth::Growth;
use crate::table::pass::Skipped;
use crate::table::place::Place;
use crate::table::settle::{ReadRows, Rows};
use crate::table::value::missing::Missing;
use crate::{DataError, FileDigest, FormatError, Options, Result};

/// An open file of such rows.
pub(crate) trait Records {
    /// Fills in the cells of the next row, one for each column and empty where there is no value; its line.
    fn next(&mut self, cells: &mut [String]) -> Result<Option<u64>>;

    /// Digest of the file, whose rows have all been read.
    fn finish(self) -> Result<FileDigest>;
}

/// All rows of a file that `open` opens anew for every reading.
pub(crate) struct RecordRows<'a, O> {
    path: String,
    allowance: &'a Allowance,
    names: &'a [Name],
    missing: Missing,
    every_row: bool,
    open: O,
}

impl<'a, O> RecordRows<'a, O> {
    pub(crate) fn new(source: &'a Source, names: &'a [Name], options: &Options, open: O) -> Self {
        Self {
            path: source.name(),
            allowance: &source.allowance,
            names,
            missing: Missing::with(&options.missing),
            every_row: options.every_row,
            open,
        }
    }

    fn push(&self, columns: &mut [Builder], cells: &[String], line: u64) -> Result<()> {
        for (index, (cell, column)) in cells.iter().zip(columns).enumerate() {
            let pushed = column.push(cell.as_bytes(), line, &self.missing);
            pushed.map_err(|reason| {
                reason.at(&self.path, Place::Line(line), &self.names[index].text)
            })?;
        }
        Ok(())
    }
}

impl<R: Records, O: Fn() -> Result<R>> Rows for RecordRows<'_, O> {
    fn read_into(&mut self, mut columns: Vec<Builder>) -> Result<ReadRows> {
        let mut records = (self.open)()?;
        let mut cells = vec![String::new(); self.names.len()];
        let (mut lines, mut skipped) = (Vec::new(), Skipped::default());
        let mut growth = Growth::new(self.allowance, &self.path);
        while let Some(line) = records.next(&mut cells)? {
            if cells.iter().all(String::is_empty) && !self.every_row {
                skipped.empty += 1;
                continue;
            }
            let bytes = cells.iter().map(|cell| cell.len() + 1).sum();
            growth.ask_for_one(bytes, &columns, &lines)?;
            self.push(&mut columns, &cells, line)?;
            lines.push(line);
        }
        if lines.is_empty() {
            return Err(DataError::from(FormatError::NoRows {
                path: self.path.clone(),
            }));
        }
        Ok(ReadRows {
            columns,
            lines,
            skipped,
            digest: records.finish()?,
        })
    }
}

/// What is to be said of rows that were left out.
pub(crate) fn skipped_note(skipped: Skipped) -> Option<String> {
    let left_out = |count: u64| format!("{count} rows without any value are left out");
    (skipped.empty > 0).then(|| left_out(skipped.empty))
}
