//! JSON files that end with the digest of all that stands before it.

use std::path::Path;

use decay_data::sha256_hex;
use serde::Serialize;

use crate::error::Error;

/// What parts the contents from their digest.
const BEFORE: &[u8] = b",\n  \"sha256\": \"";
const AFTER: &[u8] = b"\"\n}\n";
/// Hexadecimal digits of a digest.
const DIGITS: usize = 64;

/// The bytes of a record as JSON whose last key is the SHA-256 of everything before it.
///
/// ```text
/// {
///   ...,
///   "sha256": "HEX(SHA-256(everything before this comma))"
/// }
/// ```
pub(crate) fn sealed(name: &'static str, record: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut json = decay_report::to_json(name, record)?;
    let end = json.trim_ascii_end().strip_suffix(b"}").unwrap_or(&json);
    json.truncate(end.trim_ascii_end().len());
    Ok(seal(&json))
}

/// JSON without its closing brace, closed after the digest of it; for tests that change what is sealed.
#[doc(hidden)]
pub fn seal(contents: &[u8]) -> Vec<u8> {
    let digest = sha256_hex(contents);
    [contents, BEFORE, digest.as_bytes(), AFTER].concat()
}

/// What stands before the digest of sealed bytes; all of others.
#[doc(hidden)]
pub fn unsealed(bytes: &[u8]) -> &[u8] {
    let mark = bytes
        .windows(BEFORE.len())
        .rposition(|window| window == BEFORE);
    &bytes[..mark.unwrap_or(bytes.len())]
}

/// Whether sealed bytes are as they were written; the error is the end of a sentence about their file.
pub(crate) fn check_seal(bytes: &[u8]) -> Result<(), String> {
    let parts = bytes.strip_suffix(AFTER).and_then(|rest| {
        let (rest, digest) = rest.split_at_checked(rest.len().checked_sub(DIGITS)?)?;
        Some((rest.strip_suffix(BEFORE)?, digest))
    });
    match parts {
        Some((contents, digest)) if sha256_hex(contents).as_bytes() == digest => Ok(()),
        Some(_) => Err(DAMAGED.into()),
        None => {
            Err("does not end with its SHA-256: it is damaged, or no file of this version".into())
        }
    }
}

const DAMAGED: &str = "is damaged, or was changed by hand: its contents do not have the SHA-256 that they were written with";

/// The bytes of a file that must have this digest.
///
/// # Errors
/// [`Error::Run`] if they do not, [`Error::File`] if it cannot be read.
pub(crate) fn read_checked(path: &Path, sha256: &str) -> Result<Vec<u8>, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::file(path, "read", error))?;
    if sha256_hex(&bytes) == sha256 {
        Ok(bytes)
    } else {
        Err(Error::run(path, DAMAGED))
    }
}

#[cfg(test)]
mod tests {
    use super::{check_seal, sealed};

    /// No byte can be another one, and none can be missing.
    #[test]
    fn every_flip_and_every_cut_is_seen() {
        let bytes = sealed("a.json", &serde_json::json!({"a": [1.5, 2], "b": "}"})).unwrap();
        assert!(check_seal(&bytes).is_ok());
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read["b"], "}");
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[place] ^= 1 << bit;
                assert!(check_seal(&flipped).is_err(), "byte {place}, bit {bit}");
            }
            assert!(check_seal(&bytes[..place]).is_err(), "cut at {place}");
        }
    }
}
