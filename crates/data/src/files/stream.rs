//! Bytes of an open source, unpacked on the way and hashed as they are stored.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use super::{CONTENTS, Source};
use crate::files::provenance::hex;
use crate::{DataError, FileDigest, Result};

const BUFFER: usize = 1 << 18;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Unpacked bytes of an open [`Source`].
pub(crate) struct Stream {
    bytes: Bytes,
    name: String,
    length: u64,
}

enum Bytes {
    Plain(BufReader<Hashed>),
    Gzip(Box<MultiGzDecoder<BufReader<Hashed>>>),
}

impl Stream {
    /// Of a source that stores so many bytes, 0 if nobody knows, and may store so many at most.
    pub(super) fn new(
        source: &Source,
        inner: Box<dyn Read>,
        [length, most]: [u64; 2],
        says_gzip: bool,
    ) -> Result<Self> {
        let name = source.name();
        let hashed = Hashed {
            inner,
            hasher: Sha256::new(),
            bytes: 0,
            most,
            name: name.clone(),
        };
        let mut raw = BufReader::with_capacity(BUFFER, hashed);
        let head = raw.fill_buf().map_err(|error| Self::error(&name, error))?;
        let gzip = head.starts_with(&GZIP_MAGIC) || (says_gzip && !head.is_empty());
        let bytes = if gzip {
            Bytes::Gzip(Box::new(MultiGzDecoder::new(raw)))
        } else {
            Bytes::Plain(raw)
        };
        Ok(Self {
            length: if gzip { 0 } else { length },
            bytes,
            name,
        })
    }

    /// Unpacked bytes, if their number is known beforehand; else 0.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The error of a failed read: of the gzip data if it is that which is damaged.
    pub(crate) fn error(path: &str, source: io::Error) -> DataError {
        // A refusal of our own, on its way through readers that know no errors but theirs.
        let source = match source.downcast::<DataError>() {
            Ok(own) => return own,
            Err(source) => source,
        };
        let path = path.to_owned();
        let inner = source.get_ref();
        if inner.is_some_and(|inner| inner.is::<GzipDamage>()) {
            DataError::Gzip { path, source }
        } else {
            DataError::Read { path, source }
        }
    }

    /// Reads what is left, so that the digest covers the whole file.
    pub(crate) fn finish(self) -> Result<FileDigest> {
        let mut raw = match self.bytes {
            Bytes::Plain(raw) => raw,
            Bytes::Gzip(decoder) => decoder.into_inner(),
        };
        let rest = io::copy(&mut raw, &mut io::sink());
        rest.map_err(|source| Self::error(&self.name, source))?;
        let hashed = raw.into_inner();
        Ok(FileDigest {
            path: self.name,
            sha256: hex(&hashed.hasher.finalize()),
            bytes: hashed.bytes,
        })
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.bytes {
            Bytes::Plain(raw) => raw.read(buffer),
            Bytes::Gzip(decoder) => decoder.read(buffer).map_err(mark_gzip_damage),
        }
    }
}

/// Tells damage of the stream from a failing disk, which keeps its own kind.
fn mark_gzip_damage(error: io::Error) -> io::Error {
    use io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
    match error.kind() {
        kind @ (UnexpectedEof | InvalidInput | InvalidData) => {
            io::Error::new(kind, GzipDamage(error))
        }
        _ => error,
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct GzipDamage(io::Error);

struct Hashed {
    inner: Box<dyn Read>,
    hasher: Sha256,
    bytes: u64,
    /// How many bytes it may have.
    most: u64,
    name: String,
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if self.bytes + count as u64 > self.most {
            return Err(io::Error::other(DataError::BeyondMemory {
                path: self.name.clone(),
                what: CONTENTS,
                needed: self.bytes + count as u64,
                allowed: self.most,
            }));
        }
        self.hasher.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}
