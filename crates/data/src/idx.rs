//! The IDX format of the MNIST family.

use std::io::Read;
use std::path::Path;

use crate::source::{Source, Stream};
use crate::{DataError, FileDigest, Result};

/// Element type "unsigned byte".
const UNSIGNED_BYTE: u8 = 0x08;

/// A tensor of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idx {
    /// Dimensions, slowest first.
    pub dims: Vec<usize>,
    /// Values, row-major.
    pub data: Vec<u8>,
    /// The file.
    pub digest: FileDigest,
}

/// Reads an IDX file of unsigned bytes, plain or gzip.
///
/// ```text
/// 00 00 08 n   n sizes as big-endian u32   bytes
/// ```
///
/// # Errors
/// [`DataError::IdxMagic`], [`DataError::IdxType`], [`DataError::IdxSize`] if bytes are missing or left over,
/// [`DataError::Gzip`] if the compressed data is cut.
///
/// # Source
/// <http://yann.lecun.com/exdb/mnist/>, "The IDX file format".
pub fn read_idx(path: impl AsRef<Path>) -> Result<Idx> {
    read_idx_source(&Source::file(path.as_ref()))
}

pub(crate) fn read_idx_source(source: &Source) -> Result<Idx> {
    let path = source.name();
    let mut stream = source.open()?;
    let magic = read_up_to(&mut stream, 4, &path)?;
    let rank = match magic.as_slice() {
        [] => return Err(DataError::Empty { path }),
        [0, 0, UNSIGNED_BYTE, rank] if *rank > 0 => usize::from(*rank),
        [0, 0, kind @ 0x09..=0x0e, _] => return Err(DataError::IdxType { path, found: *kind }),
        _ => return Err(DataError::IdxMagic { path, found: magic }),
    };
    let sizes = read_up_to(&mut stream, 4 * rank as u64, &path)?;
    let (words, _) = sizes.as_chunks::<4>();
    let dims: Vec<usize> = words
        .iter()
        .map(|word| u32::from_be_bytes(*word) as usize)
        .collect();
    if dims.len() < rank {
        let (expected, found) = (4 + 4 * rank as u64, (4 + sizes.len()) as u64);
        return Err(DataError::IdxSize {
            path,
            dims,
            expected,
            found,
        });
    }
    let expected = dims
        .iter()
        .try_fold(1_u64, |product, &dim| product.checked_mul(dim as u64));
    let expected = expected.unwrap_or(u64::MAX);
    // One byte more than expected is enough to see that there are too many.
    let data = read_up_to(&mut stream, expected.saturating_add(1), &path)?;
    if data.len() as u64 != expected {
        let found = data.len() as u64;
        return Err(DataError::IdxSize {
            path,
            dims,
            expected,
            found,
        });
    }
    Ok(Idx {
        dims,
        data,
        digest: stream.finish()?,
    })
}

/// At most `limit` bytes, fewer at the end of the file; memory grows with what is there, not with `limit`.
fn read_up_to(stream: &mut Stream, limit: u64, path: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream
        .take(limit)
        .read_to_end(&mut bytes)
        .map_err(|source| Stream::error(path, source))?;
    Ok(bytes)
}
