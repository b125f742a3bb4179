//! What a user sees of a run: bars on a terminal, a line now and then elsewhere, tables, and nothing if quiet.

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use decay::{Event, Progress};
use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::output;

/// Time between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Shows events.
pub(crate) struct Terminal {
    quiet: bool,
    /// Whether bars can be drawn.
    bars: bool,
    now: Mutex<Now>,
}

/// What is shown at the moment.
struct Now {
    bar: Option<ProgressBar>,
    last_line: Instant,
}

impl Terminal {
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            quiet,
            bars: std::io::stderr().is_terminal(),
            now: Mutex::new(Now {
                bar: None,
                last_line: Instant::now(),
            }),
        }
    }

    /// Shows what happened.
    pub(crate) fn show(&self, event: &Event) {
        let Ok(mut now) = self.now.lock() else {
            return;
        };
        match event {
            Event::Warning(warning) => match &now.bar {
                Some(bar) => bar.suspend(|| output::note(warning)),
                None => output::note(warning),
            },
            _ if self.quiet => {}
            Event::Note(note) => output::note(note),
            Event::Columns(_) => output::note(&format!("{event}\n")),
            Event::Planned(plan) => output::note(&plan.to_string()),
            // Nobody reading, or a full disk, must not stop a run.
            Event::Network { .. } => output::note(&event.to_string()),
            Event::Networks(_) | Event::Swept { .. } => drop(output::print(&format!("{event}\n"))),
            Event::Progress(progress) if self.bars => {
                let bar = now.bar.get_or_insert_with(|| training_bar(progress));
                if progress.epochs > 0 {
                    let epoch = (progress.epoch + 1).min(progress.epochs);
                    bar.set_message(format!("epoch {epoch}/{}", progress.epochs));
                }
                bar.set_position(progress.done);
            }
            Event::Progress(progress) if now.last_line.elapsed() >= BETWEEN_LINES => {
                now.last_line = Instant::now();
                let (rate, left) = (progress.steps_per_second(), HumanDuration(progress.left()));
                let pace = match progress.epochs {
                    0 => String::new(),
                    _ => format!(", {rate:.0} steps/s"),
                };
                output::note(&format!("{event}{pace}, {left} left"));
            }
            Event::Auditing(part) if self.bars => {
                let bar = now.bar.get_or_insert_with(audit_bar);
                bar.set_message(*part);
                bar.set_position(0);
            }
            Event::Auditing(_) => output::note(&event.to_string()),
            Event::Attacked(share) => {
                if let Some(bar) = &now.bar {
                    bar.set_position((100.0 * share) as u64);
                }
            }
            Event::Trained | Event::Audited => {
                if let Some(bar) = now.bar.take() {
                    bar.finish_and_clear();
                }
                now.last_line = Instant::now();
            }
            _ => {}
        }
    }
}

fn training_bar(progress: &Progress) -> ProgressBar {
    // Fits a terminal of 80 columns.
    let template = match progress.epochs {
        0 => "{prefix}  {bar:16}  {pos}/{len} solved  {eta} left",
        _ => "{prefix}  {bar:16}  {msg}  {rate}  {eta} left",
    };
    let rate = |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{:.0} steps/s", state.per_sec());
    };
    let style = ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("rate", rate);
    let bar = bar(progress.total, style);
    bar.set_prefix(format!("{}, {} members", progress.stage, progress.members));
    bar
}

fn audit_bar() -> ProgressBar {
    let style = ProgressStyle::with_template("audit: {msg}  {bar:16}  {pos} %");
    bar(100, style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn bar(length: u64, style: ProgressStyle) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(10);
    ProgressBar::with_draw_target(Some(length), target).with_style(style)
}
