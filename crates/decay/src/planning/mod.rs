//! The plan: what nobody said about a run, decided from its data.
//!
//! A fingerprint of the training rows decides network, steps, learning rate, grid and size of the population; every decision has a
//! reason that a user is told, is written to `config.toml`, and gives way to what was asked for. The way is that of Isensee et al.
//! 2021, "nnU-Net", <https://doi.org/10.1038/s41592-020-01008-z>; the numbers come from `docs/tables.md`.

mod desk;
mod effort;
mod exact;
mod fingerprint;
mod graphs;
mod images;
mod tables;

use std::fmt;

use decay_model::Network;
use toml::Value;

pub(crate) use desk::DECIDED;
pub use fingerprint::{Fingerprint, Form};

use crate::data::Data;
use crate::device::Machine;
use crate::error::Error;
use crate::run::RunKind;
use crate::settings::Settings;
use desk::Desk;
use effort::Speed;

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
