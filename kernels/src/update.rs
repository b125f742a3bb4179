//! One optimiser step in one pass: direction, decay and moments of every member.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, DispatchTensor, backend_extension};
use burn::tensor::Tensor;

use crate::reference;

/// Where the step goes. `g` is the gradient, `t` counts a member's own steps from 1.
///
/// | variant | moments | direction `u` |
/// | :-- | :-- | :-- |
/// | `Sgd` | none | `g` |
/// | `Momentum` | `m <- b1 m + (1 - d) g`, `m <- g` at `t = 1` | `m`, or `g + b1 m` with Nesterov |
/// | `Adam` | `m <- b1 m + (1 - b1) g`, `v <- b2 v + (1 - b2) g^2` | `m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)` |
///
/// # Source
/// Sutskever et al. 2013 in torch's form; Kingma & Ba 2015, algorithm 1, <https://arxiv.org/abs/1412.6980>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The gradient itself.
    Sgd,
    /// Heavy-ball momentum with dampening `d`, torch's convention.
    Momentum {
        /// Look ahead by one step of the momentum.
        nesterov: bool,
    },
    /// Adaptive moments with bias correction.
    Adam,
}

impl Direction {
    /// Moments kept per parameter.
    pub fn moments(self) -> usize {
        match self {
            Self::Sgd => 0,
            Self::Momentum { .. } => 1,
            Self::Adam => 2,
        }
    }
}

/// How the decay rate `λ` enters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decay {
    /// `w <- w - lr λ w`, apart from the direction (Loshchilov & Hutter 2019, as torch and optax scale it).
    Decoupled,
    /// `g <- g + λ w`, before the direction is made (L2 in the loss).
    Coupled,
}

/// What `update` computes; a constant of the compiled kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Direction of the step.
    pub direction: Direction,
    /// How decay enters.
    pub decay: Decay,
}

/// The scalars of one member at one step: a row of the `[R, Scalars::COUNT]` table that `update` reads.
///
/// Everything that torch computes in double precision before it touches a tensor is done so here.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scalars {
    /// Learning rate at this step.
    pub learning_rate: f64,
    /// Decay rate `λ`.
    pub decay: f64,
    /// `b1`, or the momentum.
    pub beta1: f64,
    /// `b2`.
    pub beta2: f64,
    /// Dampening of the momentum.
    pub dampening: f64,
    /// `eps`.
    pub epsilon: f64,
    /// `t`, the member's step counted from 1.
    pub step: u32,
    /// A member that is not active keeps its parameters and moments bit for bit.
    pub active: bool,
}

impl Scalars {
    /// Values per row.
    pub const COUNT: usize = 10;

    /// The row as the kernels read it.
    pub fn row(&self, direction: Direction) -> [f32; Self::COUNT] {
        let first = self.step == 1;
        let taken = match direction {
            Direction::Sgd => 1.0,
            Direction::Momentum { .. } if first => 1.0,
            Direction::Momentum { .. } => 1.0 - self.dampening,
            Direction::Adam => 1.0 - self.beta1,
        };
        let t = f64::from(self.step);
        [
            self.learning_rate,
            self.decay,
            self.learning_rate * self.decay,
            self.beta1,
            taken,
            self.beta2,
            1.0 - self.beta2,
            self.learning_rate / (1.0 - self.beta1.powf(t)),
            1.0 / (1.0 - self.beta2.powf(t)).sqrt(),
            if self.active { self.epsilon } else { -1.0 },
        ]
        .map(|value| value as f32)
    }
}

/// Columns of [`Scalars::row`].
pub(crate) mod column {
    pub(crate) const LEARNING_RATE: usize = 0;
    pub(crate) const DECAY: usize = 1;
    pub(crate) const SHRINK: usize = 2;
    pub(crate) const BETA1: usize = 3;
    pub(crate) const TAKEN: usize = 4;
    pub(crate) const BETA2: usize = 5;
    pub(crate) const TAKEN2: usize = 6;
    /// `lr / (1 - b1^t)`.
    pub(crate) const STEP_SIZE: usize = 7;
    /// `1 / sqrt(1 - b2^t)`.
    pub(crate) const CORRECT2: usize = 8;
    /// Negative where the member is not active.
    pub(crate) const EPSILON: usize = 9;
}

/// One step of every active member.
///
/// ```text
/// decoupled:  w <- w - lr λ w - lr u(g)          coupled:  w <- w - lr u(g + λ w)
/// ```
///
/// The parameter and the moments are changed in place where nobody else holds them. Results below the smallest normal
/// number, and squares of gradients below its root, may become zero.
///
/// # Shapes
/// - `parameter`, `gradient`: `[R, ...]`
/// - `moments`: `[K, R, ...]` with `K` of [`Direction::moments`], at least 1
/// - `scalars`: `[R, Scalars::COUNT]`
/// - `decayed`: whether decay applies to this parameter
/// - returns: the new parameter and moments
pub fn update(
    parameter: DispatchTensor,
    gradient: DispatchTensor,
    moments: DispatchTensor,
    scalars: Tensor<2>,
    decayed: bool,
    rule: Rule,
) -> (DispatchTensor, DispatchTensor) {
    Dispatch::update(
        parameter,
        gradient,
        moments,
        scalars.into_dispatch(),
        decayed,
        rule,
    )
}

/// [`update`] as a backend primitive.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Fusion: cfg(feature = "fusion")
)]
pub trait UpdateOps: Backend {
    /// See [`update`].
    #[fusion(meta = |parameter, _, moments, _, _, _| (parameter.clone(), moments.clone()))]
    fn update(
        parameter: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        scalars: FloatTensor<Self>,
        decayed: bool,
        rule: Rule,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::update::update::<Self>(parameter, gradient, moments, scalars, decayed, rule)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl UpdateOps for burn::backend::NdArray {}
