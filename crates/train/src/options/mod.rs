//! What training is told: the `[train]` table, and what follows from it.

#[macro_use]
mod table;

pub(crate) mod class_weights;
pub(crate) mod decay;
pub(crate) mod hyper;
pub(crate) mod loss;
pub(crate) mod optimizer;
pub(crate) mod solver;
pub(crate) mod time_scale;

use decay_kernels::Direction;
use decay_model::{ParameterKind, Precision};
use decay_options::{Only, Options, Range, Spacing, Strength, Unless, options};

use crate::error::TrainError;
use crate::schedule::Schedule;
use Spacing::{Linear, Logarithmic};
use Strength::{Larger, Unordered};
use class_weights::ClassWeights;
use decay::{DecayFactor, DecayKind};
use loss::Loss;
use optimizer::Optimizer;
use solver::Solver;
use time_scale::Keep;

table!(options);

impl TrainConfig {
    /// Checks every range.
    ///
    /// # Errors
    /// [`TrainError::OutOfRange`] for the first key outside its range.
    pub fn validate(&self) -> Result<(), TrainError> {
        match self.out_of_range() {
            None => Ok(()),
            Some((row, value)) => Err(TrainError::OutOfRange {
                field: row.name(),
                range: row.range.words,
                value,
            }),
        }
    }

    /// Average of squares.
    pub fn beta2(&self) -> f64 {
        self.beta2.unwrap_or_else(|| self.optimizer.beta2())
    }

    /// Momentum.
    pub fn momentum(&self) -> f64 {
        self.momentum.unwrap_or_else(|| self.optimizer.momentum())
    }

    /// The first average of a direction: Adam's and Lion's, or the momentum of the others.
    pub(crate) fn beta1_of(&self, direction: Direction) -> f64 {
        match direction {
            Direction::Adam { .. } | Direction::Lion => self.beta1,
            _ => self.momentum(),
        }
    }

    /// Rows of a full step of a member with this many training rows.
    pub fn rows_per_step(&self, rows: usize) -> usize {
        if self.full_batch {
            rows.max(1)
        } else {
            self.batch
        }
    }

    /// Steps that one epoch over `rows` takes.
    pub fn steps_per_epoch(&self, rows: usize) -> u32 {
        let batch = self.rows_per_step(rows);
        let steps = if self.drop_last {
            rows / batch
        } else {
            rows.div_ceil(batch)
        };
        steps as u32
    }

    /// Whether weights are the minimum itself.
    pub fn is_exact(&self) -> bool {
        self.solver == Solver::Exact
    }

    /// What a decay rate is kept by where the rows are others: the steps of an epoch, or the rows themselves where there are no steps.
    ///
    /// ```text
    /// λ n = 1 / C        the weight of the penalty beside the sum of the rows' losses
    /// ```
    pub fn extent(&self, rows: usize) -> u32 {
        match self.solver {
            Solver::Steps => self.steps_per_epoch(rows),
            Solver::Exact => u32::try_from(rows).unwrap_or(u32::MAX),
        }
    }

    /// Whether the model is validated after this epoch, counted from 1.
    pub(crate) fn evaluates_after(&self, epoch: u32) -> bool {
        epoch == self.epochs || self.evaluate_every > 0 && epoch.is_multiple_of(self.evaluate_every)
    }
}
