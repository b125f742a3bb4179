//! Ctrl-C: the first asks the run to stop at a checkpoint, the second ends the program.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::output;
use decay::Error;

static CANCEL: AtomicBool = AtomicBool::new(false);

/// Exit status of a program that SIGINT ended, as shells report it.
const ENDED_BY_INTERRUPT: i32 = 130;

/// Listens for Ctrl-C and returns the flag that it sets.
pub(crate) fn listen() -> Result<&'static AtomicBool, Error> {
    let handler = || {
        if CANCEL.swap(true, Ordering::SeqCst) {
            std::process::exit(ENDED_BY_INTERRUPT);
        }
        output::note("stopping; press Ctrl-C again to end at once");
    };
    ctrlc::set_handler(handler).map_err(|error| {
        let source = std::io::Error::other(error);
        Error::file(Path::new("Ctrl-C"), "listened for", source)
    })?;
    Ok(&CANCEL)
}
