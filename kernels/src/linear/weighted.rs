//! The gradients of layers with a weight and a bias, of which a network asks for some or all.

use std::fmt::Debug;

use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, TensorMetadata};

use crate::Activation;
use crate::tape::{Pullback, record};

/// What each of these layers keeps.
#[derive(Debug, Clone)]
pub(crate) struct Saved<B: Backend> {
    pub(crate) x: FloatTensor<B>,
    pub(crate) weight: FloatTensor<B>,
    pub(crate) y: FloatTensor<B>,
    pub(crate) activation: Activation,
}

/// A kind of layer, with what its gradients need beside [`Saved`].
pub(crate) trait Weighted<B: Backend>: Clone + Debug + Send + 'static {
    /// `[dx, dW, db]`; `dx` has the shape of `x`.
    fn all(self, layer: Saved<B>, grad: FloatTensor<B>) -> [FloatTensor<B>; 3];

    /// `dx` alone, of each member.
    fn of_input(self, layer: Saved<B>, grad: FloatTensor<B>) -> FloatTensor<B>;

    /// `[dW, db]` alone.
    fn of_parameters(self, layer: Saved<B>, grad: FloatTensor<B>) -> [FloatTensor<B>; 2];
}

#[derive(Debug, Clone)]
struct Step<B: Backend, K> {
    layer: Saved<B>,
    kind: K,
}

impl<B: Backend, K: Weighted<B>> Pullback<B, 3> for Step<B, K> {
    fn gradients(
        self,
        grad: FloatTensor<B>,
        [of_x, of_weight, of_bias]: [bool; 3],
    ) -> [Option<FloatTensor<B>>; 3] {
        let Self { layer, kind } = self;
        if !of_x {
            let [dw, db] = kind.of_parameters(layer, grad);
            [None, Some(dw), Some(db)]
        } else if of_weight || of_bias {
            kind.all(layer, grad).map(Some)
        } else {
            let x = layer.x.clone();
            let dx = kind.of_input(layer, grad);
            [Some(of_sharers::<B>(dx, &x)), None, None]
        }
    }
}

/// The members' gradients of an input, added up where they share it.
pub(crate) fn of_sharers<B: Backend>(dx: FloatTensor<B>, x: &FloatTensor<B>) -> FloatTensor<B> {
    if x.shape()[0] < dx.shape()[0] {
        B::float_sum_dim(dx, 0)
    } else {
        dx
    }
}

/// The layer's output on the tape; `forward(inputs, tracked)` computes it from input, weight and bias, and returns the kind if it is tracked.
pub(crate) fn record_layer<B: Backend, C: CheckpointStrategy, K: Weighted<B>>(
    inputs: [FloatTensor<Autodiff<B, C>>; 3],
    activation: Activation,
    forward: impl FnOnce([FloatTensor<B>; 3], bool) -> (FloatTensor<B>, Option<K>),
) -> FloatTensor<Autodiff<B, C>> {
    record::<B, C, _, 3>(inputs.each_ref().map(|input| input.node()), |tracked| {
        let [x, weight, bias] = inputs.map(|input| input.into_primitive());
        let kept = tracked.then(|| (x.clone(), weight.clone()));
        let (y, kind) = forward([x, weight, bias], tracked);
        let saved = kept.zip(kind).map(|((x, weight), kind)| {
            let y = y.clone();
            let layer = Saved {
                x,
                weight,
                y,
                activation,
            };
            Step { layer, kind }
        });
        (y, saved)
    })
}
