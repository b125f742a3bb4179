//! What happens while an experiment goes on, told to whoever watches it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use decay_data::Decisions;
use decay_report::text::number;
use decay_report::{LearningCurve, Surface, Sweep};

use crate::data::column_table;
use crate::experiment::Networks;

use crate::planning::RunPlan;
use crate::records::{rows_table, surface_table, sweep_table};

/// Something that happened; shown, it is a line or a table.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A decision that was left open, or something about the data: a sentence.
    Note(String),
    /// A table has been read: how, and what each of its columns is.
    Columns(Arc<Decisions>),
    /// What nobody asked for has been decided.
    Planned(Box<RunPlan>),
    /// Something that went wrong and was mended: a sentence.
    Warning(String),
    /// The run's directory is there: from here on a run that is stopped can go on.
    Begun(PathBuf),
    /// Members train; ten times a second at most, and at every epoch's end.
    Progress(Progress),
    /// All members of a stage have ended.
    Trained,
    /// Of several networks one is to be cross-validated.
    Network {
        /// Its place among them, from 0.
        place: usize,
        /// How many there are.
        count: usize,
        /// What tells it from the others.
        words: String,
    },
    /// Of several networks one has been chosen.
    Networks(Box<Networks>),
    /// The sweep is measured and its choice is made.
    Swept {
        /// The curve that the choice was made on.
        sweep: Box<Sweep>,
        /// All of a sweep of two hyper-parameters.
        surface: Option<Box<Surface>>,
    },
    /// The chosen setting has been trained on parts of the rows, too.
    LearningCurve(Box<LearningCurve>),
    /// A part of the audit begins.
    Auditing(&'static str),
    /// So much of an attack is done, in `[0, 1]`.
    Attacked(f64),
    /// The audit has ended.
    Audited,
}

/// How far the members of a stage are.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// `sweep`, `learning-curve`, `refits` or `final`.
    pub stage: &'static str,
    /// How many members train.
    pub members: usize,
    /// Epochs that all of them have done.
    pub epoch: u32,
    /// Epochs that each trains for; 0 where models are solved, whose steps are the models.
    pub epochs: u32,
    /// Steps done, of all members together, without those before a resume.
    pub done: u64,
    /// Steps to do.
    pub total: u64,
    /// Since the stage began.
    pub elapsed: Duration,
    /// The lowest loss so far.
    pub best: Option<BestSoFar>,
}

/// The lowest loss of a setting after an epoch, so far.
#[derive(Debug, Clone, PartialEq)]
pub struct BestSoFar {
    /// Mean over the setting's members, of the validation rows where there are any, else of the training rows.
    pub loss: f64,
    /// The setting, as its decay rate.
    pub setting: String,
    /// Counted from 1.
    pub epoch: u32,
}

impl fmt::Display for BestSoFar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", number(self.loss), self.setting)
    }
}

impl Progress {
    /// Steps of a member per second.
    pub fn steps_per_second(&self) -> f64 {
        self.done as f64 / self.elapsed.as_secs_f64().max(1e-9)
    }

    /// Time to the end of the stage at this pace.
    pub fn left(&self) -> Duration {
        let steps = self.total.saturating_sub(self.done) as f64;
        Duration::from_secs_f64(steps / self.steps_per_second().max(1e-9))
    }
}

/// Whoever watches; called from several threads.
pub type Observer<'a> = &'a (dyn Fn(Event) + Sync);

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(text) | Self::Warning(text) => f.write_str(text),
            Self::Columns(decisions) => f.write_str(column_table(decisions).trim_end()),
            Self::Planned(plan) => write!(f, "{plan}"),
            Self::Begun(run) => write!(f, "begun in {}", run.display()),
            Self::Progress(Progress {
                stage,
                members,
                epoch,
                epochs,
                best,
                ..
            }) if *epochs > 0 => {
                write!(f, "{stage}, {members} models: epoch {epoch}/{epochs}")?;
                best.iter()
                    .try_for_each(|best| write!(f, ", best loss {best}"))
            }
            Self::Progress(Progress {
                stage, done, total, ..
            }) => write!(f, "{stage}: {done} of {total} models solved"),
            Self::Trained => f.write_str("trained"),
            Self::Network {
                place,
                count,
                words,
            } => {
                write!(f, "network {} of {count}: {words}", place + 1)
            }
            Self::Networks(networks) => write!(f, "{networks}"),
            Self::Swept { sweep, surface } => {
                let rows = surface.as_deref().map_or_else(String::new, surface_table);
                write!(f, "{rows}{}", sweep_table(sweep))
            }
            Self::LearningCurve(curve) => f.write_str(&rows_table(curve)),
            Self::Auditing(part) => write!(f, "audit: {part}"),
            Self::Attacked(share) => write!(f, "attack: {:.0} %", 100.0 * share),
            Self::Audited => f.write_str("audited"),
        }
    }
}
