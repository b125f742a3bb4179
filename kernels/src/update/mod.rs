//! One optimiser step in one pass: direction, decay, proximal step and moments of every member.

use burn::backend::TensorMetadata;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, DispatchTensor, backend_extension};
use burn::tensor::Tensor;

use crate::sizes::{dims, expect_shape};

#[cfg(feature = "flex")]
mod cpu;
mod direction;
#[cfg(feature = "cube")]
mod gpu;
pub mod reference;
mod scalars;

pub use direction::Direction;
pub use scalars::Scalars;
pub(crate) use scalars::column;

/// On what the decay that is apart from the gradient pulls.
///
/// | variant | pulled `p` |
/// | :-- | :-- |
/// | `Plain` | `w` |
/// | `Cautious` | `w` where `u w >= 0`, else `0` |
/// | `Anchored` | `w - w_0` |
///
/// # Source
/// Loshchilov & Hutter 2019, <https://arxiv.org/abs/1711.05101>; Chen et al. 2025, <https://arxiv.org/abs/2510.12402>;
/// Li et al. 2018 (L2-SP), <https://arxiv.org/abs/1802.01483>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Decay {
    /// Every weight, toward zero.
    Plain,
    /// Only weights that the step moves toward zero, too.
    Cautious,
    /// Toward the reference point `w_0`, which lies behind the moments and never changes.
    Anchored,
}

/// What `update` computes; a constant of the compiled kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rule {
    /// Direction of the step.
    pub direction: Direction,
    /// On what decay pulls.
    pub decay: Decay,
    /// Whether a proximal step of the elastic net follows.
    pub proximal: bool,
}

impl Rule {
    /// A rule without a proximal step.
    pub const fn new(direction: Direction, decay: Decay) -> Self {
        Self {
            direction,
            decay,
            proximal: false,
        }
    }

    /// Tensors of the parameter's shape behind it: the moments and the reference point; at least 1 for the kernel's sake.
    pub fn slots(self) -> usize {
        let anchor = usize::from(self.decay == Decay::Anchored);
        (self.direction.moments() + anchor).max(1)
    }
}

/// One step of every active member.
///
/// ```text
/// g' = g + c w                              c: coupled decay, the gradient of c/2 w^2
/// u  = direction(g')                        see Direction
/// w' = w - s p - lr u                       s: share that decay removes of p, see Decay
/// w''= soft(w', a) / (1 + b)                if proximal; soft(x, a) = sign(x) max(|x| - a, 0)
/// ```
///
/// The parameter and the moments are changed in place where nobody else holds them. Results below the smallest normal
/// number, and squares of gradients below its root, may become zero.
///
/// # Shapes
/// - `parameter`, `gradient`: `[R, ...]`
/// - `slots`: `[K, R, ...]` with `K` of [`Rule::slots`]
/// - `scalars`: `[G, R, Scalars::COUNT]`, a row for each group of parameters and member
/// - `group`: of the parameter, below `G`
/// - returns: the new parameter and slots
///
/// # Source
/// Proximal step after the direction's: Duchi & Singer 2009, eq. 3; its threshold is not scaled by the moments.
pub fn update(
    parameter: DispatchTensor,
    gradient: DispatchTensor,
    slots: DispatchTensor,
    scalars: Tensor<3>,
    group: usize,
    rule: Rule,
) -> (DispatchTensor, DispatchTensor) {
    Dispatch::update(
        parameter,
        gradient,
        slots,
        scalars.into_dispatch(),
        group,
        rule,
    )
}

/// [`update`] as a backend primitive.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube")
)]
pub trait UpdateOps: Backend {
    /// See [`update`].
    fn update(
        parameter: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        slots: FloatTensor<Self>,
        scalars: FloatTensor<Self>,
        group: usize,
        rule: Rule,
    ) -> (FloatTensor<Self>, FloatTensor<Self>) {
        reference::update::<Self>(parameter, gradient, slots, scalars, group, rule)
    }
}

/// Panics with a sentence if the operands of an update do not fit each other.
pub(crate) fn expect_update<T: TensorMetadata>(
    parameter: &T,
    gradient: &T,
    slots: &T,
    scalars: &T,
    group: usize,
    rule: Rule,
) {
    let (shape, other, kept) = (parameter.shape(), gradient.shape(), slots.shape());
    let (shape, other, kept) = (&shape[..], &other[..], &kept[..]);
    assert!(
        other == shape,
        "update: the gradient has shape {other:?}, the parameter {shape:?}"
    );
    let expected = rule.slots();
    assert!(
        kept[0] >= expected && kept[1..] == *shape,
        "update: the slots have shape {kept:?}, expected [{expected}] followed by {shape:?}"
    );
    let [groups, ..] = dims::<3>(scalars);
    expect_shape(
        "update: scalars",
        scalars,
        [groups, shape[0], Scalars::COUNT],
    );
    assert!(
        group < groups,
        "update: group {group} of a table of {groups}"
    );
}
