//! What an adversary may do to an input.

use serde::{Deserialize, Serialize};

use crate::RobustError;

/// The norm that measures a perturbation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Norm {
    /// `max_i |d_i|`.
    Linf,
    /// `sqrt(sum_i d_i^2)`.
    L2,
    /// `sum_i |d_i|`.
    L1,
}

impl Norm {
    /// Every variant.
    pub const ALL: [Self; 3] = [Self::Linf, Self::L2, Self::L1];

    /// Its name in messages and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linf => "linf",
            Self::L2 => "l2",
            Self::L1 => "l1",
        }
    }

    /// The norm of a vector, summed in f64.
    pub fn of(self, vector: &[f32]) -> f64 {
        self.of_each(vector.iter().map(|&v| f64::from(v)))
    }

    /// The norm of `x - y`.
    pub fn distance(self, x: &[f32], y: &[f32]) -> f64 {
        let differences = x.iter().zip(y).map(|(&x, &y)| f64::from(x) - f64::from(y));
        self.of_each(differences)
    }

    /// The norm `1/p + 1/q = 1` by which a slope bounds a change.
    pub fn dual(self) -> Self {
        match self {
            Self::Linf => Self::L1,
            Self::L2 => Self::L2,
            Self::L1 => Self::Linf,
        }
    }

    fn of_each(self, values: impl Iterator<Item = f64>) -> f64 {
        match self {
            Self::Linf => values.fold(0.0, |most, v| most.max(v.abs())),
            Self::L2 => values.map(|v| v * v).sum::<f64>().sqrt(),
            Self::L1 => values.map(f64::abs).sum(),
        }
    }
}

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
