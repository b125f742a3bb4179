//! Files that are either whole or absent.

use std::ffi::{OsStr, OsString};
#[cfg(unix)]
use std::fs::File;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock, TryLockError};
use std::time::{Duration, Instant};

use crate::{DataError, Result};

/// Held by those who write; see [`between_writes`].
static WRITING: RwLock<()> = RwLock::new(());

/// What is about to be done to a file.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteStep {
    /// The temporary file is made.
    Open,
    /// It takes the bytes.
    Write,
    /// It is brought to the disk.
    Sync,
    /// It takes the place of the old file.
    Rename,
    /// The new name is brought to the disk.
    SyncDirectory,
}

type Hook = dyn Fn(WriteStep, &Path) -> io::Result<()> + Send + Sync;

static HOOK: OnceLock<Box<Hook>> = OnceLock::new();

/// Calls `hook` before each step of every file that is written from now on; its error is taken for the system's.
///
/// For tests, which cannot fill a disk or cut the power; without a hook a step costs one load. Only the first hook counts.
#[doc(hidden)]
pub fn before_each_write_step(
    hook: impl Fn(WriteStep, &Path) -> io::Result<()> + Send + Sync + 'static,
) {
    // Tests that set two would see that the second is never called.
    let _ = HOOK.set(Box::new(hook));
}

fn before(step: WriteStep, path: &Path) -> io::Result<()> {
    HOOK.get().map_or(Ok(()), |hook| hook(step, path))
}

/// Calls `then` while no file is being written, so that a program that ends in it leaves no temporary file; a write that takes longer
/// than `patience` is not waited for.
pub fn between_writes<T>(patience: Duration, then: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let _nobody_writes = loop {
        match WRITING.try_write() {
            Ok(lock) => break Some(lock),
            Err(TryLockError::Poisoned(poison)) => break Some(poison.into_inner()),
            Err(TryLockError::WouldBlock) if began.elapsed() >= patience => break None,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    then()
}

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
    let _writing = WRITING.read().unwrap_or_else(PoisonError::into_inner);
    let temporary = temporary_beside(path).map_err(named)?;
    let written = write_synced(&temporary, bytes)
        .and_then(|()| before(WriteStep::Rename, path))
        .and_then(|()| fs::rename(&temporary, path));
    if let Err(source) = written {
        // The first failure is the one to report; the leftover may not even exist.
        let _ = fs::remove_file(&temporary);
        return Err(named(source));
    }
    before(WriteStep::SyncDirectory, path)
        .and_then(|()| sync_directory(path))
        .map_err(named)
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
    before(WriteStep::Open, path)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    before(WriteStep::Write, path)?;
    file.write_all(bytes)?;
    before(WriteStep::Sync, path)?;
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
