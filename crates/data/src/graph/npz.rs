//! Arrays of NumPy in a zip archive.

use std::borrow::Cow;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::files::Source;
use crate::files::npy::{Array, parse_npy};
use crate::{FileDigest, GraphError, Result};

/// An opened `.npz` file.
pub(crate) struct Npz {
    pub(crate) path: String,
    archive: ZipArchive<Cursor<Vec<u8>>>,
    pub(crate) digest: FileDigest,
}

impl Npz {
    /// # Errors
    /// [`GraphError::NotZip`], and what fails while reading.
    pub(crate) fn open(source: &Source) -> Result<Self> {
        let path = source.name();
        let (bytes, digest) = source.read_all()?;
        let archive = ZipArchive::new(Cursor::new(bytes));
        let archive = archive.map_err(|source| GraphError::NotZip {
            path: path.clone(),
            source,
        })?;
        Ok(Self {
            path,
            archive,
            digest,
        })
    }

    /// Whether there is an array of that name.
    pub(crate) fn has(&self, array: &str) -> bool {
        self.archive
            .index_for_name(&format!("{array}.npy"))
            .is_some()
    }

    /// Unpacks one array.
    ///
    /// # Errors
    /// [`GraphError::NoArray`], [`GraphError::Unpack`], [`GraphError::Array`].
    pub(crate) fn array(&mut self, name: &str) -> Result<Array> {
        if !self.has(name) {
            let names = self.archive.file_names().filter_map(|name| name.ok());
            let short = |name: Cow<'_, str>| name.trim_end_matches(".npy").to_owned();
            let mut names: Vec<String> = names.map(short).collect();
            names.sort_unstable();
            return Err(GraphError::NoArray {
                path: self.path.clone(),
                array: name.to_owned(),
                arrays: names.join(", "),
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
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(unpack)?;
        drop(file);
        Ok(parse_npy(&bytes).map_err(|problem| self.problem(name, problem))?)
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
