//! What the columns of a table take while they are read.

use crate::Result;
use crate::allowance::Allowance;
use crate::table::column::builder::Builder;

/// Bytes of a file, or fields, after which the columns are looked at again.
const EVERY: usize = 1 << 17;

/// Asks for what columns have grown by.
pub(crate) struct Growth {
    allowance: Allowance,
    path: String,
    /// Taken so far.
    taken: u64,
    /// Bytes and fields since the columns were looked at.
    since: usize,
}

impl Growth {
    pub(crate) fn new(allowance: &Allowance, path: &str) -> Self {
        Self {
            allowance: allowance.clone(),
            path: path.to_owned(),
            taken: 0,
            since: 0,
        }
    }

    /// After rows of so many bytes and fields.
    ///
    /// # Errors
    /// [`DataError::BeyondMemory`](crate::DataError::BeyondMemory).
    pub(crate) fn after(&mut self, read: usize, columns: &[Builder], lines: &[u64]) -> Result<()> {
        self.since += read;
        if self.since < EVERY {
            return Ok(());
        }
        self.since = 0;
        let columns: usize = columns.iter().map(Builder::bytes).sum();
        let now = (columns + size_of_val(lines)) as u64;
        let grown = now.saturating_sub(self.taken);
        self.allowance.take(&self.path, "its rows", grown)?;
        self.taken += grown;
        Ok(())
    }
}
