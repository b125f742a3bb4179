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
/// Where a child is told which step crashes, and where it works.
const CHILD: [&str; 2] = ["DECAY_TEST_CRASHES_AT", "DECAY_TEST_RUN"];

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

const TUNE: [&str; 5] = [
    "members.csv",
    "selection.json",
    "audit.json",
    "model.safetensors",
    "population.csv",
];
const FIT: [&str; 3] = ["members.csv", "audit.json", "model.safetensors"];

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
fn mend(run: &Path, goes: impl Fn(bool) -> Result<Outcome, Error>) {
    let record = std::fs::read_to_string(run.join("run.json")).unwrap_or_default();
    if record.contains("\"finished\"") {
        return;
    }
    if record.is_empty() && run.exists() {
        std::fs::remove_dir_all(run).unwrap();
    }
    goes(!record.is_empty()).unwrap();
}

#[test]
fn a_disk_that_fails_at_any_step_costs_a_sentence() {
    let _one = ONE.lock();
    hook(FULL);
    let place = tempfile::tempdir().unwrap();
    type Work = fn(&Path, bool) -> Result<Outcome, Error>;
    let tune: Work = |out, resume| experiment(out).resume(resume).run();
    let fit: Work = |out, resume| experiment(out).rate(0.1).resume(resume).fit();
    for (kind, work, files) in [("tune", tune, &TUNE[..]), ("fit", fit, &FIT[..])] {
        let whole = place.path().join(kind);
        let (done, steps) = with_fault(0, || work(&whole, false));
        done.unwrap();
        assert!(steps > 40, "{steps}");
        for step in 1..=steps {
            let run = place.path().join(format!("{kind}-{step}"));
            let (done, made) = with_fault(step, || work(&run, false));
            match done {
                Err(error) => is_one_sentence(&error, step),
                // The writer of checkpoints skips one now and then, so that there were fewer.
                Ok(_) => assert!(made < step, "step {step} failed unnoticed"),
            }
            mend(&run, |resume| work(&run, resume));
            same(&whole, &run, files, step);
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

    let run = place.path().join("tune");
    let write = |out: &Path| {
        RunAudit::of(&run)
            .measure()
            .and_then(|audit| audit.write(out))
    };
    let whole = place.path().join("audit");
    let (done, steps) = with_fault(0, || write(&whole));
    done.unwrap();
    let out = place.path().join("again");
    for step in 1..=steps {
        let (done, _) = with_fault(step, || write(&out));
        is_one_sentence(&done.unwrap_err(), step);
    }
    write(&out).unwrap();
    same(&whole, &out, &["audit.json"], 0);
}

#[test]
fn a_crash_at_any_step_leaves_a_run_that_goes_on() {
    let _one = ONE.lock();
    let place = tempfile::tempdir().unwrap();
    let whole = place.path().join("whole");
    experiment(&whole).run().unwrap();
    // Steps come in fives: this meets every kind.
    for step in (1..).step_by(6) {
        let run = place.path().join(step.to_string());
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["child", "--exact", "--ignored"])
            .envs([
                (CHILD[0], step.to_string().as_ref()),
                (CHILD[1], run.as_os_str()),
            ])
            .output()
            .unwrap();
        let crashed = child.status.code().is_none();
        mend(&run, |resume| experiment(&run).resume(resume).run());
        same(&whole, &run, &TUNE, step);
        if !crashed {
            assert!(child.status.success() && step > 40, "step {step}");
            break;
        }
        std::fs::remove_dir_all(&run).unwrap();
    }
}

/// What [`a_crash_at_any_step_leaves_a_run_that_goes_on`] starts.
#[test]
#[ignore = "a part of another test"]
fn child() {
    let [step, run] = CHILD.map(std::env::var);
    let (Ok(step), Ok(run)) = (step, run) else {
        return;
    };
    hook(Fault::Crash);
    let (done, _) = with_fault(step.parse().unwrap(), || experiment(Path::new(&run)).run());
    done.unwrap();
}
