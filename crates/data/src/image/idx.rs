//! The IDX format of the MNIST family: one file, or a folder of images and labels.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::allowance::{Allowance, Held};
use crate::files::folder::{file_name, files_in, name_of};
use crate::files::{Incoming, Source, Stream};
use crate::image::PIXELS;
use crate::{DataError, Dataset, FileDigest, Images, Provenance, Result, Scaling, Schema};

/// Element type "unsigned byte".
const UNSIGNED_BYTE: u8 = 0x08;
const IMAGES: [&str; 2] = ["images-idx3-ubyte", "images.idx3-ubyte"];
const LABELS: [&str; 2] = ["labels-idx1-ubyte", "labels.idx1-ubyte"];

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
    read_idx_source(&Source::file(path.as_ref(), &Allowance::of(None)))
}

pub(crate) fn read_idx_source(source: &Source) -> Result<Idx> {
    let path = source.name();
    let mut stream = source.open()?;
    let allowance = &source.allowance;
    let rank = read_rank(&mut stream, allowance, &path)?;
    let (sizes, _) = read_up_to(&mut stream, 4 * rank as u64, allowance, &path)?;
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
    let (data, held) = read_up_to(&mut stream, expected.saturating_add(1), allowance, &path)?;
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
    drop(held);
    // Once as they are read, and once in the data set; labels grow to words of four bytes.
    let kept = if rank == 1 { 8 } else { 2 };
    allowance.take(&path, PIXELS, kept * found)?;
    let digest = stream.finish()?;
    Ok(Idx { dims, data, digest })
}

/// Number of dimensions, from the first four bytes.
fn read_rank(stream: &mut Stream, allowance: &Allowance, path: &str) -> Result<usize> {
    let (magic, _) = read_up_to(stream, 4, allowance, path)?;
    let path = path.to_owned();
    match magic.as_slice() {
        [] => Err(DataError::Empty { path }),
        [0, 0, UNSIGNED_BYTE, rank] if *rank > 0 => Ok(usize::from(*rank)),
        [0, 0, kind @ 0x09..=0x0e, _] => Err(DataError::IdxType { path, found: *kind }),
        _ => Err(DataError::IdxMagic { path, found: magic }),
    }
}

/// At most `limit` bytes, fewer at the end of the file; memory grows with what is there, not with `limit`.
fn read_up_to(
    stream: &mut Stream,
    limit: u64,
    allowance: &Allowance,
    path: &str,
) -> Result<(Vec<u8>, Held)> {
    let incoming = Incoming::new(stream.take(limit), limit.min(1 << 20));
    incoming.read(allowance, path, |error| Stream::error(path, error))
}

/// Reads `train-images-idx3-ubyte(.gz)` with its labels, and `t10k-` or `test-` if it is there.
///
/// A directory with a single pair of another prefix is a training set. Classes are the labels that occur
/// in the training set, named by their number.
///
/// # Errors
/// [`DataError::IdxDirectory`] if there is no pair or no telling which one is for training,
/// [`DataError::IdxCount`], and what [`read_idx`] refuses.
pub fn read_idx_dir(directory: impl AsRef<Path>) -> Result<(Dataset, Option<Dataset>)> {
    let (train, test) = read_image_dir(directory.as_ref(), &Allowance::of(None))?;
    let schema = Schema::of_images(&train)?;
    let test = test.map(|test| schema.image_dataset(&test)).transpose()?;
    Ok((schema.image_dataset(&train)?, test))
}

