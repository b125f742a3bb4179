//! One reading of a delimited file, row by row into columns.

use std::cell::{Cell, RefCell};
use std::io::{Chain, Cursor, Read};
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::files::{Source, Stream};
use crate::table::column::builder::Builder;
use crate::table::column::labels::Unreadable;
use crate::table::dialect::container::refuse_containers;
use crate::table::dialect::text::{Blanks, Coding, Decoded};
use crate::table::dialect::{Dialect, Head, is_comment, is_rule};
use crate::table::value::missing::Missing;
use crate::{DataError, FileDigest, Options, Result};

/// Bytes of a file that are looked at before it is read.
const HEAD: u64 = 1 << 20;

/// The stream that the reader draws from, kept for its digest.
#[derive(Clone)]
struct Shared(Rc<RefCell<Stream>>);

impl Read for Shared {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

/// Remembers the last byte that is no blank, which closes the last field if that is quoted.
struct Tail<R> {
    inner: R,
    last: Rc<Cell<u8>>,
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut bytes = buffer[..count].iter().rev();
        if let Some(&last) = bytes.find(|byte| !byte.is_ascii_whitespace()) {
            self.last.set(last);
        }
        Ok(count)
    }
}

/// A file whose first bytes have been read.
pub(crate) struct Opened {
    path: String,
    stream: Shared,
    pub(crate) head: Vec<u8>,
    rest: Decoded<Chain<Cursor<Vec<u8>>, Shared>>,
    complete: bool,
    coding: Coding,
}

impl Opened {
    /// # Errors
    /// [`DataError::NotDelimited`], and what fails while reading.
    pub(crate) fn new(source: &Source, options: &Options) -> Result<Self> {
        let path = source.name();
        let failed = |error| Stream::error(&path, error);
        let stream = Shared(Rc::new(RefCell::new(source.open()?)));
        let mut raw = Vec::new();
        stream
            .clone()
            .take(HEAD)
            .read_to_end(&mut raw)
            .map_err(failed)?;
        refuse_containers(&path, &raw)?;
        let complete = (raw.len() as u64) < HEAD;
        let (coding, mark) = Coding::of(&raw, options.encoding);
        raw.drain(..mark);
        let mut rest = Decoded::new(Cursor::new(raw).chain(stream.clone()), coding);
        let mut head = Vec::new();
        rest.by_ref()
            .take(HEAD)
            .read_to_end(&mut head)
            .map_err(failed)?;
        let complete = complete && (head.len() as u64) < HEAD;
        Ok(Self {
            path,
            stream,
            head,
            rest,
            complete,
            coding,
        })
    }

    pub(crate) fn head(&self) -> Head<'_> {
        Head {
            text: &self.head,
            complete: self.complete,
            coding: self.coding,
        }
    }
}

/// One reading of a delimited file.
pub(crate) struct Pass<'a> {
    path: String,
    dialect: &'a Dialect,
    missing: &'a Missing,
    every_row: bool,
    /// What else begins comments, which then have another width than rows.
    comment: &'a str,
    stream: Shared,
    reader: Reader<Box<dyn Read>>,
    last_byte: Rc<Cell<u8>>,
    /// The line of the last row, if that ends within quotes.
    ends_open: Option<u64>,
    /// Whether rows end in `\r\n`: the reader then counts a line end with the row after it.
    carriage_returns: bool,
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

