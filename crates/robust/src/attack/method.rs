//! The attacks by name, and how each is checked and run.

use decay_model::InputShape;
use serde::{Deserialize, Serialize};

use super::apgd::{self, Apgd};
use super::cases::{Attempt, Cases};
use super::ensemble::{self, Ensemble};
use super::fab::{self, Fab};
use super::noise::{self, Noise};
use super::pgd::{self, Pgd};
use super::probe::Probe;
use super::rotation::{self, Rotation};
use super::square::{self, Square};
use super::threat::Threat;
use crate::RobustError;

/// Every attack with its settings; `kind` names the variant in files.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Attack {
    /// One step of steepest ascent.
    Fgsm,
    /// Projected gradient ascent.
    Pgd(Pgd),
    /// Ascent that chooses its step size.
    Apgd(Apgd),
    /// The least perturbation, along the decision boundary.
    Fab(Fab),
    /// Random search without gradients.
    Square(Square),
    /// Random points of the ball.
    Noise(Noise),
    /// Turned images.
    Rotation(Rotation),
    /// Several attacks, each on what the ones before left.
    Ensemble(Ensemble),
}

impl Attack {
    /// Its name in messages and files.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fgsm => "fgsm",
            Self::Pgd(_) => "pgd",
            Self::Apgd(_) => "apgd",
            Self::Fab(_) => "fab",
            Self::Square(_) => "square",
            Self::Noise(_) => "noise",
            Self::Rotation(_) => "rotation",
            Self::Ensemble(_) => "ensemble",
        }
    }

    /// Whether it can be carried out.
    ///
    /// # Errors
    /// [`RobustError::OutOfRange`], [`RobustError::Unsupported`] for the square attack in l1.
    pub fn check(&self, threat: &Threat) -> Result<(), RobustError> {
        threat.check()?;
        match self {
            Self::Fgsm => Ok(()),
            Self::Pgd(settings) => settings.check(),
            Self::Apgd(settings) => settings.check(),
            Self::Fab(settings) => settings.check(),
            Self::Square(settings) => settings.check(threat),
            Self::Noise(settings) => settings.check(),
            Self::Rotation(settings) => settings.check(),
            Self::Ensemble(settings) => settings.check(),
        }
    }

    /// # Errors
    /// [`RobustError::NoImage`] for a rotation of rows that are no images.
    pub(super) fn check_shape(&self, shape: InputShape) -> Result<(), RobustError> {
        match (self, shape) {
            (Self::Rotation(_), InputShape::Row(features)) => {
                Err(RobustError::NoImage { features })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn run(&self, probe: &Probe, cases: &Cases, threat: &Threat) -> Attempt {
        match self {
            Self::Fgsm => pgd::one_step(probe, cases, threat),
            Self::Pgd(settings) => pgd::run(probe, cases, threat, settings),
            Self::Apgd(settings) => apgd::run(probe, cases, threat, settings),
            Self::Fab(settings) => fab::run(probe, cases, threat, settings),
            Self::Square(settings) => square::run(probe, cases, threat, settings),
            Self::Noise(settings) => noise::run(probe, cases, threat, settings),
            Self::Rotation(settings) => rotation::run(probe, cases, threat, settings),
            Self::Ensemble(settings) => ensemble::run(probe, cases, threat, settings),
        }
    }
}
