//! One reading of a delimited file, row by row into columns.

use csv::ByteRecord;

use crate::table::column::builder::Builder;
use crate::table::dialect::Dialect;
use crate::table::dialect::rows::{is_comment, is_rule};
use crate::table::opened::{OpenTable, Opened};
use crate::table::settle::ReadRows;
use crate::table::value::missing::Missing;
use crate::{DataError, Options, Result};

/// One reading of a delimited file.
pub(crate) struct Pass<'a> {
    table: OpenTable,
    dialect: &'a Dialect,
    missing: &'a Missing,
    every_row: bool,
    /// What else begins comments, which then have another width than rows.
    comment: &'a str,
    /// The line of the last row, if that ends within quotes.
    ends_open: Option<u64>,
    columns: Vec<Builder>,
    lines: Vec<u64>,
    skipped: Skipped,
}

/// Rows that are left out.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Skipped {
    pub(crate) comments: u64,
    /// Rows of nothing but separators.
    pub(crate) empty: u64,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(
        opened: Opened,
        dialect: &'a Dialect,
        missing: &'a Missing,
        options: &'a Options,
    ) -> Self {
        Self {
            table: opened.rows(dialect),
            dialect,
            missing,
            every_row: options.every_row,
            comment: dialect.comment.as_deref().unwrap_or("#"),
            ends_open: None,
            columns: Vec::new(),
            lines: Vec::new(),
            skipped: Skipped::default(),
        }
    }

    /// Reads all rows into these columns.
    ///
    /// # Errors
    /// [`DataError::Empty`], [`DataError::HeaderOnly`], [`DataError::Ragged`], [`DataError::NotUtf8`], [`DataError::Nul`].
    pub(crate) fn read(mut self, columns: Vec<Builder>) -> Result<ReadRows> {
        self.columns = columns;
        let mut record = ByteRecord::new();
        let mut before = usize::from(self.dialect.header) + usize::from(self.dialect.units);
        let mut any = false;
        while self.table.next(&mut record)? {
            any = true;
            let line = self.table.line_of(&record) + self.dialect.lines_before;
            if self.leave_out(&record) {
                continue;
            }
            if before > 0 {
                before -= 1;
                continue;
            }
            self.push(&record, line)?;
        }
        if let Some(error) = self.open_quote() {
            return Err(error);
        }
        let path = || self.table.path.clone();
        if !any {
            return Err(DataError::Empty { path: path() });
        }
        if self.lines.is_empty() {
            return Err(DataError::HeaderOnly { path: path() });
        }
        Ok(ReadRows {
            columns: self.columns,
            lines: self.lines,
            skipped: self.skipped,
            digest: self.table.finish()?,
        })
    }

    /// Whether a record is a comment, or nothing but separators.
    fn leave_out(&mut self, record: &ByteRecord) -> bool {
        if record.as_slice().is_empty() && record.len() > 1 && !self.every_row {
            self.skipped.empty += 1;
            return true;
        }
        if record
            .iter()
            .next()
            .is_some_and(|first| first.is_empty() || matches!(first[0], b'-' | b':' | b'=' | b' '))
            && is_rule(record)
        {
            return true;
        }
        let marked = record
            .get(0)
            .is_some_and(|first| first.first() == self.comment.as_bytes().first());
        let comment = marked
            && is_comment(record, Some(self.comment))
            && (self.dialect.comment.is_some() || record.len() != self.dialect.width());
        self.skipped.comments += u64::from(comment);
        comment
    }

    fn push(&mut self, record: &ByteRecord, line: u64) -> Result<()> {
        // The line end that was added to the file is part of a field that is never closed.
        self.ends_open = record.as_slice().ends_with(b"\n").then_some(line + 1);
        if record.len() != self.dialect.width() {
            let mut rest = ByteRecord::new();
            let last = self.ends_open.is_some() && !self.table.next(&mut rest)?;
            return Err(if last { self.open_quote() } else { None }
                .unwrap_or_else(|| self.ragged(record, line)));
        }
        for (index, (field, column)) in record.iter().zip(&mut self.columns).enumerate() {
            let pushed = column.push(field, line, self.missing);
            pushed.map_err(|reason| {
                reason.at(&self.table.path, line, &self.dialect.names[index].text)
            })?;
        }
        self.lines.push(line);
        Ok(())
    }

    /// The error of a file whose last field began with a quote and does not end with one.
    fn open_quote(&self) -> Option<DataError> {
        let quote = self.dialect.marks.quote;
        let line = self.ends_open.filter(|_| self.table.last_byte() != quote)?;
        Some(DataError::OpenQuote {
            path: self.table.path.clone(),
            line,
            quote: quote.into(),
        })
    }

    fn ragged(&self, record: &ByteRecord, line: u64) -> DataError {
        let (found, expected) = (record.len(), self.dialect.width());
        let hint = if found < expected {
            format!(
                "; column '{}' is the first without a value",
                self.dialect.names[found].text
            )
        } else {
            format!("; the first too many is field {}", expected + 1)
        };
        DataError::Ragged {
            path: self.table.path.clone(),
            line,
            found,
            expected,
            hint,
        }
    }
}
