//! [`mix`](crate::mix) as a gather along the batch.

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Scalar, TensorMetadata};
use burn::tensor::Shape;

use crate::reference::booleans;

/// `λ x + (1 - λ) x[partner]`, and `x` itself where `λ` is 1.
pub fn mix<B: Backend>(
    x: FloatTensor<B>,
    partner: IntTensor<B>,
    share: FloatTensor<B>,
) -> FloatTensor<B> {
    let [members, batch, _] = x.shape().dims();
    let column = Shape::new([members, batch, 1]);
    let partner = B::int_expand(B::int_reshape(partner, column.clone()), x.shape());
    let share = B::float_reshape(share, column);
    let other = B::float_gather(1, x.clone(), partner);
    let whole = B::float_equal_elem(share.clone(), Scalar::from(1.0), booleans::<B>(&x));
    let rest = B::float_add_scalar(B::float_neg(share.clone()), Scalar::from(1.0));
    let mixed = B::float_add(B::float_mul(x.clone(), share), B::float_mul(other, rest));
    let whole = B::bool_expand(whole, x.shape());
    B::float_mask_where(mixed, whole, x)
}
