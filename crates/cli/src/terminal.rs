//! What a user sees of a run: bars on a terminal, a line now and then elsewhere, tables, and nothing if quiet; or JSON for machines.

mod bars;
pub(crate) mod heat_map;
mod json;
pub(crate) mod modes;

use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use decay::Event;
use indicatif::{HumanDuration, ProgressBar};

use crate::output;

/// Time between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// What is told on stderr while something goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ProgressKind {
    /// Bars on a terminal, else lines.
    #[default]
    Auto,
    Bars,
    Lines,
    /// An object a line, as docs/progress.md says.
    Json,
    /// Warnings alone.
    None,
}

impl ProgressKind {
    /// In the order of the variants.
    pub(crate) const NAMES: [&'static str; 5] = ["auto", "bars", "lines", "json", "none"];

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        let all = [Self::Auto, Self::Bars, Self::Lines, Self::Json, Self::None];
        let mut pairs = all.into_iter().zip(Self::NAMES);
        pairs.find(|(_, own)| *own == name).map(|(kind, _)| kind)
    }
}

/// Shows events.
pub(crate) struct Terminal {
    quiet: bool,
    kind: ProgressKind,
    now: Mutex<Now>,
}

/// What is shown at the moment.
struct Now {
    bar: Option<ProgressBar>,
    last_line: Instant,
}

impl Terminal {
    pub(crate) fn new(quiet: bool, kind: ProgressKind) -> Self {
        let kind = match kind {
            ProgressKind::Auto if quiet => ProgressKind::None,
            ProgressKind::Auto if std::io::stderr().is_terminal() => ProgressKind::Bars,
            ProgressKind::Auto => ProgressKind::Lines,
            kind => kind,
        };
        Self {
            quiet,
            kind,
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
        // Nobody reading, or a full disk, must not stop a run.
        let is_result = matches!(
            event,
            Event::Networks(_) | Event::Swept { .. } | Event::LearningCurve(_)
        );
        if is_result && !self.quiet {
            drop(output::print(&format!("{event}\n")));
        }
        match self.kind {
            ProgressKind::Json => {
                if let Some(line) = json::line(event) {
                    output::note(&line);
                }
            }
            ProgressKind::Bars => self.as_bars(event, &mut now),
            ProgressKind::None => {
                if let Event::Warning(warning) = event {
                    output::note(warning);
                }
            }
            _ => self.as_lines(event, &mut now),
        }
    }

    /// What is said once, however progress is shown.
    fn once(&self, event: &Event, now: &Now) {
        let text = match event {
            Event::Warning(warning) => warning.clone(),
            _ if self.quiet => return,
            Event::Note(note) => note.clone(),
            Event::Columns(_) => format!("{event}\n"),
            Event::Planned(_) | Event::Network { .. } => event.to_string(),
            _ => return,
        };
        match &now.bar {
            Some(bar) => bar.suspend(|| output::note(&text)),
            None => output::note(&text),
        }
    }

    fn as_bars(&self, event: &Event, now: &mut Now) {
        match event {
            Event::Progress(progress) => {
                let bar = now.bar.get_or_insert_with(|| bars::training(progress));
                bars::advance(bar, progress);
            }
            Event::Auditing(part) => {
                let bar = now.bar.get_or_insert_with(bars::audit);
                bar.set_message(*part);
                bar.set_position(0);
            }
            Event::Attacked(share) => {
                if let Some(bar) = &now.bar {
                    bar.set_position((100.0 * share) as u64);
                }
            }
            Event::Trained | Event::Audited => {
                if let Some(bar) = now.bar.take() {
                    bar.finish_and_clear();
                }
            }
            event => self.once(event, now),
        }
    }

    fn as_lines(&self, event: &Event, now: &mut Now) {
        match event {
            Event::Progress(progress) if now.last_line.elapsed() >= BETWEEN_LINES => {
                now.last_line = Instant::now();
                let (rate, left) = (progress.steps_per_second(), HumanDuration(progress.left()));
                let pace = match progress.epochs {
                    0 => String::new(),
                    _ => format!(", {rate:.0} steps/s"),
                };
                output::note(&format!("{event}{pace}, {left} left"));
            }
            Event::Progress(_) => {}
            Event::Auditing(_) => output::note(&event.to_string()),
            Event::Trained | Event::Audited => now.last_line = Instant::now(),
            event => self.once(event, now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ProgressKind;

    #[test]
    fn kinds_have_names() {
        assert_eq!(ProgressKind::from_name("json"), Some(ProgressKind::Json));
        assert_eq!(ProgressKind::from_name("none"), Some(ProgressKind::None));
        assert_eq!(ProgressKind::from_name("no"), None);
    }
}
