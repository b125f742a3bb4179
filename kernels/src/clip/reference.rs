//! [`clip`](crate::clip()) as whole tensors; of a column that is no number the square counts for nothing.

use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, TensorMetadata};
use burn::tensor::TensorData;

use super::{SHARE, shares};
use crate::Columns;

/// `x / sqrt(1 + share x^2)`.
pub fn clip<B: Backend>(x: FloatTensor<B>, columns: Columns) -> FloatTensor<B> {
    let root = B::float_sqrt(one_and_square::<B>(x.clone(), &columns));
    B::float_div(x, root)
}

/// `dx = dy / (1 + share x^2)^(3/2)`.
pub fn clip_backward<B: Backend>(
    x: FloatTensor<B>,
    grad: FloatTensor<B>,
    columns: Columns,
) -> FloatTensor<B> {
    let square = one_and_square::<B>(x, &columns);
    let root = B::float_sqrt(square.clone());
    B::float_div(grad, B::float_mul(square, root))
}

fn one_and_square<B: Backend>(x: FloatTensor<B>, columns: &Columns) -> FloatTensor<B> {
    let square = B::float_mul(x.clone(), x);
    let square = if columns.others.is_empty() {
        B::float_mul_scalar(square, SHARE.into())
    } else {
        let share = TensorData::new(shares(columns), [1, 1, columns.count()]);
        let share = B::float_from_data(share, &square.device());
        B::float_mul(square, share)
    };
    B::float_add_scalar(square, 1.0.into())
}
