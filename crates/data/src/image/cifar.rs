//! The binary format of CIFAR-10 and CIFAR-100.

use std::path::{Path, PathBuf};

use crate::allowance::Allowance;
use crate::files::folder::{file_name, files_in, name_of};
use crate::files::{Source, Whole};
use crate::image;
use crate::{DataError, FileDigest, ImageError, Images, Provenance, Result, Scaling};

const PIXELS: usize = 3 * 32 * 32;

/// The two data sets, which differ in the labels of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cifar {
    Ten,
    Hundred,
}

impl Cifar {
    const ALL: [Self; 2] = [Self::Ten, Self::Hundred];

    fn name(self) -> &'static str {
        match self {
            Self::Ten => "CIFAR-10",
            Self::Hundred => "CIFAR-100",
        }
    }

    fn classes(self) -> u8 {
        match self {
            Self::Ten => 10,
            Self::Hundred => 100,
        }
    }

    /// Kind and number of classes of each label byte before the pixels; the last one is the class.
    fn labels(self) -> &'static [(&'static str, u8)] {
        match self {
            Self::Ten => &[("", 10)],
            Self::Hundred => &[("coarse ", 20), ("fine ", 100)],
        }
    }

    fn record(self) -> usize {
        self.labels().len() + PIXELS
    }

    fn names_file(self) -> &'static str {
        match self {
            Self::Ten => "batches.meta.txt",
            Self::Hundred => "fine_label_names.txt",
        }
    }
}

/// Reads CIFAR-10 or CIFAR-100 in the binary version, plain or gzip: one file, or a folder with a test set perhaps.
///
/// ```text
/// CIFAR-10    label         3072 bytes: red, green, blue, each 32 x 32    (3073 bytes a record)
/// CIFAR-100   coarse fine   the same                                      (3074 bytes a record)
/// ```
///
/// In a folder, `data_batch*` and `train*` are for training, `test*` for test; a single file of any other name is a training
/// set. Class names come from `batches.meta.txt` or `fine_label_names.txt` beside the file; without them a class is named
/// by its number. Of CIFAR-100 the fine labels are the classes.
///
/// # Errors
/// [`ImageError`] for a file that is no whole number of records, a label out of range (with the record, from 1), files of
/// both kinds, a wrong number of class names, several files of which none is for training.
///
/// # Source
/// Krizhevsky 2009, <https://www.cs.toronto.edu/~kriz/cifar.html>, "Binary version".
pub fn read_cifar(path: impl AsRef<Path>) -> Result<(Images, Option<Images>)> {
    read_cifar_within(path.as_ref(), &Allowance::of(None))
}

pub(crate) fn read_cifar_within(
    path: &Path,
    allowance: &Allowance,
) -> Result<(Images, Option<Images>)> {
    let read_files = |files: &[PathBuf], source| read_files(files, source, allowance);
    if !path.is_dir() {
        return Ok((read_files(&[path.to_path_buf()], path)?, None));
    }
    let files: Vec<PathBuf> = files_in(path)?
        .into_iter()
        .filter(|file| is_cifar(file))
        .collect();
    let named = |prefixes: &[&str]| -> Vec<PathBuf> {
        let starts = |file: &&PathBuf| prefixes.iter().any(|p| file_name(file).starts_with(p));
        files.iter().filter(starts).cloned().collect()
    };
    let (mut train, test) = (named(&["train", "data_batch"]), named(&["test"]));
    if train.is_empty() {
        let [only] = files.as_slice() else {
            let names: Vec<String> = files.iter().map(|file| file_name(file)).collect();
            return Err(ImageError::CifarFiles {
                path: path.display().to_string(),
                files: names.join(", "),
            }
            .into());
        };
        train.push(only.clone());
        return Ok((read_files(&train, path)?, None));
    }
    let test = (!test.is_empty()).then(|| read_files(&test, path));
    Ok((read_files(&train, path)?, test.transpose()?))
}

/// Whether a file name is that of CIFAR records.
pub(crate) fn is_cifar(path: &Path) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    name.ends_with(".bin") || name.ends_with(".bin.gz")
}

