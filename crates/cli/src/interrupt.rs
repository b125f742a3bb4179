//! Ctrl-C, SIGTERM and SIGHUP: while a run can be kept, the first asks it to stop in good order; any other ends the program.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::output;
use crate::terminal::modes::put_back;
use decay::Error;
use decay_data::between_writes;

/// Asks what is at work to stop.
static STOP: AtomicBool = AtomicBool::new(false);
/// Whether there is something to be kept.
static KEEPING: AtomicBool = AtomicBool::new(false);

/// What shells add to the number of the signal that ended a program.
const ENDED_BY: i32 = 128;
/// For the file that is being written when the program ends.
const PATIENCE: Duration = Duration::from_millis(500);

/// The flag that a signal sets.
pub(crate) fn flag() -> &'static AtomicBool {
    &STOP
}

/// From here on a first signal asks to stop in good order, since a run or a set of files would be left in halves.
pub(crate) fn keep() {
    KEEPING.store(true, Ordering::SeqCst);
}

fn stop(signal: i32) {
    if KEEPING.load(Ordering::SeqCst) && !STOP.swap(true, Ordering::SeqCst) {
        output::note("stopping; press Ctrl-C again to end at once");
        return;
    }
    put_back();
    between_writes(PATIENCE, || std::process::exit(ENDED_BY + signal));
}

/// Listens for the signals; to be called before any other thread begins, since threads inherit who listens.
///
/// One that is ignored, as `nohup` does with SIGHUP, stays so.
///
/// # Errors
/// [`Error::File`] if the system does not allow it.
#[cfg(unix)]
pub(crate) fn listen() -> Result<(), Error> {
    use nix::sys::signal::{SigSet, Signal};

    let ignored = ignored();
    let listened = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];
    let is_listened = |signal: &Signal| ignored >> (*signal as u64 - 1) & 1 == 0;
    let signals: SigSet = listened.into_iter().filter(is_listened).collect();
    signals
        .thread_block()
        .map_err(|errno| failed(errno.into()))?;
    let wait = move || {
        while let Ok(signal) = signals.wait() {
            stop(signal as i32);
        }
    };
    let thread = std::thread::Builder::new().name("signals".into());
    thread.spawn(wait).map(drop).map_err(failed)
}

/// A bit for each signal that is ignored, the first for signal 1; known on Linux alone, where a signal is kept for who waits even if it
/// is to be ignored.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

/// Listens for Ctrl-C.
///
/// # Errors
/// [`Error::File`] if the system does not allow it.
#[cfg(not(unix))]
pub(crate) fn listen() -> Result<(), Error> {
    const CTRL_C: i32 = 2;
    ctrlc::set_handler(|| stop(CTRL_C)).map_err(|error| failed(std::io::Error::other(error)))
}

fn failed(source: std::io::Error) -> Error {
    Error::file(std::path::Path::new("Ctrl-C"), "listened for", source)
}
