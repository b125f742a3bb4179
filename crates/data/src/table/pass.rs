//! One reading of a delimited file, row by row into columns.

use std::io::{Cursor, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};

use crate::files::{Source, Stream};
use crate::table::Cells;
use crate::table::builder::{Builder, Refusal};
use crate::table::header::{is_header, sniff_delimiter};
use crate::{DataError, FileDigest, Options, Result};

type Bytes = std::io::Chain<std::io::Chain<Cursor<Vec<u8>>, Stream>, Cursor<&'static [u8]>>;

/// One reading of a delimited file.
pub(crate) struct Pass<'a> {
    pub(crate) path: String,
    options: &'a Options,
    reader: Reader<Bytes>,
    /// Whether rows end in `\r\n`: the reader then counts a line end with the row after it.
    carriage_returns: bool,
    pub(crate) first: ByteRecord,
    first_line: u64,
    pub(crate) columns: Vec<Builder>,
    lines: Vec<u64>,
}

impl<'a> Pass<'a> {
    pub(crate) fn open(source: &Source, options: &'a Options, skip: usize) -> Result<Self> {
        let path = source.name();
        let mut stream = source.open()?;
        let head = read_head(&mut stream, skip).map_err(|e| Stream::error(&path, e))?;
        let mut lines = head.split(|&byte| byte == b'\n');
        let line = lines
            .find(|line| !line.trim_ascii().is_empty())
            .unwrap_or_default();
        let carriage_returns = line.ends_with(b"\r");
        let delimiter = options
            .delimiter
            .unwrap_or_else(|| sniff_delimiter(source, line));
        // The last row gets a line end like all others, so that lines are counted alike.
        let end: &[u8] = if carriage_returns { b"\r\n" } else { b"\n" };
        let bytes = Cursor::new(head).chain(stream).chain(Cursor::new(end));
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(1 << 18)
            .from_reader(bytes);
        let first = ByteRecord::new();
        let mut pass = Self {
            path,
            options,
            reader,
            carriage_returns,
            first,
            first_line: 1,
            columns: Vec::new(),
            lines: Vec::new(),
        };
        pass.read_first()?;
        Ok(pass)
    }

    fn read_first(&mut self) -> Result<()> {
        let mut first = ByteRecord::new();
        if !self.next(&mut first)? {
            return Err(DataError::Empty {
                path: self.path.clone(),
            });
        }
        self.first_line = self.start_line(&first);
        let options = self.options;
        self.columns = first
            .iter()
            .enumerate()
            .map(|(index, name)| {
                let position = format!("c{index}");
                let listed = |names: &[String]| {
                    names
                        .iter()
                        .any(|n| n.as_bytes() == name.trim_ascii() || *n == position)
                };
                let weight = options
                    .weight
                    .as_ref()
                    .is_some_and(|own| listed(std::slice::from_ref(own)));
                let unwanted = listed(&options.drop)
                    || options.keep.as_ref().is_some_and(|keep| !listed(keep));
                if unwanted && !weight {
                    return Builder::Skipped;
                }
                if listed(&options.categorical) {
                    self.labels()
                } else {
                    Builder::numbers()
                }
            })
            .collect();
        self.first = first;
        Ok(())
    }

    pub(crate) fn labels(&self) -> Builder {
        Builder::labels(self.options.max_levels)
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

    pub(crate) fn read_rows(&mut self) -> Result<()> {
        if self.options.header == Some(false) {
            self.push(&self.first.clone(), self.first_line)?;
        }
        let mut record = ByteRecord::new();
        while self.next(&mut record)? {
            let line = self.start_line(&record);
            self.push(&record, line)?;
        }
        Ok(())
    }

    fn push(&mut self, record: &ByteRecord, line: u64) -> Result<()> {
        if record.len() != self.first.len() {
            return Err(self.ragged(record.len(), line));
        }
        for (index, (field, column)) in record.iter().zip(&mut self.columns).enumerate() {
            if let Err(refusal) = column.push(field, line, self.options.max_levels) {
                return Err(self.refused(refusal, index, line));
            }
        }
        self.lines.push(line);
        Ok(())
    }

    /// Settles whether the first row is a header; if not, it becomes the first row of the data.
    pub(crate) fn decide_header(&mut self) -> Result<bool> {
        let guess = || is_header(&self.first, &self.columns, self.options);
        let header = self.options.header.unwrap_or_else(guess);
        if !header && self.options.header.is_none() {
            self.push(&self.first.clone(), self.first_line)?;
            self.columns.iter_mut().for_each(Builder::last_to_front);
            self.lines.rotate_right(1);
        }
        if self.lines.is_empty() {
            return Err(DataError::HeaderOnly {
                path: self.path.clone(),
            });
        }
        Ok(header)
    }

    pub(crate) fn refuse_infinite(&self, names: &[String]) -> Result<()> {
        for (column, name) in self.columns.iter().zip(names) {
            let Builder::Numbers {
                values,
                infinite: Some(line),
                ..
            } = column
            else {
                continue;
            };
            let value = values
                .iter()
                .find(|value| value.is_infinite())
                .copied()
                .unwrap_or_default();
            return Err(DataError::Infinite {
                path: self.path.clone(),
                line: *line,
                column: name.clone(),
                value: value.to_string(),
            });
        }
        Ok(())
    }

    pub(crate) fn finish(self) -> Result<(Vec<Option<Cells>>, Vec<u64>, FileDigest)> {
        let stream = self.reader.into_inner().into_inner().0.into_inner().1;
        Ok((
            self.columns.into_iter().map(Builder::cells).collect(),
            self.lines,
            stream.finish()?,
        ))
    }

    /// The name that a column has in messages before it is known whether there is a header.
    fn provisional_name(&self, index: usize) -> String {
        let header = (self.options.header != Some(false)).then_some(&self.first);
        match header.map(|row| String::from_utf8_lossy(row[index].trim_ascii())) {
            Some(name) if !name.is_empty() => name.into_owned(),
            _ => format!("c{index}"),
        }
    }

    fn ragged(&self, found: usize, line: u64) -> DataError {
        let expected = self.first.len();
        let hint = if found < expected {
            format!(
                "; column '{}' is the first without a value",
                self.provisional_name(found)
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

    fn refused(&self, refusal: Refusal, index: usize, line: u64) -> DataError {
        let (path, column) = (self.path.clone(), self.provisional_name(index));
        match refusal {
            Refusal::NotUtf8 => DataError::NotUtf8 { path, line, column },
            Refusal::TooManyLevels { found } => DataError::TooManyLevels {
                path,
                column,
                found,
                line,
                limit: self.options.max_levels,
            },
        }
    }
}

/// The first bytes, enough to see a whole line of any sane file, without the `skip` lines before the data.
fn read_head(stream: &mut Stream, skip: usize) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(1 << 16).read_to_end(&mut head)?;
    for _ in 0..skip {
        let end = head
            .iter()
            .position(|&byte| byte == b'\n')
            .map_or(head.len(), |at| at + 1);
        head.drain(..end);
    }
    Ok(head)
}
