//! One optimiser step in one pass: direction, decay and moments of every member.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, DispatchTensor, TensorMetadata, backend_extension};
use burn::tensor::{Shape, Tensor};

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decay {
    /// `w <- w - lr λ w`, apart from the direction (Loshchilov & Hutter 2019, as torch and optax scale it).
    Decoupled,
    /// `g <- g + λ w`, before the direction is made (L2 in the loss).
    Coupled,
}

/// What `update` computes; a constant of the compiled kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
/// The parameter and the moments are changed in place where nobody else holds them.
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
#[backend_extension(Flex: cfg(feature = "flex"), NdArray: cfg(feature = "ndarray"))]
pub trait UpdateOps: Backend {
    /// See [`update`].
    fn update(
        parameter: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        moments: FloatTensor<Self>,
        scalars: FloatTensor<Self>,
        decayed: bool,
        rule: Rule,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::update::<Self>(parameter, gradient, moments, scalars, decayed, rule)
    }
}

/// The same in Burn's own operations.
pub(crate) mod reference {
    use super::{Backend, Decay, Direction, FloatTensor, Rule, Shape, TensorMetadata, column};
    use burn::backend::Scalar;
    use burn::tensor::{BoolStore, Slice};

    /// One column as `[R, 1]`.
    fn of<B: Backend>(scalars: &FloatTensor<B>, column: usize) -> FloatTensor<B> {
        let column = Slice::new(column as isize, Some(column as isize + 1), 1);
        B::float_slice(scalars.clone(), &[Slice::full(), column])
    }

    fn moment<B: Backend>(moments: &FloatTensor<B>, index: usize) -> FloatTensor<B> {
        let [_, members, width] = moments.shape().dims();
        let index = Slice::new(index as isize, Some(index as isize + 1), 1);
        let one = B::float_slice(moments.clone(), &[index, Slice::full(), Slice::full()]);
        B::float_reshape(one, Shape::new([members, width]))
    }

    /// `a x + b y` with a factor per member.
    fn mix<B: Backend>(
        a: FloatTensor<B>,
        x: FloatTensor<B>,
        b: FloatTensor<B>,
        y: FloatTensor<B>,
    ) -> FloatTensor<B> {
        B::float_add(B::float_mul(x, a), B::float_mul(y, b))
    }

    pub(crate) fn update<B: Backend>(
        parameter: FloatTensor<B>,
        gradient: FloatTensor<B>,
        moments: FloatTensor<B>,
        scalars: FloatTensor<B>,
        decayed: bool,
        rule: Rule,
    ) -> (FloatTensor<B>, FloatTensor<B>) {
        let (shape, moments_shape) = (parameter.shape(), moments.shape());
        let members = shape[0];
        let width = shape.num_elements() / members.max(1);
        let flat = Shape::new([members, width]);
        let w = B::float_reshape(parameter, flat.clone());
        let mut g = B::float_reshape(gradient, flat.clone());
        let kept = moments_shape[0];
        let moments = B::float_reshape(moments, Shape::new([kept, members, width]));
        let get = |index| of::<B>(&scalars, index);
        if decayed && rule.decay == Decay::Coupled {
            g = B::float_add(g, B::float_mul(w.clone(), get(column::DECAY)));
        }
        let (step, fresh) = direction::<B>(g, &moments, &scalars, rule.direction);
        let mut next = w.clone();
        if decayed && rule.decay == Decay::Decoupled {
            next = B::float_sub(next.clone(), B::float_mul(next, get(column::SHRINK)));
        }
        next = B::float_sub(next, step);

        let idle = B::float_lower_elem(
            get(column::EPSILON),
            Scalar::from(0.0),
            BoolStore::Native.into(),
        );
        let idle = B::bool_expand(idle, flat);
        let next = B::float_mask_where(next, idle.clone(), w);
        let mut slots: Vec<_> = (0..kept)
            .map(|k| {
                let old = moment::<B>(&moments, k);
                match fresh.get(k) {
                    Some(new) => B::float_mask_where(new.clone(), idle.clone(), old),
                    None => old,
                }
            })
            .map(|slot| B::float_reshape(slot, Shape::new([1, members, width])))
            .collect();
        let moments = if slots.len() == 1 {
            slots.remove(0)
        } else {
            B::float_cat(slots, 0)
        };
        (
            B::float_reshape(next, shape),
            B::float_reshape(moments, moments_shape),
        )
    }

    /// What is subtracted from the parameter, and the new moments.
    fn direction<B: Backend>(
        g: FloatTensor<B>,
        moments: &FloatTensor<B>,
        scalars: &FloatTensor<B>,
        direction: Direction,
    ) -> (FloatTensor<B>, Vec<FloatTensor<B>>) {
        let get = |index| of::<B>(scalars, index);
        match direction {
            Direction::Sgd => (B::float_mul(g, get(column::LEARNING_RATE)), vec![]),
            Direction::Momentum { nesterov } => {
                let old = moment::<B>(moments, 0);
                let m = mix::<B>(get(column::BETA1), old, get(column::TAKEN), g.clone());
                let u = if nesterov {
                    B::float_add(g, B::float_mul(m.clone(), get(column::BETA1)))
                } else {
                    m.clone()
                };
                (B::float_mul(u, get(column::LEARNING_RATE)), vec![m])
            }
            Direction::Adam => {
                let square = B::float_mul(g.clone(), g.clone());
                let m = mix::<B>(
                    get(column::BETA1),
                    moment::<B>(moments, 0),
                    get(column::TAKEN),
                    g,
                );
                let v = mix::<B>(
                    get(column::BETA2),
                    moment::<B>(moments, 1),
                    get(column::TAKEN2),
                    square,
                );
                let root = B::float_mul(B::float_sqrt(v.clone()), get(column::CORRECT2));
                let ratio = B::float_div(m.clone(), B::float_add(root, get(column::EPSILON)));
                (B::float_mul(ratio, get(column::STEP_SIZE)), vec![m, v])
            }
        }
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl UpdateOps for burn::backend::NdArray {}
