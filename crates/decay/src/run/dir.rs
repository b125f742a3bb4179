//! The directory of one run: made, locked, written whole or not at all.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use decay_data::{sha256_hex, write_atomically};

use super::debris::sweep_temporaries;
use super::record::{CONFIG, RECORD};
use crate::clock::UtcTime;
use crate::error::Error;

const LOCK: &str = ".lock";
/// Where the engine keeps its checkpoints.
pub(crate) const CHECKPOINTS: &str = "checkpoint";
/// What a run writes into its directory beside `run.json`: where one of these is and no run was, it belongs to somebody else.
const WRITES: [&str; 26] = [
    CONFIG,
    CHECKPOINTS,
    "history.csv",
    "members.csv",
    "surface.csv",
    "diagnostics.csv",
    "selection.json",
    "audit.json",
    "detection.csv",
    "corruptions.csv",
    "robustness.csv",
    "classes.csv",
    "confusion.csv",
    "labels.csv",
    "importance.csv",
    "mistakes.csv",
    "subgroups.csv",
    "population.csv",
    "population.json",
    "population",
    "model.json",
    "model.safetensors",
    "refits",
    "audited",
    "report.json",
    "report.html",
];

/// A run directory that no other process uses while this value lives.
#[derive(Debug)]
pub(crate) struct RunDir {
    path: PathBuf,
    /// The directory and those around it, as far as they are new and may be removed again; inner ones come first.
    created: Vec<PathBuf>,
    lock: File,
    /// SHA-256 of every file that has been written, by name.
    digests: Mutex<BTreeMap<String, String>>,
}

impl RunDir {
    /// Makes a directory and locks it; one that holds a run is for `resume` alone, one with files of such names of somebody else for nobody.
    ///
    /// A run has begun once its `run.json` is there: what one left that was killed before is no run, and is written over.
    pub(crate) fn open(path: &Path, resume: bool) -> Result<Self, Error> {
        if path.as_os_str().is_empty() {
            return Err(Error::Setting(
                "run.out must name a directory, got ''".into(),
            ));
        }
        let a_run_was_here = path.join(LOCK).exists() || path.join(RECORD).exists();
        let foreign = WRITES.iter().find(|name| path.join(name).exists());
        if let Some(name) = foreign.filter(|_| !a_run_was_here) {
            return Err(Error::Foreign {
                path: path.to_owned(),
                name,
            });
        }
        let dir = Self::lock(path.to_owned())?;
        if !resume && path.join(RECORD).exists() {
            return Err(Error::Occupied(path.to_owned()));
        }
        Ok(dir)
    }

    /// Removes what a run that has finished no longer needs, if it was killed before it could do so itself.
    pub(crate) fn sweep_finished(path: &Path) -> Result<(), Error> {
        Self::lock(path.to_owned())?.drop_checkpoints()
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
            Ok(()) => {
                sweep_temporaries(&path);
                Ok(Self {
                    path,
                    created,
                    lock,
                    digests: Mutex::default(),
                })
            }
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
        write_atomically(&path, bytes)?;
        self.note(name, bytes);
        Ok(())
    }

    /// Notes the digest of a file that is there already.
    pub(crate) fn note(&self, name: &str, bytes: &[u8]) {
        let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        digests.insert(name.to_owned(), sha256_hex(bytes));
    }

    /// SHA-256 of every file that has been written, but `run.json`, by name.
    pub(crate) fn digests(&self) -> BTreeMap<String, String> {
        let digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
        let mut digests = digests.clone();
        digests.remove(RECORD);
        digests
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
        for file in self.digests().keys().map(String::as_str).chain([RECORD]) {
            // What cannot be removed was not there, or is reported by the failure that led here.
            let _ = fs::remove_file(self.join(file));
        }
        for folder in ["refits", "audited/refits", "audited", "population"] {
            let _ = fs::remove_dir(self.join(folder));
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
        dir.write("audited/refits/1.safetensors", b"").unwrap();
        assert!(dir.discard_unless_resumable().is_none());
        assert!(!path.exists());
        let dir = RunDir::open(&path, false).unwrap();
        dir.write("checkpoint/sweep/1", b"").unwrap();
        assert!(dir.discard_unless_resumable().is_some());
        assert!(path.join("checkpoint/sweep/1").exists());
    }

    #[test]
    fn what_is_not_of_a_run_stays_and_what_a_killed_one_left_does_not_matter() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("mine");
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("report.html"), "mine").unwrap();
        let error = RunDir::open(&path, false).unwrap_err();
        assert!(
            error.is_input() && error.to_string().contains("report.html"),
            "{error}"
        );
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), 1);
        let error = RunDir::open("".as_ref(), false).unwrap_err();
        assert!(error.to_string().contains("run.out"), "{error}");
        // Killed between its two first files.
        let path = parent.path().join("killed");
        let killed = RunDir::open(&path, false).unwrap();
        killed.write("config.toml", b"").unwrap();
        std::fs::write(path.join(".run.json.7-0.tmp"), "").unwrap();
        drop(killed);
        let again = RunDir::open(&path, false).unwrap();
        assert!(!path.join(".run.json.7-0.tmp").exists());
        again.write("run.json", b"{}").unwrap();
        assert_eq!(
            again.digests().keys().collect::<Vec<_>>(),
            Vec::<&String>::new()
        );
    }

    #[test]
    fn names_fit_any_file_system() {
        assert_eq!(file_name("a b/c:ü"), "a-b-c-ü");
        assert_eq!(file_name(""), "run");
    }
}
