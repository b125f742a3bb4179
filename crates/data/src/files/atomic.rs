//! Files that are either whole or absent.

use std::ffi::{OsStr, OsString};
#[cfg(unix)]
use std::fs::File;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::{DataError, Result};

/// Writes `bytes` to `path` so that a reader sees the old file or the whole new one, never a part.
///
/// The bytes go to a temporary file beside `path`, are synced to disk and renamed over it; then the
/// directory is synced (unix). The temporary file is removed if any step fails.
///
/// # Errors
/// [`DataError::Write`], which names `path` and keeps the cause (no directory, no permission, disk full).
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    let named = |source| DataError::Write {
        path: path.display().to_string(),
        source,
    };
    let temporary = temporary_beside(path).map_err(named)?;
    let written = write_synced(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if let Err(source) = written {
        // The first failure is the one to report; the leftover may not even exist.
        let _ = fs::remove_file(&temporary);
        return Err(named(source));
    }
    sync_directory(path).map_err(named)
}

fn temporary_beside(path: &Path) -> io::Result<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path has no file name"))?;
    let mut temporary = OsString::from(".");
    temporary.push(name);
    temporary.push(format!(
        ".{}-{}.tmp",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    ));
    Ok(path.with_file_name(temporary))
}

/// Whether a file of this name was being written by [`write_atomically`] when its process ended: `.NAME.PID-N.tmp`.
///
/// ```
/// assert!(decay_data::is_temporary(".run.json.812-3.tmp".as_ref()));
/// assert!(!decay_data::is_temporary("run.json".as_ref()));
/// ```
pub fn is_temporary(name: &OsStr) -> bool {
    let parts = name.to_str().and_then(|name| {
        let (_, numbers) = name
            .strip_prefix('.')?
            .strip_suffix(".tmp")?
            .rsplit_once('.')?;
        numbers.split_once('-')
    });
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    parts.is_some_and(|(process, count)| is_number(process) && is_number(count))
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes the rename itself durable.
#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}
