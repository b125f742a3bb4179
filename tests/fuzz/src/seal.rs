//! Digests and containers made right again, so that mutations reach what stands behind them.

use std::io::{Cursor, Write};

use decay::run::{seal, unsealed};

/// Nothing is repaired.
pub(crate) fn none(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

/// JSON that ends with the SHA-256 of all before it.
pub(crate) fn json(bytes: Vec<u8>) -> Vec<u8> {
    seal(unsealed(&bytes))
}

/// The bytes as a file within gzip.
pub(crate) fn gzip(bytes: Vec<u8>) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory does not fail.
    let _ = packer.write_all(&bytes);
    packer.finish().unwrap_or_default()
}

/// What stands one after the other in bytes, each after a line with its name and its length.
pub(crate) fn named(mut rest: &[u8]) -> Vec<(String, &[u8])> {
    let mut all = Vec::new();
    while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
        let head = String::from_utf8_lossy(&rest[..end]).into_owned();
        let (name, length) = head.split_once(' ').unwrap_or((&head, "64"));
        rest = &rest[end + 1..];
        let length = length.parse().unwrap_or(64).min(rest.len());
        all.push((name.to_owned(), &rest[..length]));
        rest = &rest[length..];
    }
    all
}

/// An archive of NumPy whose arrays are [`named`] parts.
pub(crate) fn npz(bytes: Vec<u8>) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, array) in named(&bytes) {
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        // A name that was there already is refused, and its bytes are left out.
        if archive.start_file(format!("{name}.npy"), options).is_ok() {
            let _ = archive.write_all(array);
        }
    }
    archive.finish().map(Cursor::into_inner).unwrap_or_default()
}
