//! One file of images in folders.

use std::fs::File;
use std::path::Path;

use crate::files::Incoming;
use crate::image::decode::{Decoded, decode_image, decoding_needs};
use crate::image::desk::Desk;
use crate::image::resample::square;
use crate::{DataError, FileDigest, ImageError, Result, sha256_hex};

/// How images are read.
pub(super) struct Reading {
    pub(super) resize: Option<usize>,
    pub(super) desk: Desk,
}

/// Reads an image that stands behind others of its size.
pub(super) fn read_member(
    path: &Path,
    reading: &Reading,
    before: usize,
) -> Result<(Decoded, FileDigest)> {
    let name = path.display().to_string();
    let failed = |source| DataError::Open {
        path: name.clone(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    // A device may never end, and is no image.
    if !metadata.is_file() {
        return Err(ImageError::NoImage { path: name }.into());
    }
    let incoming = Incoming::new(file, metadata.len());
    let (bytes, held) = incoming.read(reading.desk.allowance(), &name, failed)?;
    let needs = decoding_needs(&bytes);
    let (decoding, kept) = match reading.resize {
        // Both passes compute in eight bytes a value.
        Some(side) => {
            let small = 3 * (side as u64).saturating_pow(2);
            (
                needs.decoding.saturating_add(needs.kept.saturating_mul(8)),
                small,
            )
        }
        None => (needs.decoding, needs.kept),
    };
    let place = reading
        .desk
        .place(&name, kept.saturating_mul(before as u64), decoding)?;
    let decoded = decode_image(&bytes, &name)?;
    let decoded = match reading.resize {
        Some(side) => square(decoded, side),
        None => decoded,
    };
    drop((place, held));
    let digest = FileDigest {
        path: name,
        sha256: sha256_hex(&bytes),
        bytes: bytes.len() as u64,
    };
    Ok((decoded, digest))
}
