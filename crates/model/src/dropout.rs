//! Dropout between layers.

use burn::tensor::Tensor;
use decay_kernels::{At, dropout};

use crate::mode::Mode;

/// Drops with the members' rates in a training pass; `site` tells a network's layers apart.
pub(crate) fn drop_out(x: Tensor<3>, site: usize, mode: Mode<'_>) -> Tensor<3> {
    let Mode::Train(noise) = mode else {
        return x;
    };
    let Some(rate) = &noise.dropout else {
        return x;
    };
    let at = At {
        site: site as u32,
        ..noise.at
    };
    dropout(x, rate.clone(), noise.seeds.clone(), at)
}
