//! What a user sees while members train.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use decay_train::Event;
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::io::IsTerminal;

use crate::output;

/// Time between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// A bar on a terminal, a line now and then elsewhere, nothing if quiet.
pub(crate) struct Progress {
    what: String,
    epochs: u32,
    start: Instant,
    total: AtomicU64,
    done: AtomicU64,
    epoch: AtomicU32,
    bar: Option<ProgressBar>,
    /// When the last line was printed; `None` prints none.
    last_line: Option<Mutex<Instant>>,
}

impl Progress {
    /// For `members` models over `epochs` epochs.
    pub(crate) fn new(what: &str, members: usize, epochs: u32, quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = (terminal && !quiet).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            bar.set_style(style());
            bar.set_prefix(format!("{what}, {members} members"));
            bar
        });
        Self {
            what: format!("{what}, {members} members"),
            epochs,
            start: Instant::now(),
            total: AtomicU64::new(0),
            done: AtomicU64::new(0),
            epoch: AtomicU32::new(0),
            bar,
            last_line: (!terminal && !quiet).then(|| Mutex::new(Instant::now())),
        }
    }

    /// Takes note of what the engine did.
    pub(crate) fn note(&self, event: Event) {
        match event {
            Event::Started { total_steps } => {
                self.total.store(total_steps, Ordering::Relaxed);
                if let Some(bar) = &self.bar {
                    bar.set_length(total_steps);
                    bar.set_message(format!("epoch 1/{}", self.epochs));
                }
            }
            Event::Resumed { epoch, lost } => {
                if let Some(reason) = lost {
                    self.say(&format!(
                        "going back to the checkpoint of epoch {epoch}: {reason}"
                    ));
                }
                self.at_epoch(epoch);
            }
            Event::Stepped { members } => {
                self.done.fetch_add(members as u64, Ordering::Relaxed);
                if let Some(bar) = &self.bar {
                    bar.inc(members as u64);
                }
            }
            Event::Epoch { epoch } => {
                self.at_epoch(epoch);
                self.line();
            }
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn at_epoch(&self, epoch: u32) {
        self.epoch.store(epoch, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.set_message(format!(
                "epoch {}/{}",
                (epoch + 1).min(self.epochs),
                self.epochs
            ));
        }
    }

    fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| output::note(line)),
            None => output::note(line),
        }
    }

    /// A plain line, if the last one is long ago.
    fn line(&self) {
        let Some(last) = &self.last_line else {
            return;
        };
        let Ok(mut last) = last.try_lock() else {
            return;
        };
        if last.elapsed() < BETWEEN_LINES {
            return;
        }
        *last = Instant::now();
        let (done, total) = (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        );
        let rate = done as f64 / self.start.elapsed().as_secs_f64().max(1e-9);
        let left = Duration::from_secs_f64(total.saturating_sub(done) as f64 / rate.max(1e-9));
        output::note(&format!(
            "{}: epoch {}/{}, {rate:.0} steps/s, {} left",
            self.what,
            self.epoch.load(Ordering::Relaxed),
            self.epochs,
            HumanDuration(left)
        ));
    }
}

fn style() -> ProgressStyle {
    // Fits a terminal of 80 columns.
    let template = "{prefix}  {bar:16}  {msg}  {rate}  {eta} left";
    let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{:.0} steps/s", state.per_sec());
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("rate", rate)
}
