//! Bytes of a file or an embedded set, gunzipped on the way and hashed as they are on disk.

pub(crate) mod atomic;
pub(crate) mod folder;
mod lines;
pub(crate) mod npy;
pub(crate) mod npz;
pub(crate) mod provenance;
mod stream;

use std::fs::{File, Metadata};
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::allowance::{Allowance, FREED, Held};
use crate::files::folder::extension;
use crate::{DataError, FileDigest, Result};

pub(crate) use lines::TextLines;
pub(crate) use stream::Stream;

/// What a refusal speaks of where the bytes themselves are too many.
const CONTENTS: &str = "its contents, unpacked,";

/// Where bytes come from, which can be opened more than once, and what reading them may take.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    place: Place,
    pub(crate) allowance: Allowance,
}

#[derive(Debug, Clone)]
enum Place {
    File(PathBuf),
    Embedded {
        name: &'static str,
        bytes: &'static [u8],
    },
    /// What could be read only once.
    Bytes {
        name: String,
        bytes: Kept,
    },
}

/// Bytes in memory, and what was taken for them.
#[derive(Debug, Clone)]
struct Kept(Arc<(Vec<u8>, Held)>);

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.0.0
    }
}

/// Everything that a file holds, unpacked.
pub(crate) struct Whole {
    pub(crate) bytes: Vec<u8>,
    pub(crate) digest: FileDigest,
    /// Given back when the bytes are dropped.
    pub(crate) held: Held,
}

impl Source {
    pub(crate) fn file(path: &Path, allowance: &Allowance) -> Self {
        Self {
            place: Place::File(path.to_path_buf()),
            allowance: allowance.clone(),
        }
    }

    pub(crate) fn embedded(name: &'static str, bytes: &'static [u8]) -> Self {
        Self {
            place: Place::Embedded { name, bytes },
            allowance: Allowance::without_limit(),
        }
    }

    /// How messages name it.
    pub(crate) fn name(&self) -> String {
        match &self.place {
            Place::File(path) => path.display().to_string(),
            Place::Embedded { name, .. } => (*name).to_owned(),
            Place::Bytes { name, .. } => name.clone(),
        }
    }

    /// The path, of a file.
    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::Embedded { .. } | Place::Bytes { .. } => None,
        }
    }

    pub(crate) fn open(&self) -> Result<Stream> {
        let (mut most, mut length) = (u64::MAX, 0);
        let (inner, says_gzip): (Box<dyn Read>, bool) = match &self.place {
            Place::File(path) => {
                let file = self.open_file(path)?;
                // A device may never end.
                match file.metadata().ok().filter(Metadata::is_file) {
                    Some(data) => length = data.len(),
                    None => most = self.allowance.left(),
                }
                (Box::new(file), extension(path) == "gz")
            }
            Place::Embedded { bytes, .. } => (Box::new(Cursor::new(*bytes)), false),
            Place::Bytes { name, bytes } => {
                let bytes = Cursor::new(bytes.clone());
                (Box::new(bytes), extension(Path::new(name)) == "gz")
            }
        };
        Stream::new(self, inner, [length, most], says_gzip)
    }

    /// What a stream holds, which can be read only once.
    ///
    /// # Errors
    /// [`DataError::BeyondMemory`], and what fails while reading.
    pub(crate) fn once(name: &str, stream: impl Read, allowance: &Allowance) -> Result<Self> {
        let failed = |error| Stream::error(name, error);
        let kept = Incoming::new(stream, 0).read(allowance, name, failed)?;
        Ok(Self {
            place: Place::Bytes {
                name: name.to_owned(),
                bytes: Kept(Arc::new(kept)),
            },
            allowance: allowance.clone(),
        })
    }

    /// The source itself, or what a pipe holds: that can be read only once.
    pub(crate) fn reopenable(&self) -> Result<Self> {
        let Place::File(path) = &self.place else {
            return Ok(self.clone());
        };
        if path
            .metadata()
            .map_or(true, |data| data.is_file() || data.is_dir())
        {
            return Ok(self.clone());
        }
        Self::once(&self.name(), self.open_file(path)?, &self.allowance)
    }

    /// The first bytes, unpacked, at most so many.
    pub(crate) fn head(&self, most: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.open()?.take(most).read_to_end(&mut bytes);
        read.map_err(|source| Stream::error(&self.name(), source))?;
        Ok(bytes)
    }

    /// Everything that there is, unpacked, with the digest of the file.
    ///
    /// # Errors
    /// [`DataError::BeyondMemory`] before more is kept than may be, and what fails while reading.
    pub(crate) fn read_all(&self) -> Result<Whole> {
        let mut stream = self.open()?;
        let (name, length) = (self.name(), stream.length());
        let failed = |error| Stream::error(&name, error);
        let incoming = Incoming::new(&mut stream, length);
        let (bytes, held) = incoming.read(&self.allowance, &name, failed)?;
        Ok(Whole {
            bytes,
            digest: stream.finish()?,
            held,
        })
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
}

/// Bytes that come from somewhere, about so many by its own word.
pub(crate) struct Incoming<R> {
    pub(crate) reader: R,
    pub(crate) length: u64,
}

impl<R: Read> Incoming<R> {
    pub(crate) fn new(reader: R, length: u64) -> Self {
        Self { reader, length }
    }

    /// All of them, as long as they may be kept.
    ///
    /// # Errors
    /// [`DataError::BeyondMemory`] before there are too many, and what `failed` makes of a failed read.
    pub(crate) fn read(
        mut self,
        allowance: &Allowance,
        path: &str,
        failed: impl Fn(io::Error) -> DataError,
    ) -> Result<(Vec<u8>, Held)> {
        const STEP: usize = 1 << 20;
        // A length that is known spares the copies of growing; one byte more shows the end.
        let expected = usize::try_from(self.length).unwrap_or(usize::MAX);
        let mut held = allowance.hold(path, CONTENTS, self.length)?;
        let mut bytes = Vec::with_capacity(expected.saturating_add(1));
        loop {
            if bytes.len() == bytes.capacity() {
                let more = bytes.capacity().max(STEP);
                let left_behind = (bytes.capacity() as u64).min(FREED);
                held.grow(path, CONTENTS, more as u64 + left_behind)?;
                bytes.reserve_exact(more);
            }
            let room = (bytes.capacity() - bytes.len()) as u64;
            let read = self.reader.by_ref().take(room).read_to_end(&mut bytes);
            if (read.map_err(&failed)? as u64) < room {
                return Ok((bytes, held));
            }
        }
    }
}
