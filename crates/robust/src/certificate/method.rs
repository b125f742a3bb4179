//! The methods that certify radii.

/// A method that certifies radii.
///
/// | variant | applies to | radius |
/// | :-- | :-- | :-- |
/// | `Linear` | no nonlinearity | the exact distance to the boundary, domain included |
/// | `Lipschitz` | every chain of maps | smallest margin over the Lipschitz constant of a difference of logits (Tsuzuku et al. 2018) |
/// | `PairwiseLipschitz` | every chain of maps | the same, the last layer exact for each pair of classes (Leino et al. 2021) |
/// | `Interval` | every chain of maps | the largest at which interval propagation keeps the margins positive (Gowal et al. 2018); balls other than `Linf`'s are enclosed in boxes |
/// | `Crown` | perceptrons with ReLU | the largest at which linear bounds do (Zhang et al. 2018); never below `Interval` |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certificate {
    /// The exact distance of a linear model.
    Linear,
    /// A global Lipschitz constant.
    Lipschitz,
    /// Lipschitz constants of pairs of classes.
    PairwiseLipschitz,
    /// Interval bound propagation.
    Interval,
    /// Linear bounds.
    Crown,
}

/// Why a certificate does not apply to a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{} applies to {applies}, the network has {has}", certificate.name())]
pub struct NotApplicable {
    /// Which certificate.
    pub certificate: Certificate,
    /// What it applies to.
    pub applies: &'static str,
    /// What the network has instead.
    pub has: &'static str,
}

impl Certificate {
    /// Every variant.
    pub const ALL: [Self; 5] = [
        Self::Linear,
        Self::Lipschitz,
        Self::PairwiseLipschitz,
        Self::Interval,
        Self::Crown,
    ];

    /// The name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Lipschitz => "lipschitz",
            Self::PairwiseLipschitz => "pairwise_lipschitz",
            Self::Interval => "interval",
            Self::Crown => "crown",
        }
    }
}
