//! Counting what a piece of work asks of a device.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cubecl::logging::{LaunchObservation, LaunchObserver};

/// Counts the kernels that the whole process launches while it lives.
///
/// One counter at a time sees launches: a second one takes over from the first until it is dropped.
#[must_use = "counting ends when the counter is dropped"]
pub struct Launches {
    seen: Arc<Seen>,
    _observation: LaunchObservation,
}

#[derive(Default)]
struct Seen(AtomicUsize);

impl LaunchObserver for Seen {
    fn launched(&self, _kernel: &'static str) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Launches {
    /// Starts counting.
    pub fn watch() -> Self {
        let seen = Arc::new(Seen::default());
        Self {
            _observation: LaunchObservation::new(seen.clone()),
            seen,
        }
    }

    /// All launches so far.
    pub fn total(&self) -> usize {
        self.seen.0.load(Ordering::Relaxed)
    }
}
