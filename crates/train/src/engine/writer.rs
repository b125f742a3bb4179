//! Writes checkpoints beside the training.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;

use crate::engine::progress::Progress;
use crate::error::TrainError;

/// A thread that writes the newest progress it was given.
///
/// Training never waits for the disk: where a write takes longer than an epoch, the epochs between are skipped. [`Writer::finish`]
/// waits until the newest one is safe, so that an interruption in good order loses nothing.
pub(crate) struct Writer {
    desk: Arc<Desk>,
    thread: JoinHandle<Result<(), TrainError>>,
}

#[derive(Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    newest: Option<Progress>,
    closed: bool,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state
            .lock()
            .unwrap_or_else(|poison| poison.into_inner())
    }

    /// The newest progress that is not written; `None` when there is none and none will come.
    fn take(&self) -> Option<Progress> {
        let waits = |state: &mut State| state.newest.is_none() && !state.closed;
        let mut state = self
            .changed
            .wait_while(self.lock(), waits)
            .unwrap_or_else(|poison| poison.into_inner());
        state.newest.take()
    }
}

impl Writer {
    pub(crate) fn start(dir: &Path) -> Self {
        let desk = Arc::new(Desk::default());
        let (at_desk, dir) = (Arc::clone(&desk), dir.to_owned());
        let thread = std::thread::spawn(move || {
            while let Some(progress) = at_desk.take() {
                progress.write(&dir)?;
            }
            Ok(())
        });
        Self { desk, thread }
    }

    /// Hands over the progress of an epoch.
    pub(crate) fn submit(&self, progress: Progress) {
        self.desk.lock().newest = Some(progress);
        self.desk.changed.notify_one();
    }

    /// Whether a write failed; [`Writer::finish`] tells why.
    pub(crate) fn has_failed(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits until everything is written.
    pub(crate) fn finish(self) -> Result<(), TrainError> {
        self.desk.lock().closed = true;
        self.desk.changed.notify_one();
        match self.thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}
