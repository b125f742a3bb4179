//! What happens while a run goes on, told to whoever watches it.

use std::fmt;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A decision that was left open, or what a reader of the data should know: a sentence.
    Note(String),
    /// Members begin to train.
    Training {
        /// `sweep` or `refits`.
        stage: &'static str,
        /// How many.
        members: usize,
        /// Epochs that each trains for.
        epochs: u32,
    },
    /// What the engine did.
    Engine(decay_train::Event),
    /// All members of the stage have ended.
    Trained,
    /// A part of the audit begins.
    Auditing(&'static str),
    /// So much of an attack is done, in `[0, 1]`.
    Attacked(f64),
    /// The audit has ended.
    Audited,
    /// A result as a table of text.
    Table(String),
}

/// Whoever watches; called from several threads.
pub type Observer<'a> = &'a (dyn Fn(Event) + Sync);

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(text) | Self::Table(text) => f.write_str(text),
            Self::Training {
                stage,
                members,
                epochs,
            } => write!(f, "{stage}: {members} members, {epochs} epochs"),
            Self::Engine(event) => write!(f, "{event:?}"),
            Self::Trained => f.write_str("trained"),
            Self::Auditing(part) => write!(f, "audit: {part}"),
            Self::Attacked(share) => write!(f, "{:.0} %", 100.0 * share),
            Self::Audited => f.write_str("audited"),
        }
    }
}
