//! The threads that readers and statistics share.

use std::error::Error;
use std::sync::OnceLock;

use rayon::ThreadPoolBuilder;

use crate::{DataError, Result};

/// Starts the threads that readers and statistics share, one for each core, unless they run.
///
/// Otherwise they are started by whoever needs them first, who has no way to say that the system allows no more.
///
/// # Errors
/// [`DataError::Threads`].
pub fn start_threads() -> Result<()> {
    static STARTED: OnceLock<Option<(usize, String)>> = OnceLock::new();
    let refused = STARTED.get_or_init(|| {
        let error = ThreadPoolBuilder::new().build_global().err()?;
        // Without a source it only says that the threads run.
        let source = error.source()?;
        let asked = std::env::var("RAYON_NUM_THREADS").ok();
        let asked = asked.and_then(|number| number.parse().ok());
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = asked.filter(|&number| number > 0).unwrap_or_else(cores);
        Some((threads, source.to_string()))
    });
    match refused {
        None => Ok(()),
        Some((threads, reason)) => Err(DataError::Threads {
            threads: *threads,
            reason: reason.clone(),
        }),
    }
}
