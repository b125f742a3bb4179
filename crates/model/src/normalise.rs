//! Normalisation of a layer, in training and in evaluation.

use burn::tensor::Tensor;
use decay_kernels::{Activation, Running, batch_norm};

use crate::batch_norm::evaluate;
use crate::leaves::Leaves;
use crate::mode::Mode;
use crate::nonlinearity::Nonlinearity;
use crate::state::State;

/// Added to a variance before its root, as torch does.
const EPSILON: f64 = 1e-5;

/// Places of a norm's values in the network's lists.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NormPlaces {
    pub(crate) scale: usize,
    pub(crate) shift: usize,
    /// Of a batch norm; a layer norm has none.
    pub(crate) running: Option<RunningPlaces>,
}

/// Places of a batch norm's running statistics.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunningPlaces {
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
        let Some(places) = self.running else {
            let y = layer_norm(x, scale, shift);
            return Nonlinearity::from(activation).apply(y);
        };
        let running = Running {
            mean: state.buffers[places.mean].clone(),
            variance: state.buffers[places.variance].clone(),
        };
        match mode {
            Mode::Evaluate => {
                let y = evaluate(x, scale, shift, &running);
                Nonlinearity::from(activation).apply(y)
            }
            Mode::Train(noise) => {
                let weights = of_rows(noise.weights.clone(), x.dims()[1]);
                let (y, running) = batch_norm(x, scale, shift, weights, running, activation);
                state.buffers[places.mean] = running.mean.inner();
                state.buffers[places.variance] = running.variance.inner();
                y
            }
        }
    }
}

/// Each row scaled to mean 0 and variance 1, then by a factor and an offset for each unit.
///
/// ```text
/// y = (x - mean) / sqrt(var + 1e-5) scale + shift        var divided by the number of units
/// ```
///
/// # Shapes
/// - `x`: `[R, rows, C]`; `scale`, `shift`: `[R, C]`
///
/// # Source
/// Ba et al. 2016, eq. 3, <https://arxiv.org/abs/1607.06450>.
fn layer_norm(x: Tensor<3>, scale: Tensor<2>, shift: Tensor<2>) -> Tensor<3> {
    let centered = x.clone() - x.mean_dim(2);
    let variance = centered.clone().powi_scalar(2).mean_dim(2);
    let unit = centered / (variance + EPSILON).sqrt();
    unit * scale.unsqueeze_dim(1) + shift.unsqueeze_dim(1)
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

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor, TensorData};
    use serde_json::Value;

    use super::layer_norm;
    use crate::golden::{array, layer};

    fn numbers(value: &Value) -> Vec<f32> {
        array(value).data.iter().map(|&v| v as f32).collect()
    }

    /// Output and every gradient, as the second of two members.
    #[test]
    fn a_layer_norm_and_its_gradients_match_the_oracle() {
        let case = layer("layernorm");
        let [rows, width] = [5, 7];
        let device = Device::default().autodiff();
        let input = |name: &str| {
            let values = numbers(&case["inputs"][name]);
            let other = values.iter().map(|v| 0.5 - 2.0 * v);
            other.chain(values.iter().copied()).collect::<Vec<f32>>()
        };
        let vector = |name| {
            let data = TensorData::new(input(name), [2, width]);
            Tensor::<2>::from_data(data, &device).require_grad()
        };
        let matrix = |name| {
            let data = TensorData::new(input(name), [2, rows, width]);
            Tensor::<3>::from_data(data, &device)
        };
        let x = matrix("x").require_grad();
        let (scale, shift) = (vector("weight"), vector("bias"));
        let y = layer_norm(x.clone(), scale.clone(), shift.clone());
        let gradients = (y.clone() * matrix("cotangent")).sum().backward();
        let check = |name: &str, got: TensorData| {
            let got: Vec<f32> = got.iter::<f32>().collect();
            let want = numbers(&case["expected"][name]);
            for (a, e) in got[got.len() / 2..].iter().zip(&want) {
                assert!(
                    (a - e).abs() < 1e-5 * e.abs().max(1.0),
                    "{name}: {a} for {e}"
                );
            }
        };
        check("output", y.inner().into_data());
        check(
            "grad_x",
            x.grad(&gradients).expect("a gradient").into_data(),
        );
        let of = |leaf: Tensor<2>| leaf.grad(&gradients).expect("a gradient").into_data();
        check("grad_weight", of(scale));
        check("grad_bias", of(shift));
    }
}
