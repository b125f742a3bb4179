//! Optimisers by name, as the update kernel's rule.

use decay_kernels::{Decay, Direction, Rule};
use serde::{Deserialize, Serialize};

/// Which direction a step takes and how decay enters.
///
/// | name | direction | decay |
/// | :-- | :-- | :-- |
/// | `adamw` | Adam | decoupled |
/// | `adam` | Adam | coupled (L2 in the gradient) |
/// | `sgd` | the gradient | decoupled |
/// | `momentum` | heavy ball | decoupled |
/// | `nesterov` | Nesterov momentum | decoupled |
///
/// Without momentum or adaptation the two kinds of decay are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Optimizer {
    /// Adam with decoupled decay.
    #[default]
    Adamw,
    /// Adam with decay in the gradient.
    Adam,
    /// Gradient descent on batches.
    Sgd,
    /// Heavy-ball momentum.
    Momentum,
    /// Nesterov momentum.
    Nesterov,
}

impl Optimizer {
    /// Every variant.
    pub const ALL: [Self; 5] = [
        Self::Adamw,
        Self::Adam,
        Self::Sgd,
        Self::Momentum,
        Self::Nesterov,
    ];

    /// What the kernel computes.
    pub fn rule(self) -> Rule {
        let (direction, decay) = match self {
            Self::Adamw => (Direction::Adam, Decay::Decoupled),
            Self::Adam => (Direction::Adam, Decay::Coupled),
            Self::Sgd => (Direction::Sgd, Decay::Decoupled),
            Self::Momentum => (Direction::Momentum { nesterov: false }, Decay::Decoupled),
            Self::Nesterov => (Direction::Momentum { nesterov: true }, Decay::Decoupled),
        };
        Rule { direction, decay }
    }

    /// Tensors of the parameters' shape that the optimiser keeps, at least 1 for the kernel's sake.
    pub fn slots(self) -> usize {
        self.rule().direction.moments().max(1)
    }
}
