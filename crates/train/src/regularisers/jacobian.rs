//! A penalty on how fast the outputs move with the inputs.
//!
//! ```text
//! mu mean_b |J_b|_F^2        J_b = d outputs / d inputs at sample b
//! ```
//!
//! `|J|_F^2` is the mean of `|J v|^2` over standard normal directions `v` (Hutchinson 1990). Every step draws one direction for each
//! sample and takes the slope along it from a second pass with the same dropout masks and weights:
//!
//! ```text
//! |J v|^2 ~ |f(x + h v) - f(x)|^2 / h^2
//! ```
//!
//! Both passes are ordinary nodes of the graph, so that one backward pass differentiates the penalty; Burn has no second one. `h` is
//! `2^-10`, near the root of single precision's rounding: slopes are wrong by a thousandth of their curvature and by rounding of
//! `2^-24 |f| / h`, a ten thousandth of the outputs. A linear map is exact up to rounding, and the penalty then is ridge.
//!
//! With batch normalisation a sample's output depends on the other samples' inputs, and the second pass would move the running
//! statistics once more; in bf16 rounding is larger than the slope. Both are refused.
//!
//! Source: Hoffman et al. 2019, <https://arxiv.org/abs/1908.02729>, who project the outputs instead of the inputs; both estimates have the
//! same mean.

use burn::tensor::Tensor;
use decay_kernels::{At, Purpose, perturb};
use decay_model::Mode;

use super::{Cost, Pass, Regulariser, Strengths, mean, moved};

/// Length `h` of the step along a direction.
const STEP: f64 = 1.0 / 1024.0;

/// `[R]` each.
pub(crate) struct Jacobian {
    strength: Tensor<1>,
    /// Length of the step, zero where the penalty is off.
    step: Tensor<1>,
}

impl Regulariser for Jacobian {
    fn new(members: &Strengths<'_>) -> Self {
        Self {
            strength: members.plain(),
            step: members.each(|strength| if strength > 0.0 { STEP as f32 } else { 0.0 }),
        }
    }

    fn cost() -> Cost {
        Cost {
            passes: 1,
            ..Cost::default()
        }
    }

    /// `mu mean_b |f(x_b + h v_b) - f(x_b)|^2 / h^2`; zero where a member's step is.
    fn penalty(&self, pass: &mut Pass<'_>) -> Option<Tensor<1>> {
        let (seeds, at) = (pass.noise.seeds.clone(), pass.noise.at);
        let at = At { site: 0, ..at };
        let moved = moved(pass.inputs.clone()?, |x| {
            perturb(x, self.step.clone(), seeds, Purpose::Direction, at)
        });
        let mode = Mode::Train(pass.noise);
        let moved = pass.network.forward(pass.leaves, pass.state, moved, mode);
        let difference = (moved.values - pass.outputs.clone()) / STEP as f32;
        let squares = (difference.clone() * difference).sum_dim(2);
        let squares = squares.squeeze_dim::<2>(2);
        Some(mean(squares, pass.noise.weights.clone()) * self.strength.clone())
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};
    use decay_kernels::At;
    use decay_model::{
        Input, MemberState, MlpConfig, Mode, ModelConfig, Network, Noise, Nonlinearity, Precision,
        State,
    };

    use super::{Jacobian, Pass, Regulariser, STEP};
    use crate::problem::{floats, integers};

    const ROWS: usize = 6;
    const STRENGTH: f32 = 0.7;
    /// The last row is padding.
    const WEIGHTS: [f32; ROWS] = [1.0, 1.0, 1.0, 1.0, 1.0, 0.0];

    fn network(hidden: Vec<usize>) -> Network {
        let config = MlpConfig {
            hidden,
            activation: Nonlinearity::Tanh,
            ..MlpConfig::default()
        };
        ModelConfig::Mlp(config).init(5, 3).expect("a network")
    }

