//! What a folder holds.

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
