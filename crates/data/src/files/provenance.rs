//! Where rows came from.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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

impl Provenance {
    /// Rows of files without a licence that is known.
    pub(crate) fn of_files(source: String, files: Vec<FileDigest>, rows: usize) -> Self {
        Self {
            source,
            files,
            rows,
            licence: None,
        }
    }
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

/// SHA-256 of `bytes` as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::sha256_hex;

    /// FIPS 180-2, appendix B.1.
    #[test]
    fn abc() {
        assert_eq!(
            sha256_hex(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
