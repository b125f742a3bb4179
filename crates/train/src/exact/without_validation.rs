//! What rules that need no validation rows would choose.

use decay_linear::{Hyperprior, LinearError, Ridge, Rule, least};
use serde::Serialize;

/// Decay rates that the training rows of a linear regression choose alone, each on a continuous scale.
///
/// Rates are those of [`Solver::Exact`](crate::Solver), for as many rows as these.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RowsAlone {
    /// The least mean squared error of rows by the models that did not see them, one row at a time (Allen 1974).
    pub leave_one_out: f64,
    /// The least generalised cross-validation (Golub, Heath & Wahba 1979).
    pub generalised: f64,
    /// The corner of the L-curve (Hansen 1992).
    pub l_curve: f64,
    /// Noise over prior where the rows are most probable (MacKay 1992); absent of rows that say nothing.
    pub evidence: Option<f64>,
}

impl RowsAlone {
    /// Of one target.
    ///
    /// # Errors
    /// [`LinearError::Stopped`] once `stop` is true.
    pub(super) fn of(ridge: &Ridge, stop: &dyn Fn() -> bool) -> Result<Self, LinearError> {
        let spectrum = ridge.spectrum(0);
        let left_out = |strength: f64| {
            if stop() {
                return f64::NAN;
            }
            let squares = |errors: Vec<f64>| errors.iter().map(|error| error * error).sum();
            ridge
                .left_out(ridge.rate(strength))
                .map_or(f64::NAN, squares)
        };
        let leave_one_out = ridge.rate(least(left_out));
        // What was left of a search that was stopped is no choice.
        if stop() {
            return Err(LinearError::Stopped);
        }
        let evidence = spectrum.maximise_evidence(Hyperprior::default());
        Ok(Self {
            leave_one_out,
            generalised: ridge.rate(spectrum.choose(Rule::CrossValidation)),
            l_curve: ridge.rate(spectrum.choose(Rule::LCurve)),
            evidence: evidence.map(|own| ridge.rate(own.strength())),
        })
    }

    /// The same with other units of rate.
    pub fn map(self, unit: impl Fn(f64) -> f64) -> Self {
        Self {
            leave_one_out: unit(self.leave_one_out),
            generalised: unit(self.generalised),
            l_curve: unit(self.l_curve),
            evidence: self.evidence.map(unit),
        }
    }
}
