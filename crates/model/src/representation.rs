//! What a network makes of its inputs on the way to its outputs.

use burn::tensor::Tensor;

use crate::input::Input;
use crate::leaves::Leaves;
use crate::mode::Mode;
use crate::network::Network;
use crate::state::{MemberState, State};

/// Hidden layers and outputs of one pass.
#[derive(Debug, Clone)]
pub struct Representation {
    /// `[R, B, width]` of each layer, the first one first; the last is what the head reads.
    pub hidden: Vec<Tensor<3>>,
    /// `[R, B, outputs]`.
    pub outputs: Tensor<3>,
}

impl Representation {
    /// All layers, the outputs last.
    pub fn layers(self) -> Vec<Tensor<3>> {
        let mut layers = self.hidden;
        layers.push(self.outputs);
        layers
    }
}

/// The last linear map of one member, `outputs = features W + b`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Head<'a> {
    /// `[features, outputs]`, row-major.
    pub weight: &'a [f32],
    /// `[outputs]`.
    pub bias: &'a [f32],
}

impl Network {
    /// Hidden layers and outputs in evaluation mode.
    ///
    /// | network | hidden layers |
    /// | :-- | :-- |
    /// | perceptron | each hidden layer's output; without one, the input |
    /// | convolutional | each layer's output, of images the mean over their pixels; what the head reads |
    /// | graph | the last hidden representation of the nodes |
    ///
    /// # Panics
    /// As [`Network::forward`].
    pub fn represent(&self, leaves: &Leaves, state: &mut State, input: Input) -> Representation {
        let mut hidden = Vec::new();
        let precision = leaves.precision();
        let mut watch = |x: &Tensor<3>| hidden.push(precision.widen(x.clone()));
        let mode = Mode::Evaluate;
        let outputs = match (self, input) {
            (Self::Mlp(mlp), Input::Rows(x)) => mlp.watched(leaves, state, x, mode, &mut watch),
            (Self::Cnn(cnn), Input::Rows(x)) => cnn.watched(leaves, state, x, mode, &mut watch),
            (Self::Own(own), Input::Rows(x)) => return own.represent(leaves, state, x),
            (_, input) => {
                let output = self.forward(leaves, state, input, mode);
                hidden.extend(output.embeddings);
                output.values
            }
        };
        Representation { hidden, outputs }
    }

    /// The last linear map of a member; absent where graph propagation follows it or mixes its inputs.
    pub fn head<'a>(&self, member: &'a MemberState) -> Option<Head<'a>> {
        let places = match self {
            Self::Mlp(mlp) => mlp.head(),
            Self::Cnn(cnn) => cnn.head(),
            Self::Gnn(_) => None,
            Self::Own(own) => return own.head(member),
        }?;
        Some(Head {
            weight: member.parameters.get(places.weight)?,
            bias: member.parameters.get(places.bias)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor, TensorData};

    use crate::{
        Input, InputShape, MlpConfig, Mode, ModelConfig, Network, Norm, Precision, Preset, State,
    };

    fn host(tensor: Tensor<3>) -> Vec<f32> {
        tensor.into_data().iter::<f32>().collect()
    }

    /// The head of the last hidden layer is the output, and the outputs are those of an ordinary pass.
    fn check(network: &Network, inputs: usize, layers: usize) {
        let device = Device::default();
        let members = [network.initial(3), network.initial(8)];
        let mut state = State::stack(&members, &device);
        let leaves = network.leaves(&state, false, Precision::F32);
        let rows = 5;
        let values = (0..2 * rows * inputs).map(|i| ((i * 37 % 101) as f32 - 50.0) / 40.0);
        let data = TensorData::new(values.collect::<Vec<_>>(), [2, rows, inputs]);
        let x = Input::Rows(Tensor::from_data(data, &device));
        let seen = network.represent(&leaves, &mut state, x.clone());
        let plain = network.forward(&leaves, &mut state, x, Mode::Evaluate);
        let outputs = host(seen.outputs);
        assert_eq!(outputs, host(plain.values));
        assert_eq!(seen.hidden.len(), layers);
        let features = seen.hidden.last().expect("a layer").clone();
        let [_, _, width] = features.dims();
        let features = host(features);
        let classes = outputs.len() / (2 * rows);
        for (r, member) in members.iter().enumerate() {
            let head = network.head(member).expect("a head");
            for b in 0..rows {
                let own = &features[(r * rows + b) * width..][..width];
                for k in 0..classes {
                    let product = own.iter().enumerate();
                    let product = product.map(|(i, h)| h * head.weight[i * classes + k]);
                    let want = head.bias[k] + product.sum::<f32>();
                    let got = outputs[(r * rows + b) * classes + k];
                    assert!(
                        (got - want).abs() < 1e-4 * (1.0 + want.abs()),
                        "{got} {want}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_head_of_the_last_hidden_layer_is_the_output() {
        let mlp = |hidden: &[usize]| {
            let config = MlpConfig {
                hidden: hidden.to_vec(),
                norm: Norm::Batch,
                ..MlpConfig::default()
            };
            ModelConfig::Mlp(config).init(6, 3).expect("a network")
        };
        check(&mlp(&[7, 4]), 6, 2);
        check(&mlp(&[]), 6, 1);
        for (preset, layers) in [(Preset::Lenet, 4), (Preset::Resnet8, 5)] {
            let config = ModelConfig::Cnn(preset.config());
            let network = config.init(InputShape::Image([2, 16, 16]), 3);
            check(&network.expect("a network"), 512, layers);
        }
    }
}
