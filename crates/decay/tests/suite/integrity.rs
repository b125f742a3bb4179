//! Damaged files of runs: refused, or without any effect.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use decay::audit::RunAudit;
use decay::prelude::*;

use crate::experiment::{file, quick, wine};

/// Every file below a directory, in an order of its own.
fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(files_below(&path)),
            false => all.push(path),
        }
    }
    all.retain(|path| path.metadata().unwrap().len() > 0);
    all.sort();
    all
}

/// SplitMix64 (Steele et al. 2014).
struct Draws(u64);

impl Draws {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end as u64) as usize
    }

    /// Makes one byte another one.
    fn flip(&mut self, bytes: &mut [u8]) {
        let place = self.below(bytes.len());
        bytes[place] ^= 1 + self.below(255) as u8;
    }
}

/// Calls `see` with every one of these files in turn, a byte of which is another one, and mends it again.
fn flipped(files: &[PathBuf], times: usize, mut see: impl FnMut(&Path)) {
    let mut draws = Draws(7);
    for time in 0..times {
        let path = &files[time % files.len()];
        let whole = std::fs::read(path).unwrap();
        let mut damaged = whole.clone();
        draws.flip(&mut damaged);
        std::fs::write(path, &damaged).unwrap();
        see(path);
        std::fs::write(path, &whole).unwrap();
    }
}

fn kept(data: &Data, run: &Path) {
    let audit = AuditSettings {
        attacks: Effort::None,
        certificates: false,
        ..AuditSettings::default()
    };
    quick(data)
        .keep_population(true)
        .audit(audit)
        .out(run)
        .run()
        .unwrap();
}

/// 500 flips over all files of a run.
#[test]
fn a_flipped_byte_changes_no_prediction() {
    let (data, parent) = (wine(), tempfile::tempdir().unwrap());
    let run = parent.path().join("run");
    kept(&data, &run);
    let models = [run.clone(), run.join("audited")];
    let answers = |dir: &PathBuf| Model::open(dir)?.predict("embedded:wine");
    let whole = models.each_ref().map(|dir| answers(dir).unwrap());
    let files = files_below(&run);
    let mut refused = 0;
    flipped(&files, 500, |path| {
        for (dir, whole) in models.iter().zip(&whole) {
            match answers(dir) {
                Ok(answers) => assert_eq!(answers, *whole, "{}", path.display()),
                Err(error) => {
                    assert!(error.is_input(), "{}", error.sentence());
                    refused += 1;
                }
            }
        }
    });
    // A file of weights or a description in each of them, of more than twenty files.
    assert!(refused > 50, "{refused} of 500");
}

/// The rows that a run held out, its settings, its population and the record of its sweep.
#[test]
fn a_flipped_byte_changes_no_audit() {
    let (data, parent) = (wine(), tempfile::tempdir().unwrap());
    let run = parent.path().join("run");
    kept(&data, &run);
    let whole = RunAudit::of(&run).measure().unwrap();
    let all = files_below(&run);
    let read = |path: &&PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap();
        let names = [
            "config.toml",
            "run.json",
            "report.json",
            "population.json",
            "model.json",
        ];
        names.contains(&name) || name.ends_with(".safetensors")
    };
    let files: Vec<PathBuf> = all.iter().filter(read).cloned().collect();
    flipped(&files, 2 * files.len(), |path| {
        match RunAudit::of(&run).measure() {
            Ok(audit) => assert_eq!(audit.metrics(), whole.metrics(), "{}", path.display()),
            Err(error) => assert!(error.is_input(), "{}", error.sentence()),
        }
    });
}

/// What is resumed ends as it would have ended, or is refused.
#[test]
fn a_flipped_byte_changes_no_resumed_run() {
    let (data, parent) = (wine(), tempfile::tempdir().unwrap());
    let whole = parent.path().join("whole");
    quick(&data).out(&whole).run().unwrap();
    let stop = |run: &Path| {
        let flag = AtomicBool::new(false);
        let interrupted = quick(&data).out(run).cancel(&flag).observe(|event| {
            if matches!(event, Event::Progress(progress) if progress.epoch >= 3) {
                flag.store(true, Ordering::SeqCst);
            }
        });
        assert!(matches!(
            interrupted.run().err(),
            Some(Error::Interrupted { .. })
        ));
    };
    let mut draws = Draws(8);
    let mut seen = 0;
    for time in 0..12 {
        let run = parent.path().join(time.to_string());
        stop(&run);
        // Settings, record, checkpoints; how many of those there are is a matter of time.
        let files = files_below(&run);
        let path = &files[time % files.len()];
        seen += usize::from(path.starts_with(run.join("checkpoint")));
        let mut bytes = std::fs::read(path).unwrap();
        draws.flip(&mut bytes);
        std::fs::write(path, bytes).unwrap();
        match quick(&data).out(&run).resume(true).run() {
            Ok(_) => {
                for name in ["model.safetensors", "selection.json", "audit.json"] {
                    assert!(file(&whole, name) == file(&run, name), "{}", run.display());
                }
            }
            Err(error) => {
                let sentence = error.sentence();
                assert!(error.is_input(), "{}: {sentence}", path.display());
            }
        }
    }
    assert!(seen > 0, "no checkpoint was flipped");
}
