//! The directory of one run: made, locked, written whole or not at all.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use decay_data::write_atomically;

use crate::clock::UtcTime;
use crate::error::Error;

const LOCK: &str = ".lock";
/// Where the engine keeps its checkpoints.
pub(crate) const CHECKPOINTS: &str = "checkpoint";
/// Files that only a run writes: a directory that has one of them belongs to a run.
const OWN: [&str; 6] = [
    "run.json",
    "config.toml",
    "members.csv",
    "model.json",
    "report.json",
    CHECKPOINTS,
];

/// A run directory that no other process uses while this value lives.
#[derive(Debug)]
pub(crate) struct RunDir {
    path: PathBuf,
    /// The directory and those around it, as far as they are new and may be removed again; inner ones come first.
    created: Vec<PathBuf>,
    lock: File,
}

impl RunDir {
    /// Makes a directory and locks it; one that holds a run is for `resume` alone.
    pub(crate) fn open(path: &Path, resume: bool) -> Result<Self, Error> {
        let dir = Self::lock(path.to_owned())?;
        if !resume && OWN.iter().any(|file| dir.join(file).exists()) {
            return Err(Error::Occupied(path.to_owned()));
        }
        Ok(dir)
    }

    /// Makes `PARENT/TIME-NAME` and locks it.
    pub(crate) fn new_under(parent: &Path, name: &str) -> Result<Self, Error> {
        let stem = format!("{}-{}", UtcTime::now().compact(), file_name(name));
        let mut path = parent.join(&stem);
        for suffix in 2.. {
            if !path.exists() {
                break;
            }
            path = parent.join(format!("{stem}-{suffix}"));
        }
        Self::lock(path)
    }

    fn lock(path: PathBuf) -> Result<Self, Error> {
        let created = path.ancestors().take_while(|dir| !dir.exists());
        let created = created.map(Path::to_owned).collect();
        fs::create_dir_all(&path).map_err(|error| Error::file(&path, "created", error))?;
        let lock_path = path.join(LOCK);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|error| Error::file(&path, "written to", error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path,
                created,
                lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::Busy(path)),
            Err(TryLockError::Error(error)) => Err(Error::file(&lock_path, "locked", error)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A file or folder inside.
    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file so that it is whole or absent.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| Error::file(parent, "created", error))?;
        }
        Ok(write_atomically(&path, bytes)?)
    }

    /// Removes the checkpoints of a finished run: its weights are in the model files.
    pub(crate) fn drop_checkpoints(&self) -> Result<(), Error> {
        let path = self.join(CHECKPOINTS);
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::file(&path, "removed", error))
            }
            _ => Ok(()),
        }
    }

    /// Whether a run has left checkpoints here.
    pub(crate) fn is_resumable(&self) -> bool {
        let checkpoints = fs::read_dir(self.join(CHECKPOINTS));
        checkpoints.is_ok_and(|mut files| files.next().is_some())
    }

    /// Removes what a run left that failed before its first checkpoint; otherwise gives the directory back.
    pub(crate) fn discard_unless_resumable(self) -> Option<Self> {
        if self.is_resumable() {
            return Some(self);
        }
        for file in OWN {
            // What cannot be removed was not there, or is reported by the failure that led here.
            let _ = fs::remove_file(self.join(file));
        }
        let _ = fs::remove_dir(self.join(CHECKPOINTS));
        let _ = fs::remove_file(self.join(LOCK));
        for dir in &self.created {
            let _ = fs::remove_dir(dir);
        }
        drop(self.lock);
        None
    }
}

/// A name without what file systems object to.
fn file_name(name: &str) -> String {
    let plain = |c: char| match c {
        c if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') => c,
        _ => '-',
    };
    let name: String = name.chars().map(plain).take(60).collect();
    if name.is_empty() { "run".into() } else { name }
}

#[cfg(test)]
mod tests {
    use super::{Error, RunDir, file_name};

    #[test]
    fn a_directory_serves_one_run_at_a_time_and_one_run_in_all() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        let first = RunDir::open(&path, false).unwrap();
        let error = RunDir::open(&path, true).unwrap_err();
        assert!(matches!(error, Error::Busy(_)), "{error}");
        first.write("run.json", b"{}").unwrap();
        drop(first);
        let error = RunDir::open(&path, false).unwrap_err();
        assert!(error.is_input());
        assert!(matches!(error, Error::Occupied(_)), "{error}");
        RunDir::open(&path, true).unwrap();
    }

    #[test]
    fn a_run_that_failed_at_once_leaves_nothing_and_one_with_checkpoints_stays() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("run");
        let dir = RunDir::open(&path, false).unwrap();
        dir.write("run.json", b"{}").unwrap();
        assert!(dir.discard_unless_resumable().is_none());
        assert!(!path.exists());
        let dir = RunDir::open(&path, false).unwrap();
        dir.write("checkpoint/sweep/1", b"").unwrap();
        assert!(dir.discard_unless_resumable().is_some());
        assert!(path.join("checkpoint/sweep/1").exists());
    }

    #[test]
    fn names_fit_any_file_system() {
        assert_eq!(file_name("a b/c:ü"), "a-b-c-ü");
        assert_eq!(file_name(""), "run");
    }
}
