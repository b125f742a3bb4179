//! Bytes of a file or an embedded set, gunzipped on the way and hashed as they are on disk.

pub(crate) mod atomic;
pub(crate) mod folder;
pub(crate) mod npy;
pub(crate) mod provenance;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::bufread::MultiGzDecoder;
use sha2::{Digest, Sha256};

use crate::files::folder::extension;
use crate::files::provenance::hex;
use crate::{DataError, FileDigest, GraphError, Line, Result};

const BUFFER: usize = 1 << 18;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Where bytes come from; can be opened more than once.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    File(PathBuf),
    Embedded {
        name: &'static str,
        bytes: &'static [u8],
    },
    /// What could be read only once.
    Bytes {
        name: String,
        bytes: Arc<[u8]>,
    },
}

impl Source {
    pub(crate) fn file(path: &Path) -> Self {
        Self::File(path.to_path_buf())
    }

    /// How messages name it.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Embedded { name, .. } => (*name).to_owned(),
            Self::Bytes { name, .. } => name.clone(),
        }
    }

    pub(crate) fn open(&self) -> Result<Stream> {
        let (inner, says_gzip): (Box<dyn Read>, bool) = match self {
            Self::File(path) => (Box::new(self.open_file(path)?), extension(path) == "gz"),
            Self::Embedded { bytes, .. } => (Box::new(Cursor::new(*bytes)), false),
            Self::Bytes { name, bytes } => {
                let bytes = Cursor::new(bytes.clone());
                (Box::new(bytes), extension(Path::new(name)) == "gz")
            }
        };
        let hashed = Hashed {
            inner,
            hasher: Sha256::new(),
            bytes: 0,
        };
        let mut raw = BufReader::with_capacity(BUFFER, hashed);
        let head = raw.fill_buf().map_err(|source| self.read_error(source))?;
        let gzip = head.starts_with(&GZIP_MAGIC) || (says_gzip && !head.is_empty());
        let bytes = if gzip {
            Bytes::Gzip(Box::new(MultiGzDecoder::new(raw)))
        } else {
            Bytes::Plain(raw)
        };
        Ok(Stream {
            bytes,
            name: self.name(),
        })
    }

    /// The source itself, or what a pipe holds: that can be read only once.
    pub(crate) fn reopenable(&self) -> Result<Self> {
        let Self::File(path) = self else {
            return Ok(self.clone());
        };
        if path
            .metadata()
            .map_or(true, |data| data.is_file() || data.is_dir())
        {
            return Ok(self.clone());
        }
        let mut bytes = Vec::new();
        let read = self.open_file(path)?.read_to_end(&mut bytes);
        read.map_err(|source| self.read_error(source))?;
        Ok(Self::Bytes {
            name: self.name(),
            bytes: bytes.into(),
        })
    }

    /// The first bytes, unpacked, at most so many.
    pub(crate) fn head(&self, most: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.open()?.take(most).read_to_end(&mut bytes);
        read.map_err(|source| Stream::error(&self.name(), source))?;
        Ok(bytes)
    }

    /// Everything that there is, unpacked, with the digest of the file.
    pub(crate) fn read_all(&self) -> Result<(Vec<u8>, FileDigest)> {
        let mut stream = self.open()?;
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        read.map_err(|source| Stream::error(&self.name(), source))?;
        Ok((bytes, stream.finish()?))
    }

    fn open_file(&self, path: &Path) -> Result<File> {
        let opened = File::open(path).and_then(|file| {
            if file.metadata()?.is_dir() {
                return Err(io::Error::new(
                    io::ErrorKind::IsADirectory,
                    "it is a directory",
                ));
            }
            Ok(file)
        });
        opened.map_err(|source| DataError::Open {
            path: self.name(),
            source,
        })
    }

    fn read_error(&self, source: io::Error) -> DataError {
        DataError::Read {
            path: self.name(),
            source,
        }
    }
}

/// Unpacked bytes of an open [`Source`].
pub(crate) struct Stream {
    bytes: Bytes,
    name: String,
}

enum Bytes {
    Plain(BufReader<Hashed>),
    Gzip(Box<MultiGzDecoder<BufReader<Hashed>>>),
}

impl Stream {
    /// The error of a failed read: of the gzip data if it is that which is damaged.
    pub(crate) fn error(path: &str, source: io::Error) -> DataError {
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
        io::copy(&mut raw, &mut io::sink()).map_err(|source| DataError::Read {
            path: self.name.clone(),
            source,
        })?;
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
}

impl Read for Hashed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

/// Lines that are not blank, with their numbers from 1.
pub(crate) struct TextLines {
    reader: BufReader<Stream>,
    pub(crate) path: Arc<str>,
    number: u64,
    line: Vec<u8>,
}

impl TextLines {
    pub(crate) fn open(source: &Source) -> Result<Self> {
        Ok(Self {
            reader: BufReader::with_capacity(1 << 16, source.open()?),
            path: source.name().into(),
            number: 0,
            line: Vec::new(),
        })
    }

    /// The next line without its end.
    ///
    /// # Errors
    /// [`GraphError::NotUtf8`], and what fails while reading.
    pub(crate) fn next(&mut self) -> Result<Option<(Line, &str)>> {
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
