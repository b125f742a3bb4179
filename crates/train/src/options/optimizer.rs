//! Optimisers by name.

use decay_kernels::Direction;
use decay_model::ParameterSpec;
use decay_options::names;

use crate::options::decay::DecayKind;
use crate::step::muon;

names! {
    /// Which direction a step takes; the formulas are those of [`Direction`].
    ///
    /// | name | direction | decay unless `decay` says otherwise |
    /// | :-- | :-- | :-- |
    /// | `adamw` | Adam | decoupled |
    /// | `adam` | Adam | coupled (L2 in the gradient) |
    /// | `amsgrad` | Adam over the largest average of squares so far | decoupled |
    /// | `nadam` | Adam with Nesterov momentum | decoupled |
    /// | `adagrad` | gradient over the root of the sum of squares | decoupled |
    /// | `rmsprop` | gradient over the root of the average of squares; `centered` measures it around the mean | decoupled |
    /// | `rmsprop_momentum` | the same with heavy-ball momentum | decoupled |
    /// | `sgd` | the gradient | decoupled |
    /// | `momentum` | heavy ball | decoupled |
    /// | `nesterov` | Nesterov momentum | decoupled |
    /// | `lion` | sign of the interpolated momentum | decoupled |
    /// | `muon` | orthogonalised momentum for weights with two axes, Adam for the others | decoupled |
    ///
    /// Without momentum or adaptation coupled and decoupled decay are the same.
    #[derive(Default)]
    pub enum Optimizer {
        /// Adam with decoupled decay.
        #[default]
        Adamw = "adamw",
        /// Adam with decay in the gradient.
        Adam = "adam",
        /// Adam whose steps never grow.
        Amsgrad = "amsgrad",
        /// Adam with Nesterov momentum.
        Nadam = "nadam",
        /// Steps shrink with all squares so far.
        Adagrad = "adagrad",
        /// Steps shrink with recent squares.
        Rmsprop = "rmsprop",
        /// The same with momentum.
        RmspropMomentum = "rmsprop_momentum",
        /// Gradient descent on batches.
        Sgd = "sgd",
        /// Heavy-ball momentum.
        Momentum = "momentum",
        /// Nesterov momentum.
        Nesterov = "nesterov",
        /// The sign of a momentum.
        Lion = "lion",
        /// Orthogonalised momentum.
        Muon = "muon",
    }
}

impl Optimizer {
    /// How decay enters unless something else is asked for.
    pub fn decay(self) -> DecayKind {
        match self {
            Self::Adam => DecayKind::Coupled,
            _ => DecayKind::Decoupled,
        }
    }

    /// `b2` unless something else is asked for: that of the papers.
    pub fn beta2(self) -> f64 {
        match self {
            Self::Lion | Self::Rmsprop | Self::RmspropMomentum => 0.99,
            _ => 0.999,
        }
    }

    /// Momentum unless something else is asked for.
    pub fn momentum(self) -> f64 {
        match self {
            Self::Muon => 0.95,
            _ => 0.9,
        }
    }

    /// Whether steps of this parameter are orthogonalised before they are taken.
    pub(crate) fn orthogonalises(self, parameter: &ParameterSpec) -> bool {
        self == Self::Muon && muon::applies(parameter)
    }

    /// The direction of a parameter's step in the update kernel.
    pub fn direction(self, centered: bool, parameter: &ParameterSpec) -> Direction {
        let adam = |nesterov, amsgrad| Direction::Adam { nesterov, amsgrad };
        match self {
            Self::Adamw | Self::Adam => Direction::ADAM,
            Self::Amsgrad => adam(false, true),
            Self::Nadam => adam(true, false),
            Self::Adagrad => Direction::AdaGrad,
            Self::Rmsprop => Direction::RmsProp {
                centered,
                momentum: false,
            },
            Self::RmspropMomentum => Direction::RmsProp {
                centered,
                momentum: true,
            },
            Self::Sgd => Direction::Sgd,
            Self::Momentum => Direction::Momentum { nesterov: false },
            Self::Nesterov => Direction::Momentum { nesterov: true },
            Self::Lion => Direction::Lion,
            Self::Muon if muon::applies(parameter) => Direction::Sgd,
            Self::Muon => Direction::ADAM,
        }
    }
}
