//! What an adversary may do to an input.

use serde::{Deserialize, Serialize};

use crate::{Norm, RobustError};

/// The perturbations that are allowed: `|x' - x| <= radius`, and `x'` within the bounds.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `norm` | `linf` | see [`Norm`] | what measures a perturbation |
/// | `radius` | `8/255` | `[0, inf)` | its largest size, in the unit of the inputs |
/// | `bounds` | `[0, 1]` | two finite numbers in order, or none | the box of valid inputs: pixels have one, standardised columns do not |
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Threat {
    /// What measures a perturbation.
    pub norm: Norm,
    /// Its largest size.
    pub radius: f64,
    /// The box of valid inputs.
    pub bounds: Option<(f32, f32)>,
}

impl Default for Threat {
    fn default() -> Self {
        Self {
            norm: Norm::Linf,
            radius: 8.0 / 255.0,
            bounds: Some((0.0, 1.0)),
        }
    }
}

impl Threat {
    /// The same threat at another radius.
    pub fn at(self, radius: f64) -> Self {
        Self { radius, ..self }
    }

    /// Whether it can be carried out.
    ///
    /// # Errors
    /// [`RobustError::OutOfRange`].
    pub fn check(&self) -> Result<(), RobustError> {
        if !(0.0..f64::INFINITY).contains(&self.radius) {
            return Err(RobustError::OutOfRange {
                what: "radius",
                range: "[0, inf)",
                value: self.radius,
            });
        }
        match self.bounds {
            Some((low, high)) if !(low.is_finite() && high.is_finite() && low < high) => {
                Err(RobustError::OutOfRange {
                    what: "upper bound",
                    range: "(lower bound, inf)",
                    value: f64::from(high),
                })
            }
            _ => Ok(()),
        }
    }

    /// The bounds, infinite where there are none.
    pub(crate) fn bounds(&self) -> (f32, f32) {
        self.bounds.unwrap_or((f32::NEG_INFINITY, f32::INFINITY))
    }
}
