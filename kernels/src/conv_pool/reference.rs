//! [`conv2d_max_pool`](crate::conv2d_max_pool) as its two operations.

use burn::backend::tensor::{FloatTensor, IntTensor};

use crate::conv_pool::expect_successor;
use crate::{Activation, ConvPoolOps, PoolOps, Window};

/// `(y, places)`.
pub fn forward<B: ConvPoolOps>(
    x: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    window: Window,
    activation: Activation,
    pool: Window,
) -> (FloatTensor<B>, IntTensor<B>) {
    expect_successor(window, pool);
    let y = B::population_conv2d(x, weight, bias, window, activation);
    B::max_pool_with_places(y, pool)
}

/// The gradient before the activation: its slope is a function of the value, and only a maximum's place has one to pass.
pub fn unpooled<B: PoolOps>(
    y: FloatTensor<B>,
    places: IntTensor<B>,
    grad: FloatTensor<B>,
    activation: Activation,
    pool: Window,
) -> FloatTensor<B> {
    B::max_pool_backward(places, activation.pull_back::<B>(y, grad), pool)
}
