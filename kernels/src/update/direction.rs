//! Where a step goes.

/// Direction `u` of a step. `g` is the gradient, `t` counts a member's own steps from 1.
///
/// | variant | moments | direction `u` |
/// | :-- | :-- | :-- |
/// | `Sgd` | none | `g` |
/// | `Momentum` | `m <- b1 m + (1 - d) g`, `m <- g` at `t = 1` | `m`, or `g + b1 m` with Nesterov |
/// | `AdaGrad` | `v <- v + g^2` | `g / (sqrt(v) + eps)` |
/// | `RmsProp` | `v <- b2 v + (1 - b2) g^2` | `n = g / (sqrt(v) + eps)` |
/// | .. centred | and `a <- b2 a + (1 - b2) g` | `n = g / (sqrt(max(v - a^2, 0)) + eps)` |
/// | .. with momentum | and `m <- b1 m + n` | `m` instead of `n` |
/// | `Adam` | `m <- b1 m + (1 - b1) g`, `v <- b2 v + (1 - b2) g^2` | `m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)` |
/// | .. Nesterov | the same | with `b1 m / (1 - b1^(t+1)) + (1 - b1) g / (1 - b1^t)` above the line |
/// | .. AMSGrad | and `x <- max(x, v)` | with `x` instead of `v` |
/// | `Lion` | `m <- b2 m + (1 - b2) g`, after `u` | `sign(b1 m + (1 - b1) g)` |
///
/// # Source
/// Momentum: Sutskever et al. 2013 in torch's form. AdaGrad: Duchi et al. 2011. RMSProp: Tieleman & Hinton 2012, centred as in
/// Graves 2013. Adam: Kingma & Ba 2015, algorithm 1, <https://arxiv.org/abs/1412.6980>; Nesterov: Dozat 2016; AMSGrad: Reddi et
/// al. 2018, <https://arxiv.org/abs/1904.09237>. Lion: Chen et al. 2023, <https://arxiv.org/abs/2302.06675>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The gradient itself.
    Sgd,
    /// Heavy-ball momentum with dampening `d`, torch's convention.
    Momentum {
        /// Look ahead by one step of the momentum.
        nesterov: bool,
    },
    /// Steps shrink with all squares so far.
    AdaGrad,
    /// Steps shrink with recent squares.
    RmsProp {
        /// Measure squares around the mean gradient.
        centered: bool,
        /// Heavy-ball momentum on the normalised gradient.
        momentum: bool,
    },
    /// Adaptive moments with bias correction.
    Adam {
        /// Look ahead by one step of the momentum.
        nesterov: bool,
        /// Divide by the largest average of squares so far.
        amsgrad: bool,
    },
    /// The sign of an interpolated momentum.
    Lion,
}

impl Direction {
    /// Adam as published.
    pub const ADAM: Self = Self::Adam {
        nesterov: false,
        amsgrad: false,
    };

    /// Every variant with every choice of its options.
    pub const ALL: [Self; 13] = [
        Self::Sgd,
        Self::Momentum { nesterov: false },
        Self::Momentum { nesterov: true },
        Self::AdaGrad,
        Self::rms_prop(false, false),
        Self::rms_prop(false, true),
        Self::rms_prop(true, false),
        Self::rms_prop(true, true),
        Self::ADAM,
        Self::adam(false, true),
        Self::adam(true, false),
        Self::adam(true, true),
        Self::Lion,
    ];

    const fn rms_prop(centered: bool, momentum: bool) -> Self {
        Self::RmsProp { centered, momentum }
    }

    const fn adam(nesterov: bool, amsgrad: bool) -> Self {
        Self::Adam { nesterov, amsgrad }
    }

    /// Moments kept per parameter, in the order of the table.
    pub fn moments(self) -> usize {
        match self {
            Self::Sgd => 0,
            Self::Momentum { .. } | Self::AdaGrad | Self::Lion => 1,
            Self::RmsProp { centered, momentum } => {
                1 + usize::from(centered) + usize::from(momentum)
            }
            Self::Adam { amsgrad, .. } => 2 + usize::from(amsgrad),
        }
    }
}
