//! Batches of a population from the data set that stays on the device.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, TensorMetadata, backend_extension};
use burn::tensor::{Int, Shape, Tensor};

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
        let [members, batch] = rows.shape().dims();
        let features = values.shape()[1];
        let flat = Self::int_reshape(rows, Shape::new([members * batch]));
        let shape = Shape::new([members, batch, features]);
        let picked = Self::float_reshape(Self::float_select(values, 0, flat), shape.clone());
        let missing = Self::float_is_nan(picked.clone(), burn::tensor::BoolStore::Native.into());
        let fill = reference::of_members::<Self>(fill, fold.clone());
        let inputs = reference::standardise::<Self>(picked, fold, center, scale);
        Self::float_mask_where(inputs, missing, Self::float_expand(fill, shape))
    }

    /// See [`gather`].
    fn gather_bytes(
        values: IntTensor<Self>,
        rows: IntTensor<Self>,
        fold: IntTensor<Self>,
        center: FloatTensor<Self>,
        scale: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        let [members, batch] = rows.shape().dims();
        let features = values.shape()[1];
        let flat = Self::int_reshape(rows, Shape::new([members * batch]));
        let picked = Self::int_into_float(Self::int_select(values, 0, flat), center.dtype().into());
        let picked = Self::float_reshape(picked, Shape::new([members, batch, features]));
        reference::standardise::<Self>(picked, fold, center, scale)
    }
}

mod reference {
    use super::{Backend, FloatTensor, IntTensor, Shape, TensorMetadata};

    /// One row per member, as `[R, 1, F]`.
    pub(super) fn of_members<B: Backend>(
        statistic: FloatTensor<B>,
        fold: IntTensor<B>,
    ) -> FloatTensor<B> {
        let (members, features) = (fold.shape()[0], statistic.shape()[1]);
        B::float_reshape(
            B::float_select(statistic, 0, fold),
            Shape::new([members, 1, features]),
        )
    }

    pub(super) fn standardise<B: Backend>(
        picked: FloatTensor<B>,
        fold: IntTensor<B>,
        center: FloatTensor<B>,
        scale: FloatTensor<B>,
    ) -> FloatTensor<B> {
        let center = of_members::<B>(center, fold.clone());
        let scale = of_members::<B>(scale, fold);
        B::float_mul(B::float_sub(picked, center), scale)
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)]
impl GatherOps for burn::backend::NdArray {}
