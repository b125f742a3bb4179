//! Lines of a text file.

use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use super::{Source, Stream};
use crate::allowance::Allowance;
use crate::{FileDigest, GraphError, Line, Result};

/// Lines that are not blank, with their numbers from 1.
pub(crate) struct TextLines {
    reader: BufReader<Stream>,
    pub(crate) path: Arc<str>,
    pub(crate) allowance: Allowance,
    number: u64,
    line: Vec<u8>,
}

impl TextLines {
    pub(crate) fn open(source: &Source) -> Result<Self> {
        Ok(Self {
            reader: BufReader::with_capacity(1 << 16, source.open()?),
            path: source.name().into(),
            allowance: source.allowance.clone(),
            number: 0,
            line: Vec::new(),
        })
    }

    /// The next line without its end.
    ///
    /// # Errors
    /// [`GraphError::NotUtf8`], [`DataError::BeyondMemory`](crate::DataError::BeyondMemory) for a line of too many bytes, and what fails while reading.
    pub(crate) fn next(&mut self) -> Result<Option<(Line, &str)>> {
        let most = self.allowance.of_a_line();
        loop {
            self.line.clear();
            let mut reader = self.reader.by_ref().take(most);
            let read = reader.read_until(b'\n', &mut self.line);
            let read = read.map_err(|error| Stream::error(&self.path, error))?;
            if read == 0 {
                return Ok(None);
            }
            if read as u64 == most && !self.line.ends_with(b"\n") {
                return Err(self.allowance.long_line(&self.path, most));
            }
            self.number += 1;
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let at = Line {
            path: self.path.clone(),
            number: self.number,
        };
        match std::str::from_utf8(&self.line) {
            Ok(line) => Ok(Some((at, line.trim_end_matches(['\n', '\r'])))),
            Err(_) => Err(GraphError::NotUtf8 { at }.into()),
        }
    }

    /// Digest of the file, whose lines have all been read.
    pub(crate) fn finish(self) -> Result<FileDigest> {
        self.reader.into_inner().finish()
    }
}
