//! Rows of a delimited file whose cells are parsed together, column by column.

use csv::ByteRecord;
use rayon::prelude::*;

use crate::table::column::builder::Builder;
use crate::table::column::labels::Unreadable;
use crate::table::value::missing::Missing;

/// Bytes of a batch: enough work for the threads that share it, little enough for their caches.
const BYTES: usize = 1 << 17;
/// Room that is given back: one long row must not stay.
const ROOM: usize = 16 * BYTES;

/// Some rows that follow each other, of equally many fields.
#[derive(Default)]
pub(crate) struct Batch {
    /// All fields, one after the other.
    text: Vec<u8>,
    /// Where each field ends in the text, row by row.
    ends: Vec<usize>,
    lines: Vec<u64>,
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
        if self.text.capacity() + 8 * self.ends.capacity() > ROOM {
            *self = Self::default();
        }
        self.text.clear();
        self.ends.clear();
        self.lines.clear();
    }

    pub(crate) fn is_full(&self) -> bool {
        // A field costs something even if it is empty.
        self.text.len() + self.ends.len() >= BYTES
    }

    pub(crate) fn lines(&self) -> &[u64] {
        &self.lines
    }

    /// Takes in a row that began on `line`.
    pub(crate) fn keep(&mut self, record: &ByteRecord, line: u64) {
        let mut end = self.text.len();
        self.text.extend_from_slice(record.as_slice());
        self.ends.extend(record.iter().map(|field| {
            end += field.len();
            end
        }));
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
        let width = self.ends.len() / self.lines.len().max(1);
        for (row, &line) in self.lines.iter().enumerate() {
            let place = row * width + column;
            let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
            let pushed = builder.push(&self.text[start..self.ends[place]], line, missing);
            pushed.map_err(|reason| BadCell {
                line,
                column,
                reason,
            })?;
        }
        Ok(())
    }
}
