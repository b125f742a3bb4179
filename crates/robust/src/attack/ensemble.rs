//! Attacks one after the other, each on the rows that the ones before left standing.

use serde::{Deserialize, Serialize};

use super::apgd::{self, Apgd};
use super::cases::{Attempt, Cases, row_mut};
use super::fab::{self, Fab};
use super::objective::Objective;
use super::probe::Probe;
use super::square::{self, Square};
use super::threat::Threat;
use crate::error::at_least_one;
use crate::{Norm, RobustError};

/// Which attacks, and with what budgets.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Ensemble {
    /// APGD on the cross-entropy, targeted APGD on the logits' ratio, targeted FAB, then the square attack where the norm has one: the
    /// standard version of AutoAttack, whose budgets are the defaults.
    ///
    /// Croce & Hein 2020, section 5, <https://arxiv.org/abs/2003.01690>.
    Standard {
        /// Steps of each run of APGD and FAB: 100.
        steps: usize,
        /// Wrong classes of the targeted attacks: 9.
        targets: usize,
        /// Queries of the square attack: 5000.
        queries: usize,
    },
}

impl Default for Ensemble {
    fn default() -> Self {
        Self::Standard {
            steps: 100,
            targets: 9,
            queries: 5000,
        }
    }
}

impl Ensemble {
    /// # Errors
    /// [`RobustError::OutOfRange`].
    pub(crate) fn check(&self) -> Result<(), RobustError> {
        let Self::Standard {
            steps,
            targets,
            queries,
        } = *self;
        at_least_one("steps", steps)?;
        at_least_one("targets", targets)?;
        at_least_one("queries", queries)
    }
}

pub(crate) fn run(probe: &Probe, cases: &Cases, threat: &Threat, settings: &Ensemble) -> Attempt {
    let Ensemble::Standard {
        steps,
        targets,
        queries,
    } = *settings;
    let ascent = |objective| Apgd {
        objective,
        steps,
        targets,
        ..Apgd::default()
    };
    let boundary = Fab {
        steps,
        targets,
        ..Fab::default()
    };
    let first = ascent(Objective::CrossEntropy);
    let second = ascent(Objective::TargetedDlr);
    // A curve's start is where the last radius ended: the first attack takes it up, the others keep their own.
    let fresh = Cases {
        start: None,
        ..cases.clone()
    };
    let mut attempt = apgd::run(probe, cases, threat, &first);
    attempt.extend(&fresh, |rest| apgd::run(probe, rest, threat, &second));
    attempt.extend(&fresh, |rest| fab_within(probe, rest, threat, &boundary));
    if threat.norm != Norm::L1 {
        let search = Square {
            queries,
            ..Square::default()
        };
        attempt.extend(&fresh, |rest| square::run(probe, rest, threat, &search));
    }
    attempt
}

/// Examples beyond the radius are no examples of the ensemble.
fn fab_within(probe: &Probe, cases: &Cases, threat: &Threat, settings: &Fab) -> Attempt {
    let mut attempt = fab::run(probe, cases, threat, settings);
    for i in attempt.standing() {
        row_mut(&mut attempt.x, i, cases.features).copy_from_slice(cases.clean(i));
    }
    attempt
}
