//! Whatever step of writing whatever file fails, the run says so in one sentence, and the next one ends with the same bytes.
//!
//! A test binary of its own: the hook behind [`before_each_write_step`] is one for the whole process.

use std::io;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use decay::audit::RunAudit;
use decay::prelude::*;
use decay_data::before_each_write_step;

/// Steps so far.
static STEPS: AtomicUsize = AtomicUsize::new(0);
/// The step that fails, counted from 1; none if 0.
static FAILS: AtomicUsize = AtomicUsize::new(0);
/// One test at a time.
static ONE: Mutex<()> = Mutex::new(());

/// How a step fails.
#[derive(Debug, Clone, Copy)]
enum Fault {
    /// "No space left on device", "Input/output error".
    Error(i32),
    /// The power is cut.
    Crash,
}

const FULL: Fault = Fault::Error(28);
const BROKEN: Fault = Fault::Error(5);
/// Where a child is told what to do, which step crashes, and where it works.
const CHILD: [&str; 3] = ["DECAY_TEST_WORK", "DECAY_TEST_CRASHES_AT", "DECAY_TEST_RUN"];

fn hook(fault: Fault) {
    before_each_write_step(move |_, _| {
        let step = STEPS.fetch_add(1, Ordering::SeqCst) + 1;
        match (FAILS.load(Ordering::SeqCst), fault) {
            (fails, _) if fails != step => Ok(()),
            (_, Fault::Crash) => std::process::abort(),
            (step, Fault::Error(_)) if step.is_multiple_of(2) => failing(BROKEN),
            (_, Fault::Error(_)) => failing(FULL),
        }
    });
}

fn failing(fault: Fault) -> io::Result<()> {
    match fault {
        Fault::Error(code) => Err(io::Error::from_raw_os_error(code)),
        Fault::Crash => Ok(()),
    }
}

fn data() -> Data {
    decay::read("embedded:wine").load().unwrap()
}

fn experiment(out: &Path) -> Experiment<'static> {
    Experiment::on(&data())
        .model(Mlp::hidden([4]))
        .train(TrainConfig {
            epochs: 2,
            batch: 32,
            lr: 0.01,
            ..TrainConfig::default()
        })
        .sweep(Hyper::Decay, log_range(0.1, 1.0, 2))
        .folds(2)
        .seeds(1)
        .refits(1)
        .audit(AuditSettings {
            attacks: Effort::None,
            certificates: false,
            ..AuditSettings::default()
        })
        .out(out)
}

/// Something that writes files.
struct Work {
    name: &'static str,
    /// Into a directory; whether it goes on with what is there.
    does: fn(&Path, bool) -> Result<(), Error>,
    /// What must come out the same.
    files: &'static [&'static str],
}

const TUNE: Work = Work {
    name: "tune",
    does: |out, resume| experiment(out).resume(resume).run().map(drop),
    files: &[
        "members.csv",
        "selection.json",
        "audit.json",
        "model.safetensors",
        "population.csv",
    ],
};
const FIT: Work = Work {
    name: "fit",
    does: |out, resume| experiment(out).rate(0.1).resume(resume).fit().map(drop),
    files: &["members.csv", "audit.json", "model.safetensors"],
};
/// Of the tune beside the directory.
const AUDIT: Work = Work {
    name: "audit",
    does: |out, _| {
        let run = out.with_file_name(TUNE.name);
        RunAudit::of(&run).measure()?.write(out)
    },
    files: &["audit.json", "classes.csv", "audit.html"],
};

fn same(whole: &Path, run: &Path, files: &[&str], step: usize) {
    for name in files {
        let [one, other] = [whole, run].map(|dir| std::fs::read(dir.join(name)));
        assert!(one.unwrap() == other.unwrap(), "step {step}: {name}");
    }
}

/// With a step that fails; how many steps there were.
fn with_fault<T>(step: usize, work: impl FnOnce() -> T) -> (T, usize) {
    STEPS.store(0, Ordering::SeqCst);
    FAILS.store(step, Ordering::SeqCst);
    let done = work();
    FAILS.store(0, Ordering::SeqCst);
    (done, STEPS.load(Ordering::SeqCst))
}

