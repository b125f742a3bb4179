//! Where rows came from.

use serde::{Deserialize, Serialize};

/// The origin of a data set, written to the run record.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Provenance {
    /// Path as given by the user, or `"embedded"`.
    pub source: String,
    /// Every file that was read.
    pub files: Vec<FileDigest>,
    /// Rows read.
    pub rows: usize,
    /// Licence, if known.
    pub licence: Option<String>,
}

/// One file, identified by its bytes as they are on disk (compressed if it is).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    /// Path as given by the user, or the name of an embedded file.
    pub path: String,
    /// SHA-256, 64 hexadecimal digits.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}
