//! What a forward pass needs to know besides its input.

use burn::tensor::{Int, Tensor};
use decay_kernels::{At, dropout};

/// Whether a pass trains, and with what noise.
#[derive(Debug, Clone, Copy)]
pub enum Mode<'a> {
    /// Batch statistics and dropout.
    Train(&'a Noise),
    /// Running statistics, no dropout.
    Evaluate,
}

/// Per-member inputs of a training pass.
#[derive(Debug, Clone)]
pub struct Noise {
    /// `[R]`, dropout rates of activations, and of a graph network's features; absent if no member drops anything.
    pub dropout: Option<Tensor<1>>,
    /// `[R]`, rates at which a graph network drops the entries of its operator; absent if no member drops any.
    pub edge_dropout: Option<Tensor<1>>,
    /// `[R, 2]`, halves of the members' seeds as `i32` bits.
    pub seeds: Tensor<2, Int>,
    /// `[R, B]`, sample weights: rows of weight 0 stay out of batch statistics.
    pub weights: Tensor<2>,
    /// When the pass happens; `site` is ignored.
    pub at: At,
}

/// Drops with the members' rates in a training pass; `site` tells a network's layers apart.
pub fn drop_out(x: Tensor<3>, site: usize, mode: Mode<'_>) -> Tensor<3> {
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
