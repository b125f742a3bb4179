//! A learned share of an activation for each unit.

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, backend_extension};
use burn::tensor::Tensor;

use crate::tape::{Pullback, record};

#[cfg(feature = "flex")]
mod cpu;
pub mod reference;

/// From one value to another by a share of each unit.
///
/// ```text
/// y = z + a (f - z)        dz = (1 - a) dy,  df = a dy,  da = sum over the rows of dy (f - z)
/// ```
///
/// With `f = act(z)` it is a parametric activation.
///
/// # Shapes
/// - `z`, `f`: `[R, B, C]`; `share`: `[R, C]`
/// - returns: `[R, B, C]`
///
/// # Source
/// Holzmueller et al. 2024, appendix A, <https://arxiv.org/abs/2407.04491>.
pub fn blend(z: Tensor<3>, f: Tensor<3>, share: Tensor<2>) -> Tensor<3> {
    Tensor::from_dispatch(Dispatch::blend(
        z.into_dispatch(),
        f.into_dispatch(),
        share.into_dispatch(),
    ))
}

/// [`blend`] and its gradients as backend primitives.
#[backend_extension(
    Flex: cfg(feature = "flex"),
    NdArray: cfg(feature = "ndarray"),
    Cube: cfg(feature = "cube"),
    Autodiff
)]
// The macro that dispatches the methods wants results as plain tuples of tensors.
#[allow(clippy::type_complexity)]
pub trait BlendOps: Backend {
    /// See [`blend`].
    fn blend(
        z: FloatTensor<Self>,
        f: FloatTensor<Self>,
        share: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        reference::blend::<Self>(z, f, share)
    }

    /// `(dz, df, d share)` of [`blend`].
    fn blend_backward(
        z: FloatTensor<Self>,
        f: FloatTensor<Self>,
        share: FloatTensor<Self>,
        grad: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>) {
        reference::blend_backward::<Self>(z, f, share, grad)
    }
}

#[cfg(feature = "cube")]
impl BlendOps for burn_cubecl::CubeBackend {}

#[derive(Debug, Clone)]
struct Saved<B: Backend> {
    z: FloatTensor<B>,
    f: FloatTensor<B>,
    share: FloatTensor<B>,
}

impl<B: BlendOps> Pullback<B, 3> for Saved<B> {
    fn gradients(self, grad: FloatTensor<B>, _: [bool; 3]) -> [Option<FloatTensor<B>>; 3] {
        let (dz, df, dshare) = B::blend_backward(self.z, self.f, self.share, grad);
        [Some(dz), Some(df), Some(dshare)]
    }
}

impl<B: BlendOps, C: CheckpointStrategy> BlendOps for Autodiff<B, C> {
    fn blend(
        z: FloatTensor<Self>,
        f: FloatTensor<Self>,
        share: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let nodes = [&z, &f, &share].map(|input| input.node());
        record::<B, C, _, 3>(nodes, |tracked| {
            let [z, f, share] = [z, f, share].map(|input| input.into_primitive());
            let saved = tracked.then(|| Saved::<B> {
                z: z.clone(),
                f: f.clone(),
                share: share.clone(),
            });
            (B::blend(z, f, share), saved)
        })
    }
}
