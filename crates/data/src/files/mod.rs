//! Bytes of a file or an embedded set, gunzipped on the way and hashed as they are on disk.

pub(crate) mod atomic;
pub(crate) mod folder;
mod lines;
pub(crate) mod npy;
pub(crate) mod provenance;
mod stream;

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::allowance::{Allowance, Held};
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
        let mut most = u64::MAX;
        let (inner, says_gzip): (Box<dyn Read>, bool) = match &self.place {
            Place::File(path) => {
                let file = self.open_file(path)?;
                // A device may never end.
                if !file.metadata().is_ok_and(|data| data.is_file()) {
                    most = self.allowance.left();
                }
                (Box::new(file), extension(path) == "gz")
            }
            Place::Embedded { bytes, .. } => (Box::new(Cursor::new(*bytes)), false),
            Place::Bytes { name, bytes } => {
                let bytes = Cursor::new(bytes.clone());
                (Box::new(bytes), extension(Path::new(name)) == "gz")
            }
        };
        Stream::new(self, inner, most, says_gzip)
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
        let name = self.name();
        let kept = read_within(&self.allowance, &name, self.open_file(path)?)?;
        Ok(Self {
            place: Place::Bytes {
                name,
                bytes: Kept(Arc::new(kept)),
            },
            allowance: self.allowance.clone(),
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
    ///
    /// # Errors
    /// [`DataError::BeyondMemory`] before more is kept than may be, and what fails while reading.
    pub(crate) fn read_all(&self) -> Result<Whole> {
        let mut stream = self.open()?;
        let (bytes, held) = read_within(&self.allowance, &self.name(), &mut stream)?;
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

/// Everything that comes from a reader, as long as it may be kept.
///
/// # Errors
/// [`DataError::BeyondMemory`], and what fails while reading.
pub(crate) fn read_within(
    allowance: &Allowance,
    path: &str,
    mut reader: impl Read,
) -> Result<(Vec<u8>, Held)> {
    const STEP: u64 = 1 << 20;
    let (mut bytes, mut held) = (Vec::new(), allowance.hold(path, CONTENTS, 0)?);
    loop {
        held.grow(path, CONTENTS, STEP)?;
        let read = reader.by_ref().take(STEP).read_to_end(&mut bytes);
        if (read.map_err(|source| Stream::error(path, source))? as u64) < STEP {
            return Ok((bytes, held));
        }
    }
}
