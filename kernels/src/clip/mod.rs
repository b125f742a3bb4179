//! Numbers of a table, smoothly clipped.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::Columns;
use crate::tape::{Pullback, record};

#[cfg(feature = "flex")]
mod cpu;
pub mod reference;

/// Where the clip levels off.
pub const CLIP: f64 = 3.0;

/// `1 / CLIP^2`.
const SHARE: f32 = (1.0 / (CLIP * CLIP)) as f32;

/// What each column's square counts: nothing where it is no number, which leaves it as it is, bit for bit.
fn shares(columns: &Columns) -> Vec<f32> {
    let mut shares = vec![0.0; columns.count()];
    columns
        .numbers
        .iter()
        .for_each(|&column| shares[column] = SHARE);
    shares
}

/// Each number pulled towards the range from -3 to 3, the other columns as they are.
///
/// ```text
/// y = x / sqrt(1 + (x / 3)^2)        dx = dy / (1 + (x / 3)^2)^(3/2)
/// ```
///
/// # Shapes
/// - `x`: `[R, B, C]`
/// - returns: `[R, B, C]`
///
/// # Source
/// Holzmueller et al. 2024, section 3.1, <https://arxiv.org/abs/2407.04491>.
pub fn clip(x: Tensor<3>, columns: &Columns) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::clip(x.into_dispatch(), columns.clone()))
}

/// [`clip`] and its gradient as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
pub trait ClipOps: Backend {
    /// See [`clip`].
    fn clip(x: FloatTensor<Self>, columns: Columns) -> FloatTensor<Self> {
        reference::clip::<Self>(x, columns)
    }

    /// `dx` of [`clip`].
    fn clip_backward(
        x: FloatTensor<Self>,
        grad: FloatTensor<Self>,
        columns: Columns,
    ) -> FloatTensor<Self> {
        reference::clip_backward::<Self>(x, grad, columns)
    }
}

#[cfg(feature = "cube")]
impl ClipOps for burn_cubecl::CubeBackend {}

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    x: FloatTensor<B>,
    columns: Columns,
}

impl<B: ClipOps> Pullback<B, 1> for Saved<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 1]) -> [Option<FloatTensor<B>>; 1] {
        [Some(B::clip_backward(self.x, grad, self.columns))]
    }
}

impl<B: ClipOps, C: CheckpointStrategy> ClipOps for Autodiff<B, C> {
    fn clip(x: FloatTensor<Self>, columns: Columns) -> FloatTensor<Self> {
        record::<B, C, _, 1>([x.node()], |tracked| {
            let x = x.into_primitive();
            let saved = tracked.then(|| Saved::<B> {
                x: x.clone(),
                columns: columns.clone(),
            });
            (B::clip(x, columns), saved)
        })
    }
}
