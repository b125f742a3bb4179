//! Normalisation of a layer, in training and in evaluation.

use burn::tensor::Tensor;
use decay_kernels::{Activation, NORM_EPSILON, Running, batch_norm};
use decay_options::names;

use crate::leaves::Leaves;
use crate::mode::Mode;
use crate::nonlinearity::Nonlinearity;
use crate::state::State;

names! {
    /// Normalisation between a linear map and its nonlinearity.
    #[derive(Default)]
    pub enum Norm {
        /// Nothing.
        #[default]
        None = "none",
        /// Batch normalisation, with statistics per member.
        Batch = "batch",
        /// Layer normalisation: each sample over its units, each pixel of an image over its channels.
        Layer = "layer",
    }
}

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

/// Normalises with the running statistics.
pub(crate) fn evaluate(
    x: Tensor<3>,
    scale: Tensor<2>,
    shift: Tensor<2>,
    running: &Running,
) -> Tensor<3> {
    let mean = running.mean.clone().unsqueeze_dim::<3>(1);
    let variance = running.variance.clone().unsqueeze_dim::<3>(1);
    let factor = scale.unsqueeze_dim::<3>(1) / (variance + NORM_EPSILON).sqrt();
    (x - mean) * factor + shift.unsqueeze_dim::<3>(1)
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
    use decay_kernels::{Activation, Running, batch_norm};
    use serde_json::Value;

    use super::{evaluate, layer_norm};
    use crate::golden::{Array, array, layer};

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

    /// Member 1 of two; member 0 has other values, and must not matter.
    fn tensor<const D: usize>(values: &[f64], shape: [usize; D]) -> Tensor<D> {
        let own = values.iter().map(|&v| v as f32);
        let other = values.iter().map(|&v| (3.0 - 2.0 * v.abs()) as f32 + 4.0);
        let both: Vec<f32> = other.chain(own).collect();
        Tensor::from_data(TensorData::new(both, shape), &Device::default())
    }

    fn assert_member_one<const D: usize>(got: Tensor<D>, want: &[f64], what: &str) {
        let all: Vec<f32> = got.into_data().iter::<f32>().collect();
        for (got, want) in all[all.len() / 2..].iter().zip(want) {
            let error = (f64::from(*got) - want).abs();
            assert!(
                error <= 1e-4 * want.abs().max(1e-1),
                "{what}: {got} for {want}"
            );
        }
    }

    #[test]
    fn three_batches_and_their_gradients_agree_with_the_oracle() {
        let case = layer("batchnorm1d");
        let (inputs, expected) = (&case["inputs"], &case["expected"]);
        let x = array(&inputs["x_train"]);
        let cotangent = array(&inputs["cotangent_train"]);
        let [_, rows, width] = x.shape[..] else {
            panic!("three batches of rows");
        };
        let vector = |name: &str| tensor(&array(&inputs[name]).data, [2, width]);
        let mut running = Running {
            mean: vector("running_mean"),
            variance: vector("running_var"),
        };
        let train_want = |name: &str, batch: usize, size: usize| {
            array(&expected["train"][name]).data[batch * size..(batch + 1) * size].to_vec()
        };
        for batch in 0..x.shape[0] {
            let size = rows * width;
            let part =
                |a: &Array| tensor(&a.data[batch * size..(batch + 1) * size], [2, rows, width]);
            let x = part(&x).autodiff().require_grad();
            let scale = vector("weight").autodiff().require_grad();
            let shift = vector("bias").autodiff().require_grad();
            let weights = Tensor::ones([2, rows], &Device::default());
            let (y, next) = batch_norm(
                x.clone(),
                scale.clone(),
                shift.clone(),
                weights,
                running,
                Activation::Identity,
            );
            running = Running {
                mean: next.mean.inner(),
                variance: next.variance.inner(),
            };
            let mut grads = (y.clone() * part(&cotangent)).sum().backward();
            assert_member_one(y, &train_want("output", batch, size), "output");
            let gradient = x.grad_remove(&mut grads).expect("a gradient");
            assert_member_one(gradient, &train_want("grad_x", batch, size), "grad_x");
            for (leaf, name) in [(scale, "grad_weight"), (shift, "grad_bias")] {
                let gradient = leaf.grad_remove(&mut grads).expect("a gradient");
                assert_member_one(gradient, &train_want(name, batch, width), name);
            }
            let mean = train_want("running_mean", batch, width);
            assert_member_one(running.mean.clone(), &mean, "running_mean");
            let variance = train_want("running_var", batch, width);
            assert_member_one(running.variance.clone(), &variance, "running_var");
        }
        let x = tensor(&array(&inputs["x_eval"]).data, [2, rows, width]);
        let y = evaluate(x, vector("weight"), vector("bias"), &running);
        assert_member_one(y, &array(&expected["eval"]["output"]).data, "evaluation");
    }

    #[test]
    fn rows_of_weight_zero_are_as_if_they_were_not_there() {
        let values: Vec<f64> = (0..15).map(|i| f64::from(i * i % 7)).collect();
        let running = || Running {
            mean: Tensor::zeros([2, 3], &Device::default()),
            variance: Tensor::ones([2, 3], &Device::default()),
        };
        let one = || Tensor::ones([2, 3], &Device::default());
        let weights = |row: &[f32]| {
            let both: Vec<f32> = row.iter().chain(row).copied().collect();
            Tensor::<2>::from_data(TensorData::new(both, [2, row.len()]), &Device::default())
        };
        let (padded, after) = batch_norm(
            tensor(&values, [2, 5, 3]),
            one(),
            one(),
            weights(&[1.0, 1.0, 1.0, 0.0, 0.0]),
            running(),
            Activation::Identity,
        );
        let (plain, same) = batch_norm(
            tensor(&values[..9], [2, 3, 3]),
            one(),
            one(),
            weights(&[1.0; 3]),
            running(),
            Activation::Identity,
        );
        let floats = |t: Tensor<3>| t.into_data().iter::<f32>().collect::<Vec<_>>();
        // Member 1's first three rows.
        let close = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
        assert!(close(&floats(padded)[15..24], &floats(plain)[9..18]));
        let variance = |r: Running| r.variance.into_data().iter::<f32>().collect::<Vec<_>>();
        assert!(close(&variance(after)[3..], &variance(same)[3..]));
    }
}
