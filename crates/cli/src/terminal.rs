//! What a user sees of a run's events.

use std::sync::Mutex;

use decay::Event;

use crate::audit_progress::AuditProgress;
use crate::output;
use crate::progress::Progress;

/// Bars, lines, tables and notes; nothing if quiet.
pub(crate) struct Terminal {
    quiet: bool,
    training: Mutex<Option<Progress>>,
    audit: AuditProgress,
}

impl Terminal {
    pub(crate) fn new(quiet: bool) -> Self {
        Self {
            quiet,
            training: Mutex::new(None),
            audit: AuditProgress::new(quiet),
        }
    }

    /// Shows what happened.
    pub(crate) fn show(&self, event: Event) {
        let Ok(mut training) = self.training.lock() else {
            return;
        };
        match event {
            Event::Note(note) if !self.quiet => output::note(&note),
            // A closed pipe or a full disk must not stop a run.
            Event::Table(table) if !self.quiet => drop(output::print(&table)),
            Event::Training {
                stage,
                members,
                epochs,
            } => *training = Some(Progress::new(stage, members, epochs, self.quiet)),
            Event::Engine(event) => {
                if let Some(training) = &*training {
                    training.note(event);
                }
            }
            Event::Trained => {
                if let Some(training) = training.take() {
                    training.finish();
                }
            }
            Event::Auditing(part) => self.audit.part(part),
            Event::Attacked(share) => self.audit.note(share),
            Event::Audited => self.audit.finish(),
            _ => {}
        }
    }
}
