//! A directory of IDX files: images and labels, for training and for test.

use std::fs;
use std::path::{Path, PathBuf};

use crate::files::Source;
use crate::image::idx::{Idx, read_idx_source};
use crate::load::name_of;
use crate::{DataError, Dataset, Images, Provenance, Result, Scaling, Schema};

const IMAGES: [&str; 2] = ["images-idx3-ubyte", "images.idx3-ubyte"];
const LABELS: [&str; 2] = ["labels-idx1-ubyte", "labels.idx1-ubyte"];

/// Reads `train-images-idx3-ubyte(.gz)` with its labels, and `t10k-` or `test-` if it is there.
///
/// A directory with a single pair of another prefix is a training set. Classes are the labels that occur
/// in the training set, named by their number.
///
/// # Errors
/// [`DataError::IdxDirectory`] if there is no pair or no telling which one is for training,
/// [`DataError::IdxCount`], and what [`read_idx`](crate::read_idx) refuses.
pub fn read_idx_dir(directory: impl AsRef<Path>) -> Result<(Dataset, Option<Dataset>)> {
    let (train, test) = read_image_dir(directory.as_ref())?;
    let schema = Schema::of_images(&train)?;
    let test = test.map(|test| schema.image_dataset(&test)).transpose()?;
    Ok((schema.image_dataset(&train)?, test))
}

pub(crate) fn read_image_dir(directory: &Path) -> Result<(Images, Option<Images>)> {
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
        train.read(directory)?,
        test.map(|test| test.read(directory)).transpose()?,
    ))
}

struct Pair {
    prefix: String,
    images: PathBuf,
    labels: PathBuf,
}

fn find_pairs(directory: &Path) -> Result<Vec<Pair>> {
    let named = |source| DataError::Read {
        path: directory.display().to_string(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(named)? {
        files.push(entry.map_err(named)?.path());
    }
    // Of a file and its compressed copy the plain one comes first.
    files.sort();
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
    let name = file.file_name()?.to_str()?;
    let name = name.strip_suffix(".gz").unwrap_or(name);
    endings
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .map(str::to_owned)
}

impl Pair {
    fn read(&self, directory: &Path) -> Result<Images> {
        let images = read_idx_source(&Source::file(&self.images))?;
        let labels = read_idx_source(&Source::file(&self.labels))?;
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
        scaling: Scaling::Global,
        provenance: Provenance {
            source: path.clone(),
            files: vec![images.digest, labels.digest],
            rows: labels.data.len(),
            licence: None,
        },
        labels: labels.data.into_iter().map(u32::from).collect(),
        path,
    })
}

fn check_rank(idx: &Idx, expected: usize) -> Result<()> {
    let (path, found) = (idx.digest.path.clone(), idx.dims.len());
    match found == expected {
        true => Ok(()),
        false => Err(DataError::IdxRank {
            path,
            found,
            expected,
        }),
    }
}
