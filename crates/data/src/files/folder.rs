//! What a folder holds, and the parts of a path.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{DataError, Result};

/// Entries of a folder in alphabetical order, hidden ones left out.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let named = |source| DataError::Read {
        path: folder.display().to_string(),
        source,
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(named)? {
        let path = entry.map_err(named)?.path();
        if !file_name(&path).starts_with('.') {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Files of a folder in alphabetical order; of a file and its compressed copy the plain one alone.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = entries(folder)?;
    files.retain(|path| !path.is_dir());
    let plain = files.clone();
    files.retain(|file| {
        file.extension().is_none_or(|e| e != "gz") || !plain.contains(&file.with_extension(""))
    });
    Ok(files)
}

/// Last part of a path.
pub(crate) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Lower-case extension, or `""`.
pub(crate) fn extension(path: &Path) -> String {
    path.extension()
        .map(|e| e.to_string_lossy().to_ascii_lowercase())
        .unwrap_or_default()
}

/// Last part of a path without `.gz` and the extension before it.
pub(crate) fn name_of(path: &str) -> String {
    let path = Path::new(path.strip_prefix("embedded:").unwrap_or(path));
    let path = if extension(path) == "gz" {
        path.with_extension("")
    } else {
        path.to_path_buf()
    };
    let stem = if path.is_dir() {
        path.file_name()
    } else {
        path.file_stem()
    };
    stem.map_or_else(
        || path.display().to_string(),
        |stem| stem.to_string_lossy().into_owned(),
    )
}

/// The file of that path, or its compressed copy `PATH.gz`, if there is either.
pub(crate) fn plain_or_gzip(path: &Path) -> Option<PathBuf> {
    let mut zipped = path.as_os_str().to_owned();
    zipped.push(".gz");
    [path.to_path_buf(), zipped.into()]
        .into_iter()
        .find(|path| path.exists())
}
