//! Folders of image files, one for each class.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::files::folder::{entries, file_name, name_of};
use crate::image::decode::{Decoded, decode_image};
use crate::target::sort_names;
use crate::{DataError, FileDigest, ImageError, Images, Provenance, Result, Scaling, sha256_hex};

/// Reads `FOLDER/<class>/<file>`, or `FOLDER/train/<class>/<file>` with `FOLDER/test/<class>/<file>` beside it perhaps.
///
/// Files are PNG or JPEG, decided by their content; hidden ones are skipped. Images keep 8 bits: one channel if grey, else
/// three; transparency is laid onto black, 16 bits are reduced. Classes are in numeric order if all names are numbers, else
/// in alphabetical order. `train` is a class like any other unless it holds folders.
///
/// The provenance names one digest for all files: the SHA-256 of what `sha256sum` prints for them, sorted by path within the
/// folder, as in `LC_ALL=C; find * -type f | sort | xargs sha256sum | sha256sum`.
///
/// # Errors
/// [`ImageError`], naming the file or folder, for images of different size, a damaged image, a file that is no image or lies
/// beside the folders of the classes, a class without images, and no classes at all.
pub fn read_image_folders(folder: impl AsRef<Path>) -> Result<(Images, Option<Images>)> {
    let folder = folder.as_ref();
    let (train, test) = (folder.join("train"), folder.join("test"));
    if !holds_folders(&train)? {
        return Ok((read_classes(folder, folder)?, None));
    }
    let other = entries(folder)?
        .into_iter()
        .find(|path| *path != train && *path != test);
    if let Some(other) = other {
        return Err(ImageError::Beside {
            path: folder.display().to_string(),
            other: file_name(&other),
        }
        .into());
    }
    let test = test.is_dir().then(|| read_classes(&test, folder));
    Ok((read_classes(&train, folder)?, test.transpose()?))
}

/// Whether a path is a folder in which there is a folder.
pub(crate) fn holds_folders(path: &Path) -> Result<bool> {
    Ok(path.is_dir() && entries(path)?.iter().any(|entry| entry.is_dir()))
}

/// An image file and the index of its class.
struct Member {
    path: PathBuf,
    class: u32,
}

fn read_classes(folder: &Path, source: &Path) -> Result<Images> {
    let (names, members) = list(folder)?;
    let Some(first) = members.first() else {
        let path = folder.display().to_string();
        return Err(ImageError::NoClasses { path }.into());
    };
    let shape = read_member(&first.path)?.0.shape;
    let (pixels, digests) = read_members(&members, shape)?;
    Ok(Images {
        name: name_of(&source.display().to_string()),
        path: folder.display().to_string(),
        shape: shape.to_vec(),
        max: 255.0,
        pixels,
        labels: members.iter().map(|member| member.class).collect(),
        names,
        scaling: match shape[0] {
            1 => Scaling::Global,
            _ => Scaling::Channel,
        },
        provenance: Provenance::of_files(
            source.display().to_string(),
            vec![digest_of_all(folder, &members, &digests)?],
            members.len(),
        ),
    })
}

/// Class names in order, and the files of all classes.
fn list(folder: &Path) -> Result<(Vec<String>, Vec<Member>)> {
    let found = entries(folder)?;
    if let Some(stray) = found.iter().find(|path| !path.is_dir()) {
        let path = stray.display().to_string();
        return Err(ImageError::Stray { path }.into());
    }
    let mut names: Vec<String> = found.iter().map(|path| file_name(path)).collect();
    sort_names(&mut names);
    let mut members = Vec::new();
    for (class, name) in names.iter().enumerate() {
        let files = entries(&folder.join(name))?;
        let path = |path: &Path| path.display().to_string();
        if files.is_empty() {
            let path = path(&folder.join(name));
            return Err(ImageError::EmptyClass { path }.into());
        }
        if let Some(nested) = files.iter().find(|file| file.is_dir()) {
            let path = path(nested);
            return Err(ImageError::Nested { path }.into());
        }
        members.extend(files.into_iter().map(|path| Member {
            path,
            class: class as u32,
        }));
    }
    Ok((names, members))
}

/// Pixels and digests of all files, which must have the shape of the first.
fn read_members(members: &[Member], shape: [usize; 3]) -> Result<(Vec<u8>, Vec<FileDigest>)> {
    let size = shape.iter().product::<usize>();
    let mut pixels = vec![0; members.len() * size];
    let read = members.par_iter().zip(pixels.par_chunks_mut(size));
    let read = read.map(|(member, place)| {
        let (decoded, digest) = read_member(&member.path)?;
        if decoded.shape != shape {
            let first = &members[0].path;
            return Err(different(&member.path, decoded.shape, first, shape));
        }
        place.copy_from_slice(&decoded.pixels);
        Ok(digest)
    });
    // All results, then the first error: which one is reported must not depend on threads.
    let digests: Vec<Result<FileDigest>> = read.collect();
    let digests = digests.into_iter().collect::<Result<Vec<_>>>()?;
    Ok((pixels, digests))
}

fn read_member(path: &Path) -> Result<(Decoded, FileDigest)> {
    let name = path.display().to_string();
    let bytes = fs::read(path).map_err(|source| DataError::Open {
        path: name.clone(),
        source,
    })?;
    let decoded = decode_image(&bytes, &name)?;
    let digest = FileDigest {
        path: name,
        sha256: sha256_hex(&bytes),
        bytes: bytes.len() as u64,
    };
    Ok((decoded, digest))
}

fn different(path: &Path, own: [usize; 3], first: &Path, shape: [usize; 3]) -> DataError {
    let describe = |[channels, height, width]: [usize; 3]| {
        let colours = if channels == 1 { "grey" } else { "colour" };
        format!("{width} x {height} {colours}")
    };
    ImageError::Size {
        path: path.display().to_string(),
        found: describe(own),
        first: first.display().to_string(),
        expected: describe(shape),
    }
    .into()
}

/// One digest for all files of a folder.
fn digest_of_all(folder: &Path, members: &[Member], digests: &[FileDigest]) -> Result<FileDigest> {
    let mut lines = Vec::with_capacity(members.len());
    for (member, digest) in members.iter().zip(digests) {
        let relative = member.path.strip_prefix(folder).unwrap_or(&member.path);
        let relative = relative.to_str().ok_or_else(|| ImageError::Name {
            path: member.path.display().to_string(),
        })?;
        lines.push((relative.replace('\\', "/"), &digest.sha256));
    }
    lines.sort();
    let mut text = String::new();
    for (relative, sha256) in lines {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{sha256}  {relative}");
    }
    Ok(FileDigest {
        path: folder.display().to_string(),
        sha256: sha256_hex(text.as_bytes()),
        bytes: digests.iter().map(|digest| digest.bytes).sum(),
    })
}