pub(crate) fn read_image_dir(
    directory: &Path,
    allowance: &Allowance,
) -> Result<(Images, Option<Images>)> {
    let pairs = find_pairs(directory)?;
    let problem = |problem: String| DataError::IdxDirectory {
        path: directory.display().to_string(),
        problem,
    };
    let with_prefix = |names: &[&str]| {
        pairs
            .iter()
            .find(|pair| names.contains(&pair.prefix.as_str()))
    };
    let train = match (with_prefix(&["train-"]), pairs.as_slice()) {
        (Some(train), _) => train,
        (None, [only]) => only,
        (None, []) => {
            return Err(problem(
                "holds no pair of *images-idx3-ubyte and *labels-idx1-ubyte files".into(),
            ));
        }
        (None, several) => {
            let names: Vec<&str> = several.iter().map(|pair| pair.prefix.as_str()).collect();
            return Err(problem(format!(
                "holds several sets ({}), none named train-",
                names.join(", ")
            )));
        }
    };
    let test = with_prefix(&["t10k-", "test-"]).filter(|test| test.prefix != train.prefix);
    Ok((
        train.read(directory, allowance)?,
        test.map(|test| test.read(directory, allowance))
            .transpose()?,
    ))
}

struct Pair {
    prefix: String,
    images: PathBuf,
    labels: PathBuf,
}

fn find_pairs(directory: &Path) -> Result<Vec<Pair>> {
    let files = files_in(directory)?;
    let mut pairs: Vec<Pair> = Vec::new();
    for images in &files {
        let Some(prefix) = prefix_before(images, &IMAGES) else {
            continue;
        };
        if pairs.iter().any(|pair| pair.prefix == prefix) {
            continue;
        }
        let labels = files
            .iter()
            .find(|file| prefix_before(file, &LABELS).as_ref() == Some(&prefix));
        let labels = labels.cloned().ok_or_else(|| DataError::IdxDirectory {
            path: images.display().to_string(),
            problem: format!("has no label file {prefix}labels-idx1-ubyte(.gz) beside it"),
        })?;
        pairs.push(Pair {
            prefix,
            images: images.clone(),
            labels,
        });
    }
    Ok(pairs)
}

/// Whether a file name is that of images or labels in IDX format.
pub(crate) fn is_idx(file: &Path) -> bool {
    prefix_before(file, &IMAGES).is_some() || prefix_before(file, &LABELS).is_some()
}

/// What the file name has before one of `endings`, `.gz` aside.
fn prefix_before(file: &Path, endings: &[&str]) -> Option<String> {
    let name = file_name(file);
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let prefix = endings.iter().find_map(|ending| name.strip_suffix(ending));
    prefix.map(str::to_owned)
}

impl Pair {
    fn read(&self, directory: &Path, allowance: &Allowance) -> Result<Images> {
        let images = read_idx_source(&Source::file(&self.images, allowance))?;
        let labels = read_idx_source(&Source::file(&self.labels, allowance))?;
        let mut images = pair_up(images, labels)?;
        images.name = name_of(&directory.display().to_string());
        images.provenance.source = directory.display().to_string();
        Ok(images)
    }
}

/// Joins images `[n, height, width]` and labels `[n]`.
pub(crate) fn pair_up(images: Idx, labels: Idx) -> Result<Images> {
    let path = labels.digest.path.clone();
    check_rank(&images, 3)?;
    check_rank(&labels, 1)?;
    if images.dims[0] != labels.dims[0] {
        return Err(DataError::IdxCount {
            path,
            images: images.dims[0],
            labels: labels.dims[0],
        });
    }
    if images.data.is_empty() {
        return Err(DataError::Empty {
            path: images.digest.path,
        });
    }
    Ok(Images {
        name: String::new(),
        shape: vec![1, images.dims[1], images.dims[2]],
        max: 255.0,
        pixels: images.data,
        names: Vec::new(),
        resize: None,
        scaling: Scaling::Global,
        provenance: Provenance::of_files(
            path.clone(),
            vec![images.digest, labels.digest],
            labels.data.len(),
        ),
        files: Vec::new(),
        notes: Vec::new(),
        labels: labels.data.into_iter().map(u32::from).collect(),
        path,
    })
}

fn check_rank(idx: &Idx, expected: usize) -> Result<()> {
    let (path, found) = (idx.digest.path.clone(), idx.dims.len());
    if found != expected {
        return Err(DataError::IdxRank {
            path,
            found,
            expected,
        });
    }
    Ok(())
}
