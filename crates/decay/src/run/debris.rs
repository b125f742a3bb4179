//! What a run that was killed may leave in its directory, and what is swept there.

use std::fs;
use std::path::Path;

use decay_data::is_temporary;

use super::CHECKPOINTS;

/// Folders that a run writes to, the directory itself among them.
const FOLDERS: [&str; 5] = ["", "refits", "audited", "audited/refits", "population"];

/// Removes files that were being written when a run was killed. Whoever calls it holds the directory's lock.
pub(super) fn sweep_temporaries(run: &Path) {
    let stages = fs::read_dir(run.join(CHECKPOINTS)).into_iter().flatten();
    let stages = stages.flatten().map(|stage| stage.path());
    let folders = FOLDERS.iter().map(|folder| run.join(folder)).chain(stages);
    for folder in folders {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| is_temporary(&entry.file_name())) {
            // What cannot be removed does no harm, and is tried again next time.
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sweep_temporaries;

    #[test]
    fn only_what_a_run_was_writing_is_swept() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "").unwrap();
            path
        };
        let swept = [
            ".run.json.812-0.tmp",
            "audited/refits/.1.safetensors.9-12.tmp",
            "checkpoint/sweep-2/.000012.safetensors.1-1.tmp",
        ]
        .map(write);
        let kept = ["run.json", ".notes.tmp", "x.12-1.tmp", "mine/.a.1-1.tmp"].map(write);
        sweep_temporaries(dir.path());
        assert!(swept.iter().all(|path| !path.exists()));
        assert!(kept.iter().all(|path| path.exists()));
    }
}
