//! The IDX format of the MNIST family.

use std::io::Read;
use std::path::Path;

use crate::files::{Source, Stream};
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
    let rank = read_rank(&mut stream, &path)?;
    let sizes = read_up_to(&mut stream, 4 * rank as u64, &path)?;
    let (words, _) = sizes.as_chunks::<4>();
    let size = |word: &[u8; 4]| u32::from_be_bytes(*word) as usize;
    let dims: Vec<usize> = words.iter().map(size).collect();
    if dims.len() < rank {
        let (expected, found) = (4 + 4 * rank as u64, (4 + sizes.len()) as u64);
        return Err(DataError::IdxHeader {
            path,
            rank,
            expected,
            found,
        });
    }
    let product = |product: u64, &dim: &usize| product.checked_mul(dim as u64);
    let expected = dims.iter().try_fold(1, product).unwrap_or(u64::MAX);
    // One byte more than expected is enough to see that there are too many.
    let data = read_up_to(&mut stream, expected.saturating_add(1), &path)?;
    let found = data.len() as u64;
    if found != expected {
        let found = if found > expected {
            "more".to_owned()
        } else {
            found.to_string()
        };
        return Err(DataError::IdxSize {
            path,
            dims,
            expected,
            found,
        });
    }
    let digest = stream.finish()?;
    Ok(Idx { dims, data, digest })
}

/// Number of dimensions, from the first four bytes.
fn read_rank(stream: &mut Stream, path: &str) -> Result<usize> {
    let magic = read_up_to(stream, 4, path)?;
    let path = path.to_owned();
    match magic.as_slice() {
        [] => Err(DataError::Empty { path }),
        [0, 0, UNSIGNED_BYTE, rank] if *rank > 0 => Ok(usize::from(*rank)),
        [0, 0, kind @ 0x09..=0x0e, _] => Err(DataError::IdxType { path, found: *kind }),
        _ => Err(DataError::IdxMagic { path, found: magic }),
    }
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
