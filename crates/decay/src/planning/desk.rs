//! Where a plan is made: settings that are open, one decided after the other.

use decay_model::Network;
use decay_train::Hyper;
use toml::{Table, Value};

use super::Planned;
use super::effort::{Effort, Speed};
use crate::data::Data;
use crate::error::Error;
use crate::run::RunKind;
use crate::settings::{Allowance, Key, Scope, Settings};

/// Every setting that a plan may decide; a run that is resumed takes them from the one that began.
pub(crate) const DECIDED: [&str; 18] = [
    "data.scaling",
    "model.hidden",
    "model.activation",
    "model.encoding",
    "train.solver",
    "train.epochs",
    "train.evaluate_every",
    "train.batch",
    "train.optimizer",
    "train.lr",
    "train.schedule",
    "train.dropout",
    "train.decayed",
    "sweep.rates",
    "sweep.half_lives",
    "sweep.folds",
    "sweep.seeds",
    "sweep.refits",
];
/// How often a run looks at its validation losses.
const LOOKS: u32 = 32;
/// Fewest steps that a budget may leave.
const LEAST: u32 = 200;
/// Half-life of the weakest decay, in runs.
const SLOWEST: f64 = 3.0;
/// How many times as many steps a budget may pay for as a plan takes without one.
const MOST: f64 = 4.0;
/// Rates of the grid, no decay among them.
const RATES: usize = 8;

/// Settings while they are decided.
pub(super) struct Desk<'a> {
    pub(super) kind: RunKind,
    pub(super) settings: Settings,
    pub(super) data: &'a Data,
    pub(super) network: Option<&'a Network>,
    pub(super) speed: Speed,
    pub(super) decisions: Vec<Planned>,
}

impl Desk<'_> {
    /// Whether nobody asked for a value.
    pub(super) fn is_open(&self, path: &str) -> Result<bool, Error> {
        self.settings.is_open(path)
    }

    /// Sets what nobody asked for, where the command takes it; a later decision replaces an earlier one.
    pub(super) fn decide(
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
        let takes =
            Key::find(path).is_some_and(|key| DECIDED.contains(&path) && key.is_for(command));
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

    pub(super) fn effort(&self) -> Result<Effort, Error> {
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

    /// Whether a time was asked for, which may be more than a plan takes without one.
    fn has_time(&self) -> bool {
        let budget = self.settings.run.budget.as_ref();
        budget.is_some_and(|budget| matches!(budget.allows, Allowance::Seconds(_)))
    }

    /// Steps that were asked for in the budget.
    fn asked_steps(&self) -> Option<u32> {
        match self.settings.run.budget.as_ref()?.allows {
            Allowance::Steps(steps) => Some(steps),
            Allowance::Seconds(_) => None,
        }
    }

    /// Training rows of a fold.
    pub(super) fn fold_rows(&self) -> usize {
        let rows = self.data.training.len();
        match self.kind {
            RunKind::Tune => rows - rows / self.settings.sweep.folds,
            RunKind::Fit => rows,
        }
    }

    /// Decides the epochs that take so many steps, and that losses are looked at some dozens of times.
    pub(super) fn decide_steps(
        &mut self,
        steps: u32,
        reason: impl Into<String>,
    ) -> Result<(), Error> {
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

    /// Adam with decoupled decay and a cosine, unless another optimiser was asked for.
    pub(super) fn decide_adam(&mut self, rate: f64) -> Result<(), Error> {
        if self.is_open("train.optimizer")? {
            self.decide("train.lr", rate, "fast at first, since it falls to nothing")?;
            self.decide(
                "train.schedule",
                "cosine",
                "ends at a minimum instead of hovering around it",
            )?;
        }
        Ok(())
    }

    /// Takes away from the population, then from the steps, until the run is as short as it may be; adds to both where more time was
    /// asked for than they need.
    pub(super) fn keep_within(&mut self, steps: u32) -> Result<(), Error> {
        let (before, folds) = (self.excess()?, self.is_planned("sweep.folds"));
        if before > 1.0 && folds {
            self.decide("sweep.folds", 3, "less, to be done in time")?;
        }
        if before < 0.5 && self.has_time() && folds && self.settings.sweep.folds < 5 {
            self.decide("sweep.folds", 5, "more, since there is time")?;
        }
        let excess = self.excess()?;
        if excess < 1.0 && self.has_time() {
            let more = f64::from(steps) * (1.0 / excess).min(MOST);
            self.decide_steps(more as u32, "more than usual, since there is time")?;
        }
        if excess > 1.0 {
            let less = (f64::from(steps) / excess) as u32;
            self.decide_steps(
                less.max(LEAST),
                "fewer than would be best, to be done in time",
            )?;
        }
        Ok(())
    }

    /// Rates by what they do in the course of the run: from hardly anything to so many half-lives.
    pub(super) fn decide_grid(&mut self, fastest: u32) -> Result<(), Error> {
        let train = &self.settings.train;
        let varies = train.lists().any(|(hyper, _)| hyper == Hyper::Lr);
        // A half-life is another rate at every learning rate, and none where there is no step.
        if varies || train.steps_per_epoch(self.fold_rows()) == 0 {
            return Ok(());
        }
        let epochs = f64::from(train.epochs);
        let ends = [SLOWEST * epochs, epochs / f64::from(fastest)].map(|end| format!("{end:.3}"));
        let text = format!("inf, {}..{}:{}", ends[0], ends[1], RATES - 1);
        let why = format!("none, and half-lives from three times the run to 1/{fastest} of it");
        self.decide("sweep.half_lives", text, why)
    }
}