/// What a reading gives.
pub(crate) struct Rows {
    pub(crate) columns: Vec<Builder>,
    pub(crate) lines: Vec<u64>,
    pub(crate) skipped: Skipped,
    pub(crate) digest: FileDigest,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(
        opened: Opened,
        dialect: &'a Dialect,
        missing: &'a Missing,
        options: &'a Options,
    ) -> Self {
        let Opened {
            path,
            stream,
            mut head,
            rest,
            ..
        } = opened;
        head.drain(..dialect.start.min(head.len()));
        let mut lines = head.split(|&byte| byte == b'\n');
        let line = lines
            .find(|line| !line.trim_ascii().is_empty())
            .unwrap_or_default();
        let carriage_returns = line.ends_with(b"\r");
        // The last row gets a line end like all others, so that lines are counted alike.
        let end: &[u8] = if carriage_returns { b"\r\n" } else { b"\n" };
        let last = Rc::new(Cell::new(0));
        let text = Tail {
            inner: Cursor::new(head).chain(rest).chain(Cursor::new(end)),
            last: last.clone(),
        };
        let marks = dialect.marks;
        let (text, delimiter): (Box<dyn Read>, u8) = match marks.delimiter {
            b' ' => (Box::new(Blanks::new(text, marks.quote)), b'\t'),
            delimiter => (Box::new(text), delimiter),
        };
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .quote(marks.quote)
            .buffer_capacity(1 << 18)
            .from_reader(text);
        Self {
            path,
            dialect,
            missing,
            every_row: options.every_row,
            comment: dialect.comment.as_deref().unwrap_or("#"),
            stream,
            reader,
            last_byte: last,
            ends_open: None,
            carriage_returns,
            columns: Vec::new(),
            lines: Vec::new(),
            skipped: Skipped::default(),
        }
    }

    /// Reads all rows into these columns.
    ///
    /// # Errors
    /// [`DataError::Empty`], [`DataError::HeaderOnly`], [`DataError::Ragged`], [`DataError::NotUtf8`], [`DataError::Nul`].
    pub(crate) fn read(mut self, columns: Vec<Builder>) -> Result<Rows> {
        self.columns = columns;
        let mut record = ByteRecord::new();
        let mut before = usize::from(self.dialect.header) + usize::from(self.dialect.units);
        let mut any = false;
        while self.next(&mut record)? {
            any = true;
            let line = self.start_line(&record);
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
        let path = self.path;
        if !any {
            return Err(DataError::Empty { path });
        }
        if self.lines.is_empty() {
            return Err(DataError::HeaderOnly { path });
        }
        drop(self.reader);
        let stream = Rc::try_unwrap(self.stream.0).map_err(|_| DataError::Changed { path })?;
        Ok(Rows {
            columns: self.columns,
            lines: self.lines,
            skipped: self.skipped,
            digest: stream.into_inner().finish()?,
        })
    }

    fn next(&mut self, record: &mut ByteRecord) -> Result<bool> {
        self.reader
            .read_byte_record(record)
            .map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(source) => Stream::error(&self.path, source),
                kind => DataError::Read {
                    path: self.path.clone(),
                    source: std::io::Error::other(format!("{kind:?}")),
                },
            })
    }

    /// The line on which `record`, just read, began.
    fn start_line(&self, record: &ByteRecord) -> u64 {
        let before_table = self.dialect.lines_before;
        let end = self.reader.position().line() - u64::from(!self.carriage_returns);
        let before = record.position().map_or(0, csv::Position::line);
        if end <= before {
            return end + before_table;
        }
        // Empty lines before the row and line breaks inside quotes look alike to the reader.
        let inside = record
            .as_slice()
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count();
        end - inside as u64 + before_table
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
            let last = self.ends_open.is_some() && !self.next(&mut rest)?;
            return Err(if last { self.open_quote() } else { None }
                .unwrap_or_else(|| self.ragged(record, line)));
        }
        for (index, (field, column)) in record.iter().zip(&mut self.columns).enumerate() {
            if let Err(unreadable) = column.push(field, line, self.missing) {
                let (path, column) = (self.path.clone(), self.dialect.names[index].text.clone());
                return Err(match unreadable {
                    Unreadable::NotUtf8 => DataError::NotUtf8 { path, line, column },
                    Unreadable::Nul => DataError::Nul { path, line, column },
                });
            }
        }
        self.lines.push(line);
        Ok(())
    }

    /// The error of a file whose last field began with a quote and does not end with one.
    fn open_quote(&self) -> Option<DataError> {
        let quote = self.dialect.marks.quote;
        let line = self.ends_open.filter(|_| self.last_byte.get() != quote)?;
        Some(DataError::OpenQuote {
            path: self.path.clone(),
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
            path: self.path.clone(),
            line,
            found,
            expected,
            hint,
        }
    }
}
