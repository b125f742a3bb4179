//! The ways in which a decay rate acts on the weights.

use decay_kernels::{Decay, Scalars};
use serde::{Deserialize, Serialize};

/// How the decay rate `λ` enters a step with learning rate `lr_t` and direction `u`.
///
/// | name | step |
/// | :-- | :-- |
/// | `decoupled` | `w <- w - lr_t (u + λ w)` |
/// | `independent` | `w <- w - lr_t u - f_t λ w`, `f_t` the schedule's factor: the learning rate does not scale the decay |
/// | `coupled` | `w <- w - lr_t u(g + λ w)`, the penalty `λ/2 w^2` in the loss |
/// | `cautious` | decoupled, only where `u w >= 0` |
/// | `corrected` | decoupled; weights before a normalisation with `λ f_t`, so that their relative step stays the same |
/// | `anchored` | decoupled toward the start: `w <- w - lr_t (u + λ (w - w_0))` |
///
/// # Source
/// Loshchilov & Hutter 2019, algorithm 2, <https://arxiv.org/abs/1711.05101>, whose own form is `independent`; Chen et al. 2025
/// (cautious), <https://arxiv.org/abs/2510.12402>; Defazio 2025 (AdamC), <https://arxiv.org/abs/2506.02285>; Li et al. 2018 (L2-SP),
/// <https://arxiv.org/abs/1802.01483>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecayKind {
    /// Apart from the gradient, scaled by the learning rate.
    Decoupled,
    /// Apart from the gradient and from the learning rate.
    Independent,
    /// In the gradient.
    Coupled,
    /// Only on weights that the step moves toward zero, too.
    Cautious,
    /// Corrected for weights before a normalisation.
    Corrected,
    /// Toward the starting weights.
    Anchored,
}

/// What a decay rate is applied with at one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Applied {
    /// `λ` at this step.
    pub(crate) rate: f64,
    /// `lr_t`.
    pub(crate) learning_rate: f64,
    /// `f_t = lr_t / lr`.
    pub(crate) factor: f64,
    /// Whether a normalisation follows the parameter.
    pub(crate) normalised: bool,
}

impl DecayKind {
    /// Every variant.
    pub const ALL: [Self; 6] = [
        Self::Decoupled,
        Self::Independent,
        Self::Coupled,
        Self::Cautious,
        Self::Corrected,
        Self::Anchored,
    ];

    /// The name in configuration files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decoupled => "decoupled",
            Self::Independent => "independent",
            Self::Coupled => "coupled",
            Self::Cautious => "cautious",
            Self::Corrected => "corrected",
            Self::Anchored => "anchored",
        }
    }

    /// On what the kernel's decay pulls.
    pub(crate) fn pull(self) -> Decay {
        match self {
            Self::Decoupled | Self::Independent | Self::Coupled | Self::Corrected => Decay::Plain,
            Self::Cautious => Decay::Cautious,
            Self::Anchored => Decay::Anchored,
        }
    }

    /// The learning rate that a step multiplies the rate with: 1 where it does not.
    ///
    /// Time-scales of decay are those of `λ` times this.
    pub fn pace(self, learning_rate: f64) -> f64 {
        match self {
            Self::Independent => 1.0,
            _ => learning_rate,
        }
    }

    /// The scalars with this decay.
    pub(crate) fn apply(self, with: Applied, scalars: Scalars) -> Scalars {
        let Applied {
            rate,
            learning_rate,
            factor,
            normalised,
        } = with;
        let (coupled, shrink) = match self {
            Self::Coupled => (rate, 0.0),
            Self::Independent => (0.0, factor * rate),
            Self::Corrected if normalised => (0.0, learning_rate * factor * rate),
            Self::Decoupled | Self::Cautious | Self::Corrected | Self::Anchored => {
                (0.0, learning_rate * rate)
            }
        };
        Scalars {
            coupled,
            shrink,
            ..scalars
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Applied, DecayKind, Scalars};

    #[test]
    fn every_kind_scales_the_rate_as_its_formula_says() {
        let amounts = |kind: DecayKind, normalised| {
            let with = Applied {
                rate: 0.5,
                learning_rate: 0.02,
                factor: 0.25,
                normalised,
            };
            let scalars = kind.apply(with, Scalars::default());
            (scalars.coupled, scalars.shrink)
        };
        for kind in DecayKind::ALL {
            let want = match kind {
                DecayKind::Coupled => (0.5, 0.0),
                DecayKind::Independent => (0.0, 0.125),
                _ => (0.0, 0.01),
            };
            assert_eq!(amounts(kind, false), want, "{kind:?}");
        }
        assert_eq!(amounts(DecayKind::Corrected, true), (0.0, 0.0025));
        assert_eq!(amounts(DecayKind::Decoupled, true), (0.0, 0.01));
    }
}
