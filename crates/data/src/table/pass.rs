//! One reading of a delimited file into columns, whose cells are parsed while the next rows are read.

use csv::ByteRecord;

use crate::table::batch::Batch;
use crate::table::column::builder::Builder;
use crate::table::dialect::Dialect;
use crate::table::dialect::rows::{is_comment, is_rule};
use crate::table::growth::Growth;
use crate::table::opened::{OpenTable, Opened};
use crate::table::place::Place;
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
    /// Rows of names and units that are still to come.
    titles: usize,
    any: bool,
    skipped: Skipped,
    growth: Growth,
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
            growth: Growth::new(&opened.allowance, &opened.path),
            table: opened.rows(dialect),
            dialect,
            missing,
            every_row: options.every_row,
            comment: dialect.comment.as_deref().unwrap_or("#"),
            ends_open: None,
            titles: usize::from(dialect.header) + usize::from(dialect.units),
            any: false,
            skipped: Skipped::default(),
        }
    }

    /// Reads all rows into these columns.
    ///
    /// # Errors
    /// [`DataError::Empty`], [`DataError::HeaderOnly`], [`DataError::Ragged`], [`DataError::NotUtf8`], [`DataError::Nul`], [`DataError::BeyondMemory`].
    pub(crate) fn read(mut self, mut columns: Vec<Builder>) -> Result<ReadRows> {
        let (mut batch, mut next) = (Batch::default(), Batch::default());
        let mut lines = Vec::new();
        let mut record = ByteRecord::new();
        let mut more = self.fill(&mut batch, &mut record);
        loop {
            self.growth.ask(batch.lines().len(), &columns, &lines)?;
            let (mut parsed, mut following) = (Ok(()), Ok(false));
            // Reading stays on this thread, since what it draws from is of one thread.
            rayon::in_place_scope(|scope| {
                scope.spawn(|_| parsed = batch.parse(&mut columns, self.missing));
                if let Ok(true) = more {
                    following = self.fill(&mut next, &mut record);
                }
            });
            // Of two errors the one of the earlier row is told.
            parsed.map_err(|bad| {
                let name = &self.dialect.names[bad.column].text;
                bad.reason.at(&self.table.path, Place::Line(bad.line), name)
            })?;
            lines.extend_from_slice(batch.lines());
            if !more? {
                break;
            }
            std::mem::swap(&mut batch, &mut next);
            more = following;
        }
        self.finish(columns, lines)
    }

    /// The next rows; whether others may follow. What has been read before an error is in the batch.
    fn fill(&mut self, batch: &mut Batch, record: &mut ByteRecord) -> Result<bool> {
        batch.clear();
        while !batch.is_full() {
            if !self.table.next(record)? {
                return Ok(false);
            }
            self.any = true;
            let line = self.table.line_of(record) + self.dialect.lines_before;
            if self.leave_out(record) {
                continue;
            }
            if self.titles > 0 {
                self.titles -= 1;
                continue;
            }
            self.check(record, line)?;
            batch.keep(record, line);
        }
        Ok(true)
    }

    fn finish(self, columns: Vec<Builder>, lines: Vec<u64>) -> Result<ReadRows> {
        if let Some(error) = self.open_quote() {
            return Err(error);
        }
        let path = || self.table.path.clone();
        if !self.any {
            return Err(DataError::Empty { path: path() });
        }
        if lines.is_empty() {
            return Err(DataError::HeaderOnly { path: path() });
        }
        Ok(ReadRows {
            columns,
            lines,
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

    /// Whether a row has as many fields as the table has columns.
    fn check(&mut self, record: &ByteRecord, line: u64) -> Result<()> {
        // The line end that was added to the file is part of a field that is never closed.
        self.ends_open = record.as_slice().ends_with(b"\n").then_some(line + 1);
        if record.len() != self.dialect.width() {
            let mut rest = ByteRecord::new();
            let last = self.ends_open.is_some() && !self.table.next(&mut rest)?;
            return Err(if last { self.open_quote() } else { None }
                .unwrap_or_else(|| self.ragged(record, line)));
        }
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
