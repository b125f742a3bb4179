//! Batches of a population from the data set that stays on the device.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};

use crate::reference;

/// The data as it is stored.
#[derive(Debug, Clone)]
pub enum Features {
    /// `[N, F]`, NaN where a value is missing.
    Float(Tensor<2>),
    /// `[N, F]` of unsigned bytes.
    Byte(Tensor<2, Int>),
}

/// How stored values become inputs: one row of statistics per fold.
///
/// ```text
/// x = (value - center) * scale        x = fill where the value is missing
/// ```
#[derive(Debug, Clone)]
pub struct Statistics {
    /// `[S, F]`.
    pub center: Tensor<2>,
    /// `[S, F]`.
    pub scale: Tensor<2>,
    /// `[S, F]`.
    pub fill: Tensor<2>,
}

/// Each member's batch, preprocessed with the statistics of its fold.
///
/// # Shapes
/// - `rows`: `[R, B]`, row numbers in the data
/// - `fold`: `[R]`, which row of the statistics a member uses
/// - returns: `[R, B, F]`
pub fn gather(
    features: &Features,
    statistics: &Statistics,
    rows: Tensor<2, Int>,
    fold: Tensor<1, Int>,
) -> Tensor<3> {
    let rows = rows.into_dispatch();
    let fold = fold.into_dispatch();
    let center = statistics.center.clone().into_dispatch();
    let scale = statistics.scale.clone().into_dispatch();
    Tensor::from_dispatch(match features {
        Features::Float(values) => Dispatch::gather_floats(
            values.clone().into_dispatch(),
            rows,
            fold,
            center,
            scale,
            statistics.fill.clone().into_dispatch(),
        ),
        Features::Byte(values) => {
            Dispatch::gather_bytes(values.clone().into_dispatch(), rows, fold, center, scale)
        }
    })
}

/// [`gather`] as backend primitives.
#[backend_extension(Flex: cfg(feature = "flex"), NdArray: cfg(feature = "ndarray"))]
pub trait GatherOps: Backend {
    /// See [`gather`].
    fn gather_floats(
        values: FloatTensor<Self>,
        rows: IntTensor<Self>,
        fold: IntTensor<Self>,
        center: FloatTensor<Self>,
        scale: FloatTensor<Self>,
        fill: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        reference::gather::floats::<Self>(values, rows, fold, center, scale, fill)
    }

    /// See [`gather`].
    fn gather_bytes(
        values: IntTensor<Self>,
        rows: IntTensor<Self>,
        fold: IntTensor<Self>,
        center: FloatTensor<Self>,
        scale: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        reference::gather::bytes::<Self>(values, rows, fold, center, scale)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl GatherOps for burn::backend::NdArray {}
