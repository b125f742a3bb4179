//! What a user sees while models are audited.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::output;

/// The part at work, with its share on a terminal; nothing if quiet.
pub(crate) struct AuditProgress {
    bar: Option<ProgressBar>,
    lines: bool,
}

impl AuditProgress {
    pub(crate) fn new(quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = (terminal && !quiet).then(|| {
            let bar =
                ProgressBar::with_draw_target(Some(100), ProgressDrawTarget::stderr_with_hz(10));
            let style = ProgressStyle::with_template("audit: {msg}  {bar:16}  {pos} %");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self {
            bar,
            lines: !terminal && !quiet,
        }
    }

    /// The next part begins.
    pub(crate) fn part(&self, name: &'static str) {
        if let Some(bar) = &self.bar {
            bar.set_message(name);
            bar.set_position(0);
        }
        if self.lines {
            output::note(&format!("audit: {name}"));
        }
    }

    /// So much of an attack is done.
    pub(crate) fn note(&self, share: f64) {
        if let Some(bar) = &self.bar {
            bar.set_position((100.0 * share) as u64);
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
