//! Archives of NumPy's arrays, compressed or not.

use std::borrow::Cow;
use std::io::Cursor;

use zip::ZipArchive;

use super::{Incoming, Source, Whole};
use crate::allowance::{Allowance, Held};
use crate::files::npy::{Array, npy_needs, parse_npy};
use crate::{FileDigest, GraphError, Result};

/// An opened `.npz` file.
pub(crate) struct Npz {
    pub(crate) path: String,
    archive: ZipArchive<Cursor<Vec<u8>>>,
    pub(crate) digest: FileDigest,
    pub(crate) allowance: Allowance,
    /// For the archive and what is known of its members.
    _held: [Held; 2],
}

/// What a refusal speaks of where an array is too large.
const UNPACKED: &str = "its arrays, unpacked,";
/// Bytes by which a member of an archive is known.
const MEMBER: usize = 1 << 10;

/// How many files the index of an archive lists at most.
fn members(archive: &[u8]) -> usize {
    let entry = |bytes: &&[u8; 4]| *bytes == b"PK\x01\x02";
    archive.array_windows().filter(entry).count()
}

impl Npz {
    /// # Errors
    /// [`GraphError::NotZip`], and what fails while reading.
    pub(crate) fn open(source: &Source) -> Result<Self> {
        let path = source.name();
        let Whole {
            bytes,
            digest,
            held,
        } = source.read_all()?;
        let index = (MEMBER * members(&bytes)) as u64;
        let index = source.allowance.hold(&path, "its members", index)?;
        let archive = ZipArchive::new(Cursor::new(bytes));
        let archive = archive.map_err(|source| GraphError::NotZip {
            path: path.clone(),
            source,
        })?;
        Ok(Self {
            path,
            archive,
            digest,
            allowance: source.allowance.clone(),
            _held: [held, index],
        })
    }

    /// Whether there is an array of that name.
    pub(crate) fn has(&self, array: &str) -> bool {
        self.archive
            .index_for_name(&format!("{array}.npy"))
            .is_some()
    }

    /// Whether the arrays are those of a graph.
    pub(crate) fn is_graph(&self) -> bool {
        self.names().iter().any(|name| name.starts_with("adj_"))
    }

    /// Names of all arrays, in alphabetical order.
    pub(crate) fn names(&self) -> Vec<String> {
        let names = self.archive.file_names().filter_map(|name| name.ok());
        let short = |name: Cow<'_, str>| name.trim_end_matches(".npy").to_owned();
        let mut names: Vec<String> = names.map(short).collect();
        names.sort_unstable();
        names
    }

    /// Unpacks the only array.
    ///
    /// # Errors
    /// [`GraphError::ManyArrays`], and as [`array`](Self::array).
    pub(crate) fn only(&mut self) -> Result<Array> {
        match self.names().as_slice() {
            [name] => self.array(name),
            names => Err(GraphError::ManyArrays {
                path: self.path.clone(),
                arrays: names.join(", "),
            }
            .into()),
        }
    }

    /// Unpacks one array.
    ///
    /// # Errors
    /// [`GraphError::NoArray`], [`GraphError::Unpack`], [`GraphError::Array`].
    pub(crate) fn array(&mut self, name: &str) -> Result<Array> {
        if !self.has(name) {
            return Err(GraphError::NoArray {
                path: self.path.clone(),
                array: name.to_owned(),
                arrays: self.names().join(", "),
            }
            .into());
        }
        let unpack = |source| GraphError::Unpack {
            path: self.path.clone(),
            array: name.to_owned(),
            source,
        };
        let file = self.archive.by_name(&format!("{name}.npy"));
        let mut file = file.map_err(|error| unpack(error.into()))?;
        // What the archive says of the size is refused unread, and what it does not say while it is unpacked.
        let incoming = {
            let size = file.size();
            Incoming::new(&mut file, size)
        };
        let failed = |error| unpack(error).into();
        let (bytes, _held) = incoming.read(&self.allowance, &self.path, failed)?;
        drop(file);
        self.take(UNPACKED, npy_needs(&bytes))?;
        Ok(parse_npy(&bytes).map_err(|problem| self.problem(name, problem))?)
    }

    /// Takes what the data keep of an array.
    pub(crate) fn take(&self, what: &'static str, bytes: u64) -> Result<()> {
        self.allowance.take(&self.path, what, bytes)
    }

    /// What is wrong with an array.
    pub(crate) fn problem(&self, array: &str, problem: impl Into<String>) -> GraphError {
        GraphError::Array {
            path: self.path.clone(),
            array: array.to_owned(),
            problem: problem.into(),
        }
    }
}