fn read_files(files: &[PathBuf], source: &Path, allowance: &Allowance) -> Result<Images> {
    let mut images = Images {
        name: name_of(&source.display().to_string()),
        path: source.display().to_string(),
        shape: vec![3, 32, 32],
        max: 255.0,
        pixels: Vec::new(),
        labels: Vec::new(),
        names: Vec::new(),
        resize: None,
        scaling: Scaling::Channel,
        provenance: Provenance::default(),
        files: Vec::new(),
        notes: Vec::new(),
    };
    let mut first: Option<(Cifar, String)> = None;
    for file in files {
        let (kind, digest) = read_records(&Source::file(file, allowance), &mut images)?;
        let (expected, first) = first.get_or_insert_with(|| (kind, digest.path.clone()));
        if kind != *expected {
            return Err(ImageError::CifarMixed {
                path: digest.path,
                found: kind.name(),
                first: first.clone(),
                expected: expected.name(),
            }
            .into());
        }
        images.provenance.files.push(digest);
    }
    if let (Some((kind, _)), [file, ..]) = (first, files) {
        read_names(kind, file, allowance, &mut images)?;
    }
    images.provenance.source = source.display().to_string();
    images.provenance.rows = images.labels.len();
    Ok(images)
}

/// Appends the records of a file.
fn read_records(source: &Source, images: &mut Images) -> Result<(Cifar, FileDigest)> {
    let Whole {
        bytes,
        digest,
        held: _held,
    } = source.read_all()?;
    let path = source.name();
    if bytes.is_empty() {
        return Err(DataError::Empty { path });
    }
    let kind = kind_of(&bytes).ok_or(ImageError::CifarSize {
        path,
        bytes: bytes.len(),
    })?;
    if let Some(error) = wrong_label(kind, &bytes, &source.name()) {
        return Err(error.into());
    }
    // Once as they are read, and once in the data set.
    let twice = 2 * bytes.len() as u64;
    source
        .allowance
        .take(&source.name(), image::PIXELS, twice)?;
    let labels = kind.labels().len();
    images.pixels.reserve(bytes.len());
    for record in bytes.chunks_exact(kind.record()) {
        images.labels.push(u32::from(record[labels - 1]));
        images.pixels.extend_from_slice(&record[labels..]);
    }
    Ok((kind, digest))
}

/// The kind whose records fill the file; if both do, the one whose labels are in range.
fn kind_of(bytes: &[u8]) -> Option<Cifar> {
    let fits = |kind: &Cifar| bytes.len().is_multiple_of(kind.record());
    let mut fitting = Cifar::ALL.into_iter().filter(fits);
    let (first, second) = (fitting.next()?, fitting.next());
    let second = second.filter(|_| wrong_label(first, bytes, "").is_some());
    Some(second.unwrap_or(first))
}

fn wrong_label(kind: Cifar, bytes: &[u8], path: &str) -> Option<ImageError> {
    for (index, record) in bytes.chunks_exact(kind.record()).enumerate() {
        for (&label, &(name, classes)) in record.iter().zip(kind.labels()) {
            if label >= classes {
                return Some(ImageError::CifarLabel {
                    path: path.to_owned(),
                    record: index + 1,
                    kind: name,
                    label,
                    last: classes - 1,
                });
            }
        }
    }
    None
}

/// Class names from the text file beside the records, one a line.
fn read_names(kind: Cifar, file: &Path, allowance: &Allowance, images: &mut Images) -> Result<()> {
    let path = file.with_file_name(kind.names_file());
    if !path.exists() {
        return Ok(());
    }
    let source = Source::file(&path, allowance);
    let Whole { bytes, digest, .. } = source.read_all()?;
    let path = source.name();
    let text =
        String::from_utf8(bytes).map_err(|_| ImageError::NamesText { path: path.clone() })?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    images.names = lines.map(str::to_owned).collect();
    let (found, expected) = (images.names.len(), usize::from(kind.classes()));
    if found != expected {
        return Err(ImageError::CifarNames {
            path,
            found,
            expected,
        }
        .into());
    }
    images.provenance.files.push(digest);
    Ok(())
}
