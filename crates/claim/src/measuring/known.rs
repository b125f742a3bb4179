//! A linear inverse problem whose truth is known, in coordinates in which its operator and its penalty are diagonal.

use decay_linear::{Coordinate, Spectrum, least};

/// What is true of one coordinate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Truth {
    /// `|v·x|²`.
    pub square: f64,
    /// Real part of `s (u·b)` times the conjugate of `v·x`.
    pub cross: f64,
}

/// A problem and its truth, which has nothing along the directions beyond the spectrum's coordinates.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The problem.
    pub spectrum: Spectrum,
    /// Of each of its coordinates.
    pub truths: Vec<Truth>,
}

impl Known {
    /// Mean squared error of `x_λ`: `|v·(x_λ - x)|²` over the numbers seen.
    pub fn error(&self, strength: f64) -> f64 {
        let own = |(own, truth): (&Coordinate, &Truth)| {
            own.solution(strength) - 2.0 * own.over(strength, truth.cross) + truth.square
        };
        let pairs = self.spectrum.coordinates.iter().zip(&self.truths);
        pairs.map(own).sum::<f64>() / self.spectrum.count() as f64
    }

    /// The strength with the least error, and that error.
    pub fn oracle(&self) -> (f64, f64) {
        let strength = least(|strength| self.error(strength));
        (strength, self.error(strength))
    }

    /// Mean of `|l|² |v·x|²`, `τ²` of a prior that fits.
    pub fn prior(&self) -> f64 {
        let pairs = self.spectrum.coordinates.iter().zip(&self.truths);
        let size = pairs.map(|(own, truth)| own.penalty * truth.square);
        size.sum::<f64>() / self.spectrum.count() as f64
    }
}

#[cfg(test)]
mod tests;
