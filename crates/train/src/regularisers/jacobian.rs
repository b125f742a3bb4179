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
use decay_model::{Input, Leaves, Mode, Network, Noise, State};

use crate::regularisers::confidence::{mean, negative_entropy};
use crate::regularisers::strengths::Slope;
use crate::step::constants::Constants;

/// Length `h` of the step along a direction.
pub(crate) const STEP: f64 = 1.0 / 1024.0;

/// The pass whose outputs are penalised.
pub(crate) struct Pass<'a> {
    pub(crate) network: &'a Network,
    pub(crate) leaves: &'a Leaves,
    pub(crate) state: &'a mut State,
    pub(crate) noise: &'a Noise,
}

impl Constants {
    /// What the penalties will need of a pass's inputs; nothing where no member has the Jacobian penalty.
    pub(crate) fn kept_inputs(&self, x: &Input) -> Option<Input> {
        self.strengths.jacobian.as_ref().map(|_| x.clone())
    }

    /// The penalties on a pass's outputs, `[R]`; `None` where no member has any.
    pub(crate) fn penalty(
        &self,
        pass: Pass<'_>,
        inputs: Option<Input>,
        outputs: &Tensor<3>,
    ) -> Option<Tensor<1>> {
        let confidence = self.strengths.confidence.as_ref().map(|strength| {
            negative_entropy(outputs.clone(), pass.noise.weights.clone()) * strength.clone()
        });
        let slope = self.strengths.jacobian.as_ref().zip(inputs);
        let slope = slope.map(|(slope, x)| self.squared_slope(pass, slope, x, outputs.clone()));
        match (confidence, slope) {
            (Some(confidence), Some(slope)) => Some(confidence + slope),
            (one, other) => one.or(other),
        }
    }

    /// `mu mean_b |f(x_b + h v_b) - f(x_b)|^2 / h^2`; zero where a member's step is.
    fn squared_slope(
        &self,
        pass: Pass<'_>,
        slope: &Slope,
        x: Input,
        outputs: Tensor<3>,
    ) -> Tensor<1> {
        let (seeds, at) = (self.seeds.clone(), pass.noise.at);
        let at = At { site: 0, ..at };
        let moved = self.moved(x, |x| {
            perturb(x, slope.step.clone(), seeds, Purpose::Direction, at)
        });
        let mode = Mode::Train(pass.noise);
        let moved = pass.network.forward(pass.leaves, pass.state, moved, mode);
        let difference = (moved.values - outputs) / STEP as f32;
        let squares = (difference.clone() * difference).sum_dim(2);
        let squares = squares.squeeze_dim::<2>(2);
        mean(squares, pass.noise.weights.clone()) * slope.strength.clone()
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

    use super::{Pass, STEP};
    use crate::problem::resident::{floats, integers};
    use crate::regularisers::strengths::{Slope, Strengths};
    use crate::step::constants::Constants;

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

    fn constants(device: &Device) -> Constants {
        let one = |value| floats(vec![value], [1], device);
        Constants {
            fold: integers(vec![0], [1], device),
            seeds: integers(vec![17, 3], [1, 2], device),
            smoothing: one(0.0),
            dropout: None,
            edge_dropout: None,
            laplacian: None,
            augmenting: None,
            strengths: Strengths {
                jacobian: Some(Slope {
                    strength: one(STRENGTH),
                    step: one(STEP as f32),
                }),
                ..Strengths::default()
            },
        }
    }

    /// The penalty at one step and its gradient by every parameter.
    fn penalty(network: &Network, member: &MemberState, step: u32) -> (f64, Vec<Vec<f32>>) {
        let device = Device::default();
        let constants = constants(&device);
        let mut state = State::stack(std::slice::from_ref(member), &device);
        let leaves = network.leaves(&state, true, Precision::F32);
        let values = (0..ROWS * 5).map(|i| ((i * i * 7 % 23) as f32 - 11.0) / 9.0);
        let x = Input::Rows(floats(values.collect(), [1, ROWS, 5], &device));
        let noise = Noise {
            dropout: Some(floats(vec![0.3], [1], &device)),
            edge_dropout: None,
            seeds: constants.seeds.clone(),
            weights: floats(WEIGHTS.to_vec(), [1, ROWS], &device),
            at: At {
                step,
                ..At::default()
            },
        };
        let kept = constants.kept_inputs(&x);
        let output = network.forward(&leaves, &mut state, x, Mode::Train(&noise));
        let pass = Pass {
            network,
            leaves: &leaves,
            state: &mut state,
            noise: &noise,
        };
        let penalty = constants.penalty(pass, kept, &output.values);
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
