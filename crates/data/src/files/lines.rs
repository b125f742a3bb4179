//! A text file line by line, plain or gzip.

use std::io::{BufRead, BufReader};

use crate::files::{Source, Stream};
use crate::{FileDigest, GraphError, Result};

/// Lines that are not blank, with their numbers from 1.
pub(crate) struct TextLines {
    reader: BufReader<Stream>,
    pub(crate) path: String,
    number: u64,
    line: Vec<u8>,
}

impl TextLines {
    pub(crate) fn open(source: &Source) -> Result<Self> {
        Ok(Self {
            reader: BufReader::with_capacity(1 << 16, source.open()?),
            path: source.name(),
            number: 0,
            line: Vec::new(),
        })
    }

    /// The next line without its end.
    ///
    /// # Errors
    /// [`GraphError::NotUtf8`], and what fails while reading.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &str)>> {
        loop {
            self.line.clear();
            let read = self.reader.read_until(b'\n', &mut self.line);
            if read.map_err(|error| Stream::error(&self.path, error))? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let line = std::str::from_utf8(&self.line).map_err(|_| GraphError::NotUtf8 {
            path: self.path.clone(),
            line: self.number,
        })?;
        Ok(Some((self.number, line.trim_end_matches(['\n', '\r']))))
    }

    /// Digest of the file, whose lines have all been read.
    pub(crate) fn finish(self) -> Result<FileDigest> {
        self.reader.into_inner().finish()
    }
}
