//! Counting what a piece of work asks of a device.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

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
struct Seen(Mutex<BTreeMap<&'static str, usize>>);

impl LaunchObserver for Seen {
    fn launched(&self, kernel: &'static str) {
        *self.counts().entry(kernel).or_default() += 1;
    }
}

impl Seen {
    fn counts(&self) -> std::sync::MutexGuard<'_, BTreeMap<&'static str, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Launches so far, by the name of the kernel.
    pub fn by_kernel(&self) -> BTreeMap<&'static str, usize> {
        self.seen.counts().clone()
    }

    /// All launches so far.
    pub fn total(&self) -> usize {
        self.seen.counts().values().sum()
    }
}