    /// The penalty at one step and its gradient by every parameter.
    fn penalty(network: &Network, member: &MemberState, step: u32) -> (f64, Vec<Vec<f32>>) {
        let device = Device::default();
        let one = |value| floats(vec![value], [1], &device);
        let jacobian = Jacobian {
            strength: one(STRENGTH),
            step: one(STEP as f32),
        };
        let mut state = State::stack(std::slice::from_ref(member), &device);
        let leaves = network.leaves(&state, true, Precision::F32);
        let values = (0..ROWS * 5).map(|i| ((i * i * 7 % 23) as f32 - 11.0) / 9.0);
        let x = Input::Rows(floats(values.collect(), [1, ROWS, 5], &device));
        let noise = Noise {
            dropout: Some(floats(vec![0.3], [1], &device)),
            edge_dropout: None,
            seeds: integers(vec![17, 3], [1, 2], &device),
            weights: floats(WEIGHTS.to_vec(), [1, ROWS], &device),
            at: At {
                step,
                ..At::default()
            },
        };
        let kept = x.clone();
        let output = network.forward(&leaves, &mut state, x, Mode::Train(&noise));
        let mut pass = Pass {
            network,
            leaves: &leaves,
            state: &mut state,
            noise: &noise,
            inputs: Some(kept),
            outputs: &output.values,
            embeddings: None,
            data: None,
        };
        let penalty = jacobian.penalty(&mut pass);
        let penalty = penalty.expect("a penalty");
        let value: f32 = penalty.clone().into_scalar();
        let mut gradients = penalty.backward();
        let host = |gradient: Option<Tensor<2>>| -> Vec<f32> {
            let gradient = gradient.map(Tensor::into_data);
            gradient.map_or_else(Vec::new, |data| data.iter::<f32>().collect())
        };
        let gradients = leaves.into_gradients(&mut gradients);
        (f64::from(value), gradients.into_iter().map(host).collect())
    }

    /// Of a linear map the penalty is `mu |W|_F^2` and its gradient `2 mu W` on average, whatever the samples: ridge.
    #[test]
    fn of_a_linear_map_it_is_ridge() {
        const DRAWS: u32 = 3000;
        let network = network(vec![]);
        let member = network.initial(4);
        let weights: Vec<f64> = member.parameters[0].iter().map(|&w| f64::from(w)).collect();
        let want = f64::from(STRENGTH) * weights.iter().map(|w| w * w).sum::<f64>();
        let (mut sum, mut squares, mut slopes) = (0.0, 0.0, vec![0.0; weights.len()]);
        for step in 0..DRAWS {
            let (value, gradients) = penalty(&network, &member, step);
            sum += value;
            squares += value * value;
            for (slope, &gradient) in slopes.iter_mut().zip(&gradients[0]) {
                *slope += f64::from(gradient) / f64::from(DRAWS);
            }
            // The difference of two outputs does not know their offset.
            assert!(gradients[1].iter().all(|g| g.abs() < 1e-3));
        }
        let n = f64::from(DRAWS);
        let (mean, error) = (sum / n, ((squares / n - (sum / n).powi(2)) / n).sqrt());
        assert!((mean - want).abs() < 4.0 * error, "{mean} {want} {error}");
        assert!(error < 0.02 * want);
        let largest = weights.iter().fold(0.0f64, |most, w| most.max(w.abs()));
        for (slope, weight) in slopes.iter().zip(weights) {
            let want = 2.0 * f64::from(STRENGTH) * weight;
            let bound = 0.15 * 2.0 * f64::from(STRENGTH) * largest;
            assert!((slope - want).abs() < bound, "{slope} {want}");
        }
    }

    /// With one mask and one direction the penalty is a smooth function of the weights.
    #[test]
    fn its_gradient_is_that_of_its_value() {
        let network = network(vec![7]);
        let member = network.initial(9);
        let (_, gradients) = penalty(&network, &member, 2);
        let scale = gradients
            .iter()
            .flatten()
            .fold(0f32, |most, g| most.max(g.abs()));
        for (parameter, own) in gradients.iter().enumerate() {
            for place in (0..own.len()).step_by(3) {
                let moved = |by: f32| {
                    let mut moved = member.clone();
                    moved.parameters[parameter][place] += by;
                    penalty(&network, &moved, 2).0
                };
                let want = (moved(0.01) - moved(-0.01)) / 0.02;
                let error = (f64::from(own[place]) - want).abs();
                assert!(
                    error < 0.01 * f64::from(scale),
                    "{parameter} {place}: {want}"
                );
            }
        }
    }
}
