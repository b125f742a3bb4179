//! Norms in which perturbations are measured.

use serde::{Deserialize, Serialize};

/// A norm on perturbations.
///
/// | variant | `‖d‖` | dual |
/// | :-- | :-- | :-- |
/// | `Linf` | `max_i abs(d_i)` | `L1` |
/// | `L2` | `sqrt(sum_i d_i^2)` | `L2` |
/// | `L1` | `sum_i abs(d_i)` | `Linf` |
///
/// The dual norm is the largest `a . d` over the unit ball: what a linear function with coefficients `a` can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Norm {
    /// Largest magnitude.
    Linf,
    /// Euclidean.
    L2,
    /// Sum of magnitudes.
    L1,
}

impl Norm {
    /// Every variant.
    pub const ALL: [Self; 3] = [Self::Linf, Self::L2, Self::L1];

    /// The norm that measures linear functions of perturbations measured in this one.
    pub fn dual(self) -> Self {
        match self {
            Self::Linf => Self::L1,
            Self::L2 => Self::L2,
            Self::L1 => Self::Linf,
        }
    }

    /// The norm of a vector.
    pub fn of(self, values: impl IntoIterator<Item = f64>) -> f64 {
        let values = values.into_iter();
        match self {
            Self::Linf => values.map(f64::abs).fold(0.0, f64::max),
            Self::L2 => values.map(|v| v * v).sum::<f64>().sqrt(),
            Self::L1 => values.map(f64::abs).sum(),
        }
    }
}
