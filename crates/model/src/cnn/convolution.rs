//! A convolution with what follows it, and the residual block made of two.

use burn::tensor::Tensor;
use decay_kernels::{Activation, Window, conv2d, conv2d_max_pool, depthwise, max_pool};

use crate::leaves::Leaves;
use crate::mode::Mode;
use crate::nonlinearity::Nonlinearity;
use crate::normalise::NormPlaces;
use crate::state::State;

/// `convolution -> [norm] -> nonlinearity -> [max-pooling]`.
#[derive(Debug, Clone)]
pub(super) struct Convolution {
    pub(super) window: Window,
    /// Each channel has a kernel of its own.
    pub(super) depthwise: bool,
    pub(super) weight: usize,
    pub(super) bias: Option<usize>,
    pub(super) norm: Option<NormPlaces>,
    pub(super) nonlinearity: Nonlinearity,
    /// Pooling that follows at once, which the CPU does while the pixels are in its cache.
    pub(super) pool: Option<Window>,
}

impl Convolution {
    pub(super) fn forward(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
    ) -> Tensor<3> {
        let fused = self.nonlinearity.fused();
        match (self.pool, self.norm, fused) {
            (None, ..) => self.convolve(leaves, state, x, mode),
            (Some(pool), None, Some(activation)) if !self.depthwise => {
                let (weight, bias) = self.values(leaves);
                conv2d_max_pool(x, weight, bias, self.window, activation, pool)
            }
            (Some(pool), ..) => max_pool(self.convolve(leaves, state, x, mode), pool),
        }
    }

    /// Without pooling.
    fn convolve(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
    ) -> Tensor<3> {
        let (weight, bias) = self.values(leaves);
        let map = |activation| {
            if self.depthwise {
                depthwise(x, weight, bias, self.window, activation)
            } else {
                conv2d(x, weight, bias, self.window, activation)
            }
        };
        self.nonlinearity
            .after(leaves.precision(), |activation| match &self.norm {
                None => map(activation),
                Some(norm) => {
                    // Statistics of a batch need more digits than its activations.
                    let z = leaves.precision().widen(map(Activation::Identity));
                    norm.apply(leaves, state, z, mode, activation)
                }
            })
    }

    fn values(&self, leaves: &Leaves) -> (Tensor<3>, Option<Tensor<2>>) {
        let bias = self.bias.map(|bias| leaves.vector(bias));
        (leaves.matrix(self.weight), bias)
    }
}

/// `act(second(first(x)) + shortcut(x))`.
#[derive(Debug, Clone)]
pub(super) struct Residual {
    pub(super) first: Convolution,
    /// Without a nonlinearity.
    pub(super) second: Convolution,
    /// A 1x1 convolution where the shapes differ, else the input itself.
    pub(super) shortcut: Option<Convolution>,
    pub(super) nonlinearity: Nonlinearity,
}

impl Residual {
    pub(super) fn forward(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
    ) -> Tensor<3> {
        let y = self.first.forward(leaves, state, x.clone(), mode);
        let y = self.second.forward(leaves, state, y, mode);
        let around = match &self.shortcut {
            None => x,
            Some(shortcut) => shortcut.forward(leaves, state, x, mode),
        };
        self.nonlinearity.apply(y + around)
    }
}
