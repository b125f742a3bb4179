//! What stays the same where an epoch has another number of steps.

use serde::{Deserialize, Serialize};

/// What a decay rate means for rows other than those it was given for.
///
/// A fold or a refit with more rows makes more steps in an epoch. With the same `λ` its weights decay faster per epoch,
/// and a rate chosen on folds would be too strong for the refit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// `lr λ steps_per_epoch`, and with it half-life and `tau`.
    #[default]
    TimeScale,
    /// `λ` itself.
    Rate,
}

impl Keep {
    /// The rate where an epoch has `own` steps, of one that is given for `reference` steps.
    ///
    /// ```text
    /// λ_own = λ reference / own
    /// ```
    ///
    /// # Source
    /// Wang & Aitchison 2024, <https://arxiv.org/abs/2405.13698>: it is the time-scale that carries over between data sets
    /// of different sizes.
    pub fn rate(self, rate: f64, reference: u32, own: u32) -> f64 {
        match self {
            Self::TimeScale if reference != own && own > 0 => {
                rate * f64::from(reference) / f64::from(own)
            }
            _ => rate,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Keep;
    use crate::options::tau::tau_epochs;

    #[test]
    fn the_time_scale_is_kept_and_equal_steps_change_no_bit() {
        let own = Keep::TimeScale.rate(0.3, 18, 23);
        let (before, after) = (tau_epochs(0.3, 1e-3, 18.0), tau_epochs(own, 1e-3, 23.0));
        assert!((before / after - 1.0).abs() < 1e-15);
        assert_eq!(
            Keep::TimeScale.rate(0.3, 18, 18).to_bits(),
            0.3f64.to_bits()
        );
        assert_eq!(Keep::Rate.rate(0.3, 18, 23), 0.3);
    }
}
