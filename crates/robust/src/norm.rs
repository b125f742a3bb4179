//! Norms in which perturbations are measured.

use serde::{Deserialize, Serialize};

/// The norm that measures a perturbation.
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

    /// Its name in messages and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linf => "linf",
            Self::L2 => "l2",
            Self::L1 => "l1",
        }
    }

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

    /// The norm of a single-precision vector, summed in f64.
    pub fn of_f32(self, vector: &[f32]) -> f64 {
        self.of(vector.iter().map(|&v| f64::from(v)))
    }

    /// The norm of `x - y`.
    pub fn distance(self, x: &[f32], y: &[f32]) -> f64 {
        let pairs = x.iter().zip(y);
        self.of(pairs.map(|(&x, &y)| f64::from(x) - f64::from(y)))
    }
}
