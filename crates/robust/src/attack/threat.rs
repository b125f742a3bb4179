//! What an adversary may do to an input.

use serde::{Deserialize, Serialize};

use crate::error::check_range;
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
        let is_radius = (0.0..f64::INFINITY).contains(&self.radius);
        check_range("radius", "[0, inf)", self.radius, is_radius)?;
        let Some((low, high)) = self.bounds else {
            return Ok(());
        };
        let is_box = low.is_finite() && high.is_finite() && low < high;
        check_range("upper bound", "(lower bound, inf)", f64::from(high), is_box)
    }

    /// The bounds, infinite where there are none.
    pub(crate) fn bounds(&self) -> (f32, f32) {
        self.bounds.unwrap_or((f32::NEG_INFINITY, f32::INFINITY))
    }
}