fn is_one_sentence(error: &Error, step: usize) {
    let words = error.sentence();
    assert!(
        !words.contains('\n') && !error.is_input() && !error.is_fault(),
        "step {step}: {words}"
    );
    let cause = ["No space left", "Input/output"]
        .iter()
        .any(|cause| words.contains(cause));
    assert!(
        cause && words.contains("cannot be written"),
        "step {step}: {words}"
    );
}

/// Goes on where it failed, or begins anew where nothing was left to go on with.
fn mend(run: &Path, work: &Work) {
    let record = std::fs::read_to_string(run.join("run.json")).unwrap_or_default();
    if record.contains("\"finished\"") {
        return;
    }
    // An audit is made anew over what is left of it.
    if record.is_empty() && run.exists() && work.name != AUDIT.name {
        std::fs::remove_dir_all(run).unwrap();
    }
    (work.does)(run, !record.is_empty()).unwrap();
}

#[test]
fn a_disk_that_fails_at_any_step_costs_a_sentence() {
    let _one = ONE.lock();
    hook(FULL);
    let place = tempfile::tempdir().unwrap();
    for work in [TUNE, FIT] {
        let whole = place.path().join(work.name);
        let (done, steps) = with_fault(0, || (work.does)(&whole, false));
        done.unwrap();
        assert!(steps > 40, "{steps}");
        for step in 1..=steps {
            let run = place.path().join(format!("{}-{step}", work.name));
            let (done, made) = with_fault(step, || (work.does)(&run, false));
            match done {
                Err(error) => is_one_sentence(&error, step),
                // The writer of checkpoints skips one now and then, so that there were fewer.
                Ok(_) => assert!(made < step, "step {step} failed unnoticed"),
            }
            mend(&run, &work);
            same(&whole, &run, work.files, step);
            let left = std::fs::read_dir(&run).unwrap().filter_map(Result::ok);
            let left: Vec<_> = left.map(|entry| entry.file_name()).collect();
            assert!(
                left.iter()
                    .all(|name| !name.to_string_lossy().ends_with(".tmp")),
                "{left:?}"
            );
            std::fs::remove_dir_all(&run).unwrap();
        }
    }

    let whole = place.path().join(AUDIT.name);
    let (done, steps) = with_fault(0, || (AUDIT.does)(&whole, false));
    done.unwrap();
    let out = place.path().join("again");
    for step in 1..=steps {
        let (done, _) = with_fault(step, || (AUDIT.does)(&out, false));
        is_one_sentence(&done.unwrap_err(), step);
    }
    (AUDIT.does)(&out, false).unwrap();
    same(&whole, &out, AUDIT.files, 0);
}

#[test]
fn a_crash_at_any_step_leaves_work_that_goes_on() {
    let _one = ONE.lock();
    let place = tempfile::tempdir().unwrap();
    for work in [TUNE, FIT, AUDIT] {
        let whole = place.path().join(work.name);
        (work.does)(&whole, false).unwrap();
        // Steps come in fives: this meets every kind.
        for step in (1..).step_by(6) {
            let run = place.path().join(step.to_string());
            let crashed = !is_done_by_child(work.name, step, &run);
            mend(&run, &work);
            same(&whole, &run, work.files, step);
            std::fs::remove_dir_all(&run).unwrap();
            if !crashed {
                assert!(step > 10, "{}, step {step}", work.name);
                break;
            }
        }
    }
}

/// Whether a process of its own has done it all; else it has crashed.
fn is_done_by_child(work: &str, step: usize, run: &Path) -> bool {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["child", "--exact", "--ignored"])
        .env(CHILD[0], work)
        .env(CHILD[1], step.to_string())
        .env(CHILD[2], run)
        .output()
        .unwrap();
    let done = child.status.success();
    assert!(done || child.status.code().is_none(), "{work}: {child:?}");
    done
}

/// What [`a_crash_at_any_step_leaves_work_that_goes_on`] starts.
#[test]
#[ignore = "a part of another test"]
fn child() {
    let [name, step, run] = CHILD.map(|name| std::env::var(name).unwrap_or_default());
    let works = [TUNE, FIT, AUDIT];
    let Some(work) = works.into_iter().find(|work| work.name == name) else {
        return;
    };
    hook(Fault::Crash);
    let (done, _) = with_fault(step.parse().unwrap(), || (work.does)(run.as_ref(), false));
    done.unwrap();
}
