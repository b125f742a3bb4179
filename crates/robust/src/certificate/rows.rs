//! The rows that are certified, and the perturbations that are allowed.

use super::error::{CertificateError, finite, same_length};
use super::target::TargetModel;
use crate::Norm;

/// Rows with their labels.
#[derive(Debug, Clone, Copy)]
pub struct LabelledRows<'a> {
    /// `[rows, inputs]`, row-major, in the unit of perturbations.
    pub rows: &'a [f64],
    /// `[rows]`.
    pub labels: &'a [usize],
}

/// Which perturbations a certificate must survive, and how closely a radius is searched.
///
/// | key | default | range | meaning |
/// | :-- | :-- | :-- | :-- |
/// | `norm` | `Linf` | see [`Norm`] | how a perturbation is measured |
/// | `domain` | `None` | `low < high` | inputs that exist, such as `[0, 1]` for pixels; Lipschitz certificates make no use of it |
/// | `tolerance` | `1e-4` | `(0, 1)` | of a searched radius, relative |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Perturbations {
    /// How a perturbation is measured.
    pub norm: Norm,
    /// Smallest and largest input that exists.
    pub domain: Option<[f64; 2]>,
    /// Relative tolerance of a searched radius.
    pub tolerance: f64,
}

impl Default for Perturbations {
    fn default() -> Self {
        Self {
            norm: Norm::Linf,
            domain: None,
            tolerance: 1e-4,
        }
    }
}

impl Perturbations {
    /// The radius of a ball around any input that holds the whole domain.
    pub(super) fn everything(&self, inputs: usize) -> Option<f64> {
        let [low, high] = self.domain?;
        let side = high - low;
        let corner = match self.norm {
            Norm::Linf => side,
            Norm::L2 => side * (inputs as f64).sqrt(),
            Norm::L1 => side * inputs as f64,
        };
        Some(corner * (1.0 + 1e-9))
    }

    fn check(&self) -> Result<(), CertificateError> {
        let refuse = |what, range, value| Err(CertificateError::OutOfRange { what, range, value });
        if !(self.tolerance > 0.0 && self.tolerance < 1.0) {
            return refuse("tolerance", "(0, 1)", self.tolerance);
        }
        match self.domain {
            Some([low, _]) if !low.is_finite() => refuse("domain low", "(-inf, inf)", low),
            Some([low, high]) if !(high.is_finite() && high > low) => {
                refuse("domain high", "(low, inf)", high)
            }
            _ => Ok(()),
        }
    }
}

impl<'a> LabelledRows<'a> {
    /// Refuses what does not fit the network or the perturbations.
    pub(super) fn check(
        &self,
        target: &TargetModel,
        perturbations: &Perturbations,
    ) -> Result<(), CertificateError> {
        perturbations.check()?;
        let inputs = target.inputs();
        same_length("rows", self.labels.len() * inputs, self.rows.len())?;
        finite("rows", self.rows)?;
        let classes = target.classes();
        let wrong = self.labels.iter().enumerate().find(|(_, l)| **l >= classes);
        if let Some((row, &label)) = wrong {
            return Err(CertificateError::Label {
                row,
                label,
                classes,
            });
        }
        let Some([low, high]) = perturbations.domain else {
            return Ok(());
        };
        match self.rows.iter().position(|x| !(low..=high).contains(x)) {
            None => Ok(()),
            Some(place) => Err(CertificateError::OutsideDomain {
                row: place / inputs,
                value: self.rows[place],
                low,
                high,
            }),
        }
    }

    /// Each row with its label.
    pub(super) fn each(&self) -> Vec<(&'a [f64], usize)> {
        let inputs = self.rows.len() / self.labels.len().max(1);
        let rows = self.rows.chunks_exact(inputs.max(1));
        rows.zip(self.labels.iter().copied()).collect()
    }
}
