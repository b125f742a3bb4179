//! The plan: what nobody said about a run, decided from its data.
//!
//! A fingerprint of the training rows decides network, steps, learning rate, grid and size of the population; every decision has a
//! reason that a user is told, is written to `config.toml`, and gives way to what was asked for. The way is that of Isensee et al.
//! 2021, "nnU-Net", <https://doi.org/10.1038/s41592-020-01008-z>; the numbers come from `docs/tables.md`.

mod effort;
mod fingerprint;
mod graphs;
mod images;
mod tables;

use std::fmt;

use decay_model::Network;
use toml::{Table, Value};

pub use fingerprint::{Fingerprint, Form};

use crate::data::Data;
use crate::device::Machine;
use crate::error::Error;
use crate::run::RunKind;
use crate::settings::{Allowance, Key, Scope, Settings};
use effort::{Effort, Speed};

/// What a plan decided, and how long the run will take about.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPlan {
    /// What it was decided from.
    pub fingerprint: Fingerprint,
    /// In the order in which they were made.
    pub decisions: Vec<Planned>,
    /// About how many seconds training will take on the run's machine.
    pub seconds: f64,
}

/// One decision of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    /// Of the setting.
    pub path: &'static str,
    /// Its value, as in `config.toml`.
    pub value: Value,
    /// Why.
    pub reason: String,
}

/// Seconds above which a run is said to be long.
const LONG: f64 = 120.0;

/// Fills in what the settings leave open.
pub(crate) fn plan(
    kind: RunKind,
    settings: &Settings,
    data: &Data,
    machine: &Machine,
    network: Option<&Network>,
) -> Result<(Settings, RunPlan), Error> {
    let mut desk = Desk {
        kind,
        settings: settings.clone(),
        data,
        network,
        speed: Speed::of(machine),
        decisions: Vec::new(),
    };
    let seen = Fingerprint::of(data);
    match seen.form {
        Form::Graph => graphs::decide(&mut desk)?,
        Form::Images => images::decide(&mut desk)?,
        Form::Table => tables::decide(&mut desk, &seen)?,
    }
    let seconds = desk.effort()?.seconds(desk.speed);
    let plan = RunPlan {
        fingerprint: seen,
        decisions: desk.decisions,
        seconds,
    };
    Ok((desk.settings, plan))
}

/// Settings while they are decided.
struct Desk<'a> {
    kind: RunKind,
    settings: Settings,
    data: &'a Data,
    network: Option<&'a Network>,
    speed: Speed,
    decisions: Vec<Planned>,
}

impl Desk<'_> {
    /// Whether nobody asked for a value.
    fn is_open(&self, path: &str) -> Result<bool, Error> {
        self.settings.is_open(path)
    }

    /// Sets what nobody asked for, where the command takes it; a later decision replaces an earlier one.
    fn decide(
        &mut self,
        path: &'static str,
        value: impl Into<Value>,
        reason: impl Into<String>,
    ) -> Result<(), Error> {
        let before = self.decisions.iter().position(|made| made.path == path);
        let own = path.starts_with("model.") && !self.model_has(path)?;
        let command = match self.kind {
            RunKind::Tune => Scope::Tune,
            RunKind::Fit => Scope::Fit,
        };
        let takes = Key::find(path).is_some_and(|key| key.is_for(command));
        if own || !takes || before.is_none() && !self.is_open(path)? {
            return Ok(());
        }
        let (value, reason) = (value.into(), reason.into());
        self.settings = self.settings.with(path, value.clone())?;
        let made = Planned {
            path,
            value,
            reason,
        };
        match before {
            Some(place) => self.decisions[place] = made,
            None => self.decisions.push(made),
        }
        Ok(())
    }

    /// Whether the architecture has such a setting; a network of the caller's has none.
    fn model_has(&self, path: &str) -> Result<bool, Error> {
        let model = Table::try_from(&self.settings.model)?;
        let name = path.trim_start_matches("model.");
        Ok(self.network.is_none() && model.contains_key(name))
    }

    /// Whether a setting is the plan's own.
    fn is_planned(&self, path: &str) -> bool {
        self.decisions.iter().any(|made| made.path == path)
    }

    fn effort(&self) -> Result<Effort, Error> {
        let rates = match self.kind {
            RunKind::Tune => self.settings.sweep.rate_count(),
            RunKind::Fit => 0,
        };
        Effort::of(&self.settings, self.network, self.data, rates)
    }

    /// By which factor the run is larger than it may be.
    fn excess(&self) -> Result<f64, Error> {
        let allowed = self
            .settings
            .run
            .budget
            .as_ref()
            .map(|budget| budget.allows);
        Ok(self.effort()?.excess(allowed, self.speed))
    }

    /// Steps that were asked for in the budget.
    fn asked_steps(&self) -> Option<u32> {
        match self.settings.run.budget.as_ref()?.allows {
            Allowance::Steps(steps) => Some(steps),
            Allowance::Seconds(_) => None,
        }
    }

    /// Training rows of a fold.
    fn fold_rows(&self) -> usize {
        let rows = self.data.training.len();
        match self.kind {
            RunKind::Tune => rows - rows / self.settings.sweep.folds,
            RunKind::Fit => rows,
        }
    }

    /// Decides the epochs that take so many steps, and that losses are looked at some dozens of times.
    fn decide_steps(&mut self, steps: u32, reason: impl Into<String>) -> Result<(), Error> {
        let steps = self.asked_steps().unwrap_or(steps);
        let of_epoch = self.settings.train.steps_per_epoch(self.fold_rows());
        if of_epoch == 0 {
            // Training refuses to start, and says why.
            return Ok(());
        }
        let epochs = steps.div_ceil(of_epoch);
        self.decide("train.epochs", i64::from(epochs), reason)?;
        let every = (self.settings.train.epochs / LOOKS).max(1);
        self.decide(
            "train.evaluate_every",
            i64::from(every),
            "the course of a loss shows in some dozens of looks at it",
        )
    }
}

/// How often a run looks at its validation losses.
const LOOKS: u32 = 32;

impl fmt::Display for RunPlan {
    /// A line for what was seen, one for each decision, one for the time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "plan for {}", self.fingerprint)?;
        for Planned {
            path,
            value,
            reason,
        } in &self.decisions
        {
            let assigned = format!("{path} = {value}");
            write!(f, "\n  {assigned:<34} {reason}")?;
        }
        write!(f, "\n  about {}", duration(self.seconds))?;
        if self.seconds > LONG {
            f.write_str("; --budget 60s plans for less")?;
        }
        Ok(())
    }
}

/// `40 seconds`, `12 minutes`, `2.5 hours`
fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1.5 => "a second".into(),
        s if s < 100.0 => format!("{s:.0} seconds"),
        s if s < 6000.0 => format!("{:.0} minutes", s / 60.0),
        s => format!("{:.1} hours", s / 3600.0),
    }
}
