//! What the columns of a table take while they are read.

use crate::Result;
use crate::allowance::{Allowance, FREED};
use crate::table::column::builder::Builder;

/// Rows that come one by one are asked for together.
const ROWS: usize = 1 << 10;
/// Bytes and fields of rows, after which is asked again however few they are.
const BYTES: usize = 1 << 17;

/// Asks for what columns will grow by.
pub(crate) struct Growth {
    allowance: Allowance,
    path: String,
    /// Taken so far.
    taken: u64,
    /// Rows that may still come, and bytes of them, until columns are looked at again.
    rows: usize,
    bytes: usize,
}

impl Growth {
    pub(crate) fn new(allowance: &Allowance, path: &str) -> Self {
        Self {
            allowance: allowance.clone(),
            path: path.to_owned(),
            taken: 0,
            rows: 0,
            bytes: 0,
        }
    }

    /// Before so many more rows are put into the columns.
    ///
    /// # Errors
    /// [`DataError::BeyondMemory`](crate::DataError::BeyondMemory).
    pub(crate) fn ask(&mut self, rows: usize, columns: &[Builder], lines: &Vec<u64>) -> Result<()> {
        let columns: usize = columns.iter().map(|column| column.bytes(rows)).sum();
        let all = (columns + size_of::<u64>() * room(lines, rows)) as u64;
        // Vectors that double leave as much behind as they have room for then.
        let all = all + all.min(FREED);
        let more = all.saturating_sub(self.taken);
        self.allowance.take(&self.path, "its rows", more)?;
        self.taken += more;
        Ok(())
    }

    /// Before a row of so many bytes and fields is.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub(crate) fn ask_for_one(
        &mut self,
        bytes: usize,
        columns: &[Builder],
        lines: &Vec<u64>,
    ) -> Result<()> {
        if self.rows == 0 || self.bytes < bytes {
            self.ask(ROWS, columns, lines)?;
            (self.rows, self.bytes) = (ROWS, BYTES.max(bytes));
        }
        self.rows -= 1;
        self.bytes -= bytes;
        Ok(())
    }
}

/// Room for values, as vectors make it, once there are so many more: what they double to is touched while it is filled.
pub(crate) fn room<T>(values: &Vec<T>, more: usize) -> usize {
    let needed = values.len() + more;
    if needed <= values.capacity() {
        values.capacity()
    } else {
        needed.max(2 * values.capacity())
    }
}
