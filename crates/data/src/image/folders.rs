//! Folders of image files, one for each class.

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::allowance::Allowance;
use crate::error::listed;
use crate::files::folder::{entries, extension, file_name, name_of};
use crate::image::PIXELS;
use crate::image::decode::{Decoded, known_format};
use crate::image::desk::Desk;
use crate::image::one_file::{Reading, read_member};
use crate::target::sort_names;
use crate::{DataError, FileDigest, ImageError, Images, Provenance, Result, Scaling, sha256_hex};

/// Names of the folders of a split, in lower case.
const TRAIN: [&str; 2] = ["train", "training"];
const VALIDATION: [&str; 4] = ["val", "valid", "validation", "dev"];
const TEST: [&str; 2] = ["test", "testing"];

/// Images of kinds that are not read: what has such a name is meant, and must not be passed over.
const UNREADABLE: [&str; 9] = [
    "bmp", "gif", "webp", "tif", "tiff", "heic", "avif", "jp2", "svg",
];

/// Reads `FOLDER/<class>/<file>`, or `FOLDER/train/<class>/<file>` with `val` and `test` beside it perhaps.
///
/// Files are PNG or JPEG, decided by their content; hidden ones are passed over, and so are, with a note, those that are no images by name
/// and content. Images keep 8 bits: one channel if all are grey, else three; transparency is laid onto black, 16 bits are reduced, and
/// a photograph stands as its Exif data say. Classes are in numeric order if all names are numbers, else in alphabetical order. `train`
/// (`training`) is a class like any other unless it holds folders. Images of `val` (`valid`, `validation`, `dev`) join those of `train`:
/// folds decide what is chosen on.
///
/// The provenance names one digest for all files: the SHA-256 of what `sha256sum` prints for them, sorted by path within the
/// folder, as in `LC_ALL=C; find * -type f | sort | xargs sha256sum | sha256sum`.
///
/// # Errors
/// [`ImageError`], naming the file or folder, for images of different size, a damaged image, one of a kind that is not read, an image
/// beside the folders of the classes, a class without images, and no classes at all.
pub fn read_image_folders(
    folder: impl AsRef<Path>,
    resize: Option<usize>,
) -> Result<(Images, Option<Images>)> {
    read_image_folders_within(folder.as_ref(), resize, &Allowance::of(None))
}

pub(crate) fn read_image_folders_within(
    folder: &Path,
    resize: Option<usize>,
    allowance: &Allowance,
) -> Result<(Images, Option<Images>)> {
    let reading = &Reading {
        resize,
        desk: Desk::new(allowance),
    };
    let mut notes = Vec::new();
    let parts = folders_of(folder, &mut notes)?;
    let part = |names: &[&str]| {
        let called = |path: &&PathBuf| names.contains(&file_name(path).to_lowercase().as_str());
        parts.iter().find(called)
    };
    let train =
        part(&TRAIN).map(|train| Ok::<_, DataError>(holds_folders(train)?.then_some(train)));
    let Some(train) = train.transpose()?.flatten() else {
        return Ok((read_classes(folder, &[folder], Vec::new(), reading)?, None));
    };
    let (validation, test) = (part(&VALIDATION), part(&TEST));
    let known = [Some(train), validation, test];
    if let Some(other) = parts.iter().find(|path| !known.contains(&Some(path))) {
        return Err(ImageError::Beside {
            path: folder.display().to_string(),
            other: file_name(other),
        }
        .into());
    }
    if let Some(validation) = validation {
        notes.push(format!(
            "{}: these images join those of {}; folds decide what is chosen on",
            validation.display(),
            file_name(train)
        ));
    }
    let test = test.map(|test| read_classes(folder, &[test], Vec::new(), reading));
    let training: Vec<&Path> = [Some(train), validation]
        .into_iter()
        .flatten()
        .map(PathBuf::as_path)
        .collect();
    let mut train = read_classes(folder, &training, notes, reading)?;
    let Some(mut test) = test.transpose()? else {
        return Ok((train, None));
    };
    train.notes.append(&mut test.notes);
    if train.shape[0] != test.shape[0] {
        (train, test) = (in_colour(train), in_colour(test));
    }
    Ok((train, Some(test)))
}

