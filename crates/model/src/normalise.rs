//! Batch normalisation of a layer, in training and in evaluation.

use burn::tensor::Tensor;
use decay_kernels::{Activation, Running, batch_norm};

use crate::batch_norm::evaluate;
use crate::leaves::Leaves;
use crate::mode::Mode;
use crate::nonlinearity::Nonlinearity;
use crate::state::State;

/// Places of a batch norm's values in the network's lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NormPlaces {
    pub(crate) scale: usize,
    pub(crate) shift: usize,
    pub(crate) mean: usize,
    pub(crate) variance: usize,
}

impl NormPlaces {
    /// `act(norm(x))`; a training pass moves the running statistics in `state`.
    ///
    /// # Shapes
    /// - `x`: `[R, B * pixels, C]`, with one sample weight for the `pixels` rows of each sample
    pub(crate) fn apply(
        &self,
        leaves: &Leaves,
        state: &mut State,
        x: Tensor<3>,
        mode: Mode<'_>,
        activation: Activation,
    ) -> Tensor<3> {
        let (scale, shift) = (leaves.vector(self.scale), leaves.vector(self.shift));
        let running = Running {
            mean: state.buffers[self.mean].clone(),
            variance: state.buffers[self.variance].clone(),
        };
        match mode {
            Mode::Evaluate => {
                let y = evaluate(x, scale, shift, &running);
                Nonlinearity::from(activation).apply(y)
            }
            Mode::Train(noise) => {
                let weights = of_rows(noise.weights.clone(), x.dims()[1]);
                let (y, running) = batch_norm(x, scale, shift, weights, running, activation);
                state.buffers[self.mean] = running.mean.inner();
                state.buffers[self.variance] = running.variance.inner();
                y
            }
        }
    }
}

/// Sample weights `[R, B]` as weights of `rows` rows, the same number for every sample.
fn of_rows(weights: Tensor<2>, rows: usize) -> Tensor<2> {
    let [members, batch] = weights.dims();
    if rows == batch {
        return weights;
    }
    weights
        .reshape([members, batch, 1])
        .repeat_dim(2, rows / batch)
        .reshape([members, rows])
}
