//! Rows of a delimited file whose cells are parsed together, column by column.

use csv::ByteRecord;
use rayon::prelude::*;

use crate::table::column::builder::Builder;
use crate::table::column::labels::Unreadable;
use crate::table::value::missing::Missing;

/// Bytes of a batch: enough work for the threads that share it, little enough for their caches.
const BYTES: usize = 1 << 17;
/// Bytes after which the room of records is given back.
const KEPT: usize = 16 * BYTES;

/// Some rows that follow each other.
#[derive(Default)]
pub(crate) struct Batch {
    /// Longer than `lines`: records are kept for the rows of the next batch.
    records: Vec<ByteRecord>,
    lines: Vec<u64>,
    bytes: usize,
    /// Bytes of this batch and those before it since records were made anew.
    kept: usize,
}

/// The first cell that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct BadCell {
    pub(crate) line: u64,
    pub(crate) column: usize,
    pub(crate) reason: Unreadable,
}

impl Batch {
    pub(crate) fn clear(&mut self) {
        self.lines.clear();
        self.kept += self.bytes;
        self.bytes = 0;
        // A record keeps the room of the longest row that it ever held.
        if self.kept > KEPT {
            self.records.clear();
            self.kept = 0;
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes >= BYTES
    }

    pub(crate) fn lines(&self) -> &[u64] {
        &self.lines
    }

    /// Where the next row is read to.
    pub(crate) fn record(&mut self) -> &mut ByteRecord {
        let row = self.lines.len();
        if row == self.records.len() {
            self.records.push(ByteRecord::new());
        }
        &mut self.records[row]
    }

    /// Takes in the row that was just read, which began on `line`.
    pub(crate) fn keep(&mut self, line: u64) {
        let record = &self.records[self.lines.len()];
        // A field costs something even if it is empty.
        self.bytes += record.as_slice().len() + record.len();
        self.lines.push(line);
    }

    /// Appends the rows to columns, several columns at once, each in the order of the rows.
    ///
    /// # Errors
    /// [`BadCell`], the first by row, then by column.
    pub(crate) fn parse(&self, columns: &mut [Builder], missing: &Missing) -> Result<(), BadCell> {
        let bad = columns
            .par_iter_mut()
            .enumerate()
            .filter_map(|(column, builder)| self.parse_column(column, builder, missing).err());
        match bad.min_by_key(|bad| (bad.line, bad.column)) {
            Some(bad) => Err(bad),
            None => Ok(()),
        }
    }

    fn parse_column(
        &self,
        column: usize,
        builder: &mut Builder,
        missing: &Missing,
    ) -> Result<(), BadCell> {
        if matches!(builder, Builder::Skipped) {
            return Ok(());
        }
        for (record, &line) in self.records.iter().zip(&self.lines) {
            let pushed = builder.push(&record[column], line, missing);
            pushed.map_err(|reason| BadCell {
                line,
                column,
                reason,
            })?;
        }
        Ok(())
    }
}