/// Reads the images of a folder of classes or of files, or one image; labels are not looked at.
///
/// # Errors
/// As [`read_image_folders`].
pub(crate) fn read_image_files(
    path: &Path,
    resize: Option<usize>,
    allowance: &Allowance,
) -> Result<Images> {
    if path.is_dir() && holds_folders(path)? {
        let (train, test) = read_image_folders_within(path, resize, allowance)?;
        return Ok(test.unwrap_or(train));
    }
    let mut notes = Vec::new();
    let files = match path.is_dir() {
        true => images_in(path, &mut notes)?,
        false => vec![path.to_path_buf()],
    };
    let members = files.into_iter().map(|path| Member { path, class: 0 });
    let named = Named {
        names: Vec::new(),
        members: members.collect(),
    };
    let reading = Reading {
        resize,
        desk: Desk::new(allowance),
    };
    read_images(path, path, named, notes, &reading)
}

/// Whether a path is called like an image that is read.
pub(crate) fn is_named_image(path: &Path) -> bool {
    matches!(extension(path).as_str(), "png" | "jpg" | "jpeg")
}

/// Whether a path is an image, or a folder with images in it and no folders.
pub(crate) fn holds_images(path: &Path) -> Result<bool> {
    if !path.is_dir() {
        return Ok(path.exists() && is_named_image(path));
    }
    let found = entries(path)?;
    Ok(found.iter().all(|path| !path.is_dir()) && found.iter().any(|path| is_named_image(path)))
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

/// Images and the names of their classes.
struct Named {
    names: Vec<String>,
    members: Vec<Member>,
}

/// The classes of some folders together, of a data set that is called like its source.
fn read_classes(
    source: &Path,
    folders: &[&Path],
    mut notes: Vec<String>,
    reading: &Reading,
) -> Result<Images> {
    let mut classes: Vec<(String, PathBuf)> = Vec::new();
    for folder in folders {
        let found = folders_of(folder, &mut notes)?.into_iter();
        classes.extend(found.map(|path| (file_name(&path), path)));
    }
    let mut names: Vec<String> = classes.iter().map(|(name, _)| name.clone()).collect();
    sort_names(&mut names);
    names.dedup();
    let mut members = Vec::new();
    for (class, name) in names.iter().enumerate() {
        for (_, folder) in classes.iter().filter(|(own, _)| own == name) {
            members.extend(
                images_in(folder, &mut notes)?
                    .into_iter()
                    .map(|path| Member {
                        path,
                        class: class as u32,
                    }),
            );
        }
    }
    let folder = if let [folder] = folders {
        folder
    } else {
        source
    };
    read_images(source, folder, Named { names, members }, notes, reading)
}

/// The folders in a folder; files that are no images are noted.
fn folders_of(folder: &Path, notes: &mut Vec<String>) -> Result<Vec<PathBuf>> {
    let (folders, files): (Vec<_>, Vec<_>) =
        entries(folder)?.into_iter().partition(|path| path.is_dir());
    let mut passed = Vec::new();
    for file in files {
        if is_image(&file)? {
            let path = file.display().to_string();
            return Err(ImageError::Stray { path }.into());
        }
        passed.push(file_name(&file));
    }
    let (archives, folders): (Vec<_>, Vec<_>) = folders
        .into_iter()
        .partition(|path| file_name(path) == "__MACOSX");
    passed.extend(archives.iter().map(|path| file_name(path)));
    note_passed(folder, &passed, notes);
    Ok(folders)
}

/// The images in a folder of a class.
fn images_in(folder: &Path, notes: &mut Vec<String>) -> Result<Vec<PathBuf>> {
    let (mut images, mut passed) = (Vec::new(), Vec::new());
    for path in entries(folder)? {
        if path.is_dir() {
            let path = path.display().to_string();
            return Err(ImageError::Nested { path }.into());
        }
        match is_image(&path)? {
            true => images.push(path),
            false => passed.push(file_name(&path)),
        }
    }
    note_passed(folder, &passed, notes);
    if images.is_empty() {
        let path = folder.display().to_string();
        return Err(ImageError::EmptyClass { path }.into());
    }
    Ok(images)
}

fn note_passed(folder: &Path, passed: &[String], notes: &mut Vec<String>) {
    if !passed.is_empty() {
        let (folder, names) = (folder.display(), listed(passed, 5));
        notes.push(format!("{folder}: passed over, since no images: {names}"));
    }
}

/// Whether a file is an image by its name or its first bytes.
fn is_image(path: &Path) -> Result<bool> {
    if is_named_image(path) || UNREADABLE.contains(&extension(path).as_str()) {
        return Ok(true);
    }
    let named = |source| DataError::Open {
        path: path.display().to_string(),
        source,
    };
    let mut first = Vec::new();
    File::open(path)
        .map_err(named)?
        .take(8)
        .read_to_end(&mut first)
        .map_err(named)?;
    Ok(known_format(&first))
}

/// Decodes files, which must have one size or get it; grey ones among coloured ones become coloured.
fn read_images(
    source: &Path,
    folder: &Path,
    named: Named,
    mut notes: Vec<String>,
    reading: &Reading,
) -> Result<Images> {
    let Named { names, members } = named;
    let read: Vec<Result<_>> = members
        .par_iter()
        .enumerate()
        .map(|(before, member)| read_member(&member.path, reading, before))
        .collect();
    // All results, then the first error: which one is reported must not depend on threads.
    let read = read.into_iter().collect::<Result<Vec<_>>>()?;
    let Some((first, _)) = read.first() else {
        let path = folder.display().to_string();
        return Err(ImageError::NoClasses { path }.into());
    };
    let (shape, channels) = (first.shape, |image: &Decoded| image.shape[0]);
    let differs = |(image, _): &(Decoded, FileDigest)| image.shape[1..] != shape[1..];
    if let Some(other) = read.iter().position(differs) {
        let (path, found) = (&members[other].path, read[other].0.shape);
        return Err(different(path, found, &members[0].path, shape));
    }
    let most = read
        .iter()
        .map(|(image, _)| channels(image))
        .max()
        .unwrap_or(1);
    let grey = read
        .iter()
        .filter(|(image, _)| channels(image) < most)
        .count();
    if grey > 0 {
        let (folder, all) = (folder.display(), read.len());
        notes.push(format!(
            "{folder}: {grey} of {all} images are grey and are read as coloured ones"
        ));
    }
    // Once as images, once one behind the other, and once in the data set, but never all at once.
    let pixels = most * shape[1] * shape[2] * read.len();
    let allowance = reading.desk.allowance();
    allowance.take(&folder.display().to_string(), PIXELS, 2 * pixels as u64)?;
    let (images, digests): (Vec<Decoded>, Vec<FileDigest>) = read.into_iter().unzip();
    let planes = images
        .into_iter()
        .map(|image| match most / channels(&image) {
            1 => image.pixels,
            times => image.pixels.repeat(times),
        });
    Ok(Images {
        name: name_of(&source.display().to_string()),
        path: folder.display().to_string(),
        shape: vec![most, shape[1], shape[2]],
        max: 255.0,
        resize: reading.resize,
        pixels: planes.flatten().collect(),
        labels: members.iter().map(|member| member.class).collect(),
        names,
        scaling: scaling_of(most),
        provenance: Provenance::of_files(
            source.display().to_string(),
            vec![digest_of_all(folder, &members, &digests)?],
            members.len(),
        ),
        files: members
            .iter()
            .map(|member| member.path.display().to_string())
            .collect(),
        notes,
    })
}

fn scaling_of(channels: usize) -> Scaling {
    match channels {
        1 => Scaling::Global,
        _ => Scaling::Channel,
    }
}

/// Grey images with the same values in three channels.
fn in_colour(images: Images) -> Images {
    if images.shape[0] != 1 {
        return images;
    }
    let size = images.shape[1] * images.shape[2];
    let note = format!(
        "{}: grey images are read as coloured ones, like the others",
        images.path
    );
    let planes = images.pixels.chunks_exact(size);
    let mut coloured = Images {
        shape: vec![3, images.shape[1], images.shape[2]],
        pixels: planes.flat_map(|plane| plane.repeat(3)).collect(),
        scaling: scaling_of(3),
        ..images
    };
    coloured.notes.push(note);
    coloured
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
