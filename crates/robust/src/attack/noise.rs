//! Random points of the ball, the attack that any other has to beat.

use serde::{Deserialize, Serialize};

use super::cases::{Attempt, Cases, Site, row_mut};
use super::probe::Probe;
use super::settings::at_least_one;
use super::start::inside;
use super::threat::Threat;
use crate::RobustError;

/// Settings of random noise.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `samples` | `32` | at least 1 | points of the ball that are tried, drawn evenly and then clipped to the bounds |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Noise {
    /// Points of the ball that are tried.
    pub samples: usize,
}

impl Default for Noise {
    fn default() -> Self {
        Self { samples: 32 }
    }
}

impl Noise {
    /// # Errors
    /// [`RobustError::OutOfRange`].
    pub(crate) fn check(&self) -> Result<(), RobustError> {
        at_least_one("samples", self.samples)
    }
}

pub(crate) fn run(probe: &Probe, cases: &Cases, threat: &Threat, settings: &Noise) -> Attempt {
    let mut attempt = Attempt::none(cases);
    for sample in 0..settings.samples {
        attempt.extend(cases, |rest| {
            let mut x = rest.x.clone();
            for i in 0..rest.len() {
                let stream = rest.stream(i, Site::Noise, sample);
                let point = inside(rest.clean(i), threat, &stream);
                row_mut(&mut x, i, rest.features).copy_from_slice(&point);
            }
            let broken = probe.correct(rest, &x).iter().map(|c| !c).collect();
            Attempt { x, broken }
        });
    }
    attempt
}
