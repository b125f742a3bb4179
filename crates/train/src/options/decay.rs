//! How a decay rate acts on the weights, and on which.

use std::fmt;
use std::str::FromStr;

use decay_kernels::{Decay, Scalars};
use decay_model::ParameterSpec;
use decay_options::{Kind, Value, names};
use serde::{Deserialize, Serialize};

use super::TrainConfig;

names! {
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
    pub enum DecayKind {
        /// Apart from the gradient, scaled by the learning rate.
        Decoupled = "decoupled",
        /// Apart from the gradient and from the learning rate.
        Independent = "independent",
        /// In the gradient.
        Coupled = "coupled",
        /// Only on weights that the step moves toward zero, too.
        Cautious = "cautious",
        /// Corrected for weights before a normalisation.
        Corrected = "corrected",
        /// Toward the starting weights.
        Anchored = "anchored",
    }
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

/// A factor of the penalties on the parameters whose names fit, written `NAMES=FACTOR` as in `layers.0.*=0.1`.
///
/// `*` stands for any text; the factor is a finite number of at least 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DecayFactor {
    /// Names, `*` for any text.
    pub names: String,
    /// Multiplies decay rate, `l1`, `l2`, `group_lasso` and `spectral_norm`.
    pub factor: f64,
}

impl Value for DecayFactor {
    const KIND: Kind = Kind::Text;

    fn shown(&self) -> Option<String> {
        Some(self.to_string())
    }
}

impl FromStr for DecayFactor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            format!(
                "must be NAMES=FACTOR with a factor in [0, inf), as in layers.0.*=0.1, got '{text}'"
            )
        };
        let (names, factor) = text.split_once('=').ok_or_else(wrong)?;
        let factor: f64 = factor.trim().parse().map_err(|_| wrong())?;
        let named = !names.trim().is_empty();
        if !named || !(0.0..f64::INFINITY).contains(&factor) {
            return Err(wrong());
        }
        Ok(Self {
            names: names.trim().to_owned(),
            factor,
        })
    }
}

impl TryFrom<String> for DecayFactor {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<DecayFactor> for String {
    fn from(factor: DecayFactor) -> Self {
        factor.to_string()
    }
}

impl fmt::Display for DecayFactor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}={}", self.names, self.factor)
    }
}

impl TrainConfig {
    /// Whether decay and the other penalties on weights apply to this parameter.
    pub fn decays(&self, parameter: &ParameterSpec) -> bool {
        self.decay_factor(parameter) > 0.0
    }

    /// Factor of the penalties on this parameter; 0 if it is exempt.
    pub fn decay_factor(&self, parameter: &ParameterSpec) -> f64 {
        let named = |pattern: &String| matches(pattern, &parameter.name);
        let exempt = self.exempt.contains(&parameter.kind)
            || !self.decayed.is_empty() && !self.decayed.iter().any(named);
        if exempt {
            return 0.0;
        }
        let mut factors = self.decay_factors.iter().rev();
        let own = factors.find(|factor| named(&factor.names));
        own.map_or(1.0, |factor| factor.factor)
    }

    /// How the decay rate enters.
    pub fn decay_kind(&self) -> DecayKind {
        self.decay.unwrap_or_else(|| self.optimizer.decay())
    }
}

/// Whether a name fits a pattern, in which `*` stands for any text.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, rest)) => name.strip_prefix(head).is_some_and(|tail| {
            let mut starts = (0..=tail.len()).filter(|&start| tail.is_char_boundary(start));
            starts.any(|start| matches(rest, &tail[start..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Applied, DecayFactor, DecayKind, Scalars, matches};

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

    #[test]
    fn a_factor_is_read_and_written() {
        let factor: DecayFactor = "layers.0.* = 0.25".parse().unwrap();
        assert_eq!((factor.names.as_str(), factor.factor), ("layers.0.*", 0.25));
        assert_eq!(factor.to_string().parse::<DecayFactor>().unwrap(), factor);
    }

    #[test]
    fn what_is_no_factor_is_refused() {
        for text in ["", "layers.0", "=1", "a=", "a=-1", "a=nan", "a=inf", "a=b"] {
            assert!(text.parse::<DecayFactor>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_stands_for_any_text() {
        for pattern in [
            "convs.0.weight",
            "convs.*",
            "*weight",
            "c*0*t",
            "*",
            "convs.0.weight*",
        ] {
            assert!(matches(pattern, "convs.0.weight"), "{pattern}");
        }
        for pattern in ["", "convs", "convs.1.*", "*bias", "c*1*t"] {
            assert!(!matches(pattern, "convs.0.weight"), "{pattern}");
        }
    }
}
