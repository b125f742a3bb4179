//! Newton steps to a minimum.

use nalgebra::DVector;

use super::{Bends, Penalty, Perceptron, Regression};

/// Slopes at which a minimum is reached.
const FLAT: f64 = 1e-10;
/// Steps that are bent further than this towards the slope do not move any more.
const STIFF: f64 = 1e12;

/// Where Newton steps ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// The perceptron there.
    pub net: Perceptron,
    /// Its penalised loss.
    pub objective: f64,
    /// The largest slope that is left.
    pub slope: f64,
    /// The smallest eigenvalue of its curvature: below 0 at a saddle.
    pub curvature: f64,
}

impl Regression {
    /// Newton's method from a start, with as much of a Levenberg shift as makes each step a descent:
    ///
    /// ```text
    /// θ <- θ - (H + μ I)⁻¹ g        μ falls after a step that descends and rises until one does
    /// ```
    ///
    /// A step must keep `H + μ I` positive definite, so that saddles repel it. It ends at slopes of 1e-10, or after `steps`.
    ///
    /// # Source
    /// Nocedal & Wright 2006, "Numerical optimization", sections 3.4 and 4.
    pub fn settle(&self, start: &Perceptron, penalty: Penalty, steps: usize) -> Settled {
        let (mut net, mut shift) = (start.clone(), 1e-2);
        let mut bends = self.bends(&net, penalty);
        for _ in 0..steps {
            if bends.slopes.amax() < FLAT {
                break;
            }
            let Some((next, used)) = self.descend(&net, &bends, penalty, shift) else {
                break;
            };
            (net, shift) = (next, (0.1 * used).max(1e-14));
            bends = self.bends(&net, penalty);
        }
        Settled {
            objective: bends.objective,
            slope: bends.slopes.amax(),
            curvature: bends.curvature.symmetric_eigenvalues().min(),
            net,
        }
    }

    /// The next point with the shift that led there; `None` where no step descends any more.
    fn descend(
        &self,
        net: &Perceptron,
        bends: &Bends,
        penalty: Penalty,
        mut shift: f64,
    ) -> Option<(Perceptron, f64)> {
        while shift < STIFF {
            if let Some(step) = bends.step(shift) {
                let values = &net.values - step;
                let next = Perceptron {
                    inputs: net.inputs,
                    values,
                };
                // Close to a minimum objectives are equal to rounding.
                let objective = self.objective(&next, penalty);
                if objective <= bends.objective * (1.0 + 1e-15) {
                    return Some((next, shift));
                }
            }
            shift *= 4.0;
        }
        None
    }
}

impl Bends {
    /// `(H + μ I)⁻¹ g`; `None` where that is no descent.
    fn step(&self, shift: f64) -> Option<DVector<f64>> {
        let mut bound = self.curvature.clone();
        for place in 0..bound.nrows() {
            bound[(place, place)] += shift;
        }
        Some(bound.cholesky()?.solve(&self.slopes))
    }
}
