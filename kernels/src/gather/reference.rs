//! [`gather`](crate::gather()) as selections.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::Shape;

use crate::reference::booleans;

/// `(value - center) * scale`, and `fill` where the value is NaN.
pub fn floats<B: Backend>(
    values: FloatTensor<B>,
    rows: IntTensor<B>,
    fold: IntTensor<B>,
    center: FloatTensor<B>,
    scale: FloatTensor<B>,
    fill: FloatTensor<B>,
) -> FloatTensor<B> {
    let [members, batch] = rows.shape().dims();
    let features = values.shape()[1];
    let flat = B::int_reshape(rows, Shape::new([members * batch]));
    let shape = Shape::new([members, batch, features]);
    let picked = B::float_reshape(B::float_select(values, 0, flat), shape.clone());
    let missing = B::float_is_nan(picked.clone(), booleans::<B>(&picked));
    let fill = of_members::<B>(fill, fold.clone());
    let inputs = standardise::<B>(picked, fold, center, scale);
    B::float_mask_where(inputs, missing, B::float_expand(fill, shape))
}

/// `(value - center) * scale` of bytes.
pub fn bytes<B: Backend>(
    values: IntTensor<B>,
    rows: IntTensor<B>,
    fold: IntTensor<B>,
    center: FloatTensor<B>,
    scale: FloatTensor<B>,
) -> FloatTensor<B> {
    let [members, batch] = rows.shape().dims();
    let features = values.shape()[1];
    let flat = B::int_reshape(rows, Shape::new([members * batch]));
    let picked = B::int_into_float(B::int_select(values, 0, flat), center.dtype().into());
    let picked = B::float_reshape(picked, Shape::new([members, batch, features]));
    standardise::<B>(picked, fold, center, scale)
}

/// One row per member, as `[R, 1, F]`.
fn of_members<B: Backend>(statistic: FloatTensor<B>, fold: IntTensor<B>) -> FloatTensor<B> {
    let (members, features) = (fold.shape()[0], statistic.shape()[1]);
    B::float_reshape(
        B::float_select(statistic, 0, fold),
        Shape::new([members, 1, features]),
    )
}

fn standardise<B: Backend>(
    picked: FloatTensor<B>,
    fold: IntTensor<B>,
    center: FloatTensor<B>,
    scale: FloatTensor<B>,
) -> FloatTensor<B> {
    let center = of_members::<B>(center, fold.clone());
    let scale = of_members::<B>(scale, fold);
    B::float_mul(B::float_sub(picked, center), scale)
}
