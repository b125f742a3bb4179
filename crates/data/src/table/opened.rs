//! A file about to be read: its first bytes, and a stream of the rest.

use std::cell::{Cell, RefCell};
use std::io::{Chain, Cursor, Read};
use std::rc::Rc;

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::allowance::{Allowance, COLUMN};
use crate::files::{Source, Stream};
use crate::table::dialect::container::refuse_containers;
use crate::table::dialect::text::{Blanks, Coding, Decoded};
use crate::table::dialect::{Dialect, Head};
use crate::{DataError, FileDigest, Options, Result};

/// Bytes of a file that are looked at before it is read.
const HEAD: u64 = 1 << 20;
/// Bytes that are read at once.
const BUFFER: usize = 1 << 18;

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
    row: Rc<Row>,
}

/// How many bytes have been read for the present row, of which there may be so many.
struct Row {
    read: Cell<u64>,
    most: u64,
    path: String,
    allowance: Allowance,
}

impl<R: Read> Read for Tail<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let read = self.row.read.get() + count as u64;
        self.row.read.set(read);
        if read > self.row.most {
            let (path, allowance) = (&self.row.path, &self.row.allowance);
            return Err(std::io::Error::other(allowance.long_line(path, read)));
        }
        let mut bytes = buffer[..count].iter().rev();
        if let Some(&last) = bytes.find(|byte| !byte.is_ascii_whitespace()) {
            self.last.set(last);
        }
        Ok(count)
    }
}

/// Reads the first bytes, in which a few lines end however wide they are, up to so many; whether they are all.
fn read_head(stream: &mut Shared, head: &mut Vec<u8>, most: u64) -> std::io::Result<bool> {
    const LINES: usize = 4;
    loop {
        let read = stream.take(HEAD).read_to_end(head)?;
        if (read as u64) < HEAD {
            return Ok(true);
        }
        let ends = head.iter().filter(|byte| matches!(byte, b'\n' | b'\r'));
        if ends.take(LINES).count() == LINES || head.len() as u64 >= most {
            return Ok(false);
        }
    }
}

/// Refuses a first line that does not end, and lines of more fields than there may be columns, whatever separates them.
fn refuse_wide(allowance: &Allowance, path: &str, head: &[u8], complete: bool) -> Result<()> {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let most = allowance.of_a_line();
    if !complete && head.len() as u64 >= most && !head.iter().any(is_end) {
        return Err(allowance.long_line(path, head.len() as u64));
    }
    let separates = |byte: &&u8| matches!(byte, b',' | b';' | b'\t' | b'|' | b' ');
    let fields = head
        .split(is_end)
        .map(|line| line.iter().filter(separates).count());
    let widest = fields.max().unwrap_or(0) as u64;
    drop(allowance.hold(path, "its columns", COLUMN * widest)?);
    Ok(())
}

/// A file whose first bytes have been read.
pub(crate) struct Opened {
    pub(crate) path: String,
    pub(crate) allowance: Allowance,
    stream: Shared,
    pub(crate) head: Vec<u8>,
    rest: Decoded<Chain<Cursor<Vec<u8>>, Shared>>,
    complete: bool,
    coding: Coding,
}

impl Opened {
    /// # Errors
    /// [`DataError::NotDelimited`], [`DataError::BeyondMemory`] for rows or columns that are too many for their first lines alone, and what
    /// fails while reading.
    pub(crate) fn new(source: &Source, options: &Options) -> Result<Self> {
        let path = source.name();
        let failed = |error| Stream::error(&path, error);
        let stream = Shared(Rc::new(RefCell::new(source.open()?)));
        let mut raw = Vec::new();
        let most = source.allowance.of_a_line();
        let complete = read_head(&mut stream.clone(), &mut raw, most).map_err(failed)?;
        refuse_containers(&path, &raw)?;
        let length = raw.len() as u64;
        let (coding, mark) = Coding::of(&raw, options.encoding);
        raw.drain(..mark);
        let mut rest = Decoded::new(Cursor::new(raw).chain(stream.clone()), coding);
        let mut head = Vec::new();
        let most = if complete { u64::MAX } else { length };
        rest.by_ref()
            .take(most)
            .read_to_end(&mut head)
            .map_err(failed)?;
        refuse_wide(&source.allowance, &path, &head, complete)?;
        Ok(Self {
            path,
            allowance: source.allowance.clone(),
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

    /// The rows of the table, from where the dialect says that it begins.
    pub(crate) fn rows(self, dialect: &Dialect) -> OpenTable {
        let Self {
            path,
            allowance,
            stream,
            mut head,
            rest,
            ..
        } = self;
        head.drain(..dialect.start.min(head.len()));
        let mut lines = head.split(|&byte| byte == b'\n');
        let line = lines
            .find(|line| !line.trim_ascii().is_empty())
            .unwrap_or_default();
        let carriage_returns = line.ends_with(b"\r");
        // The last row gets a line end like all others, so that lines are counted alike.
        let end: &[u8] = if carriage_returns { b"\r\n" } else { b"\n" };
        let last_byte = Rc::new(Cell::new(0));
        let row = Rc::new(Row {
            read: Cell::new(0),
            // The reader looks ahead by its buffer.
            most: allowance.of_a_line() + BUFFER as u64,
            path: path.clone(),
            allowance,
        });
        let text = Tail {
            inner: Cursor::new(head).chain(rest).chain(Cursor::new(end)),
            last: last_byte.clone(),
            row: row.clone(),
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
            .buffer_capacity(BUFFER)
            .from_reader(text);
        OpenTable {
            path,
            stream,
            reader,
            last_byte,
            row,
            carriage_returns,
        }
    }
}

/// The records of a file, with what is known of their lines.
pub(crate) struct OpenTable {
    pub(crate) path: String,
    stream: Shared,
    reader: Reader<Box<dyn Read>>,
    last_byte: Rc<Cell<u8>>,
    row: Rc<Row>,
    /// Whether rows end in `\r\n`: the reader then counts a line end with the row after it.
    carriage_returns: bool,
}

impl OpenTable {
    pub(crate) fn next(&mut self, record: &mut ByteRecord) -> Result<bool> {
        self.row.read.set(0);
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

    /// The line on which `record`, just read, began; from 1 where the table begins.
    pub(crate) fn line_of(&self, record: &ByteRecord) -> u64 {
        let end = self.reader.position().line() - u64::from(!self.carriage_returns);
        let before = record.position().map_or(0, csv::Position::line);
        if end <= before {
            return end;
        }
        // Empty lines before the row and line breaks inside quotes look alike to the reader.
        let inside = record
            .as_slice()
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count();
        end - inside as u64
    }

    /// Of a file that has been read: the last byte that is no blank.
    pub(crate) fn last_byte(&self) -> u8 {
        self.last_byte.get()
    }

    /// Digest of the file, whose rows have all been read.
    pub(crate) fn finish(self) -> Result<FileDigest> {
        drop(self.reader);
        let changed = |_| DataError::Changed {
            path: self.path.clone(),
        };
        Rc::try_unwrap(self.stream.0)
            .map_err(changed)?
            .into_inner()
            .finish()
    }
}
