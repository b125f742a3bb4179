//! A perceptron whose hidden layer is gated, written in Burn's operations for a whole population at once.
//!
//! ```text
//! h = (x W_v + b_v) * sigmoid(x W_g + b_g)        y = h W_o + b_o
//! ```
//!
//! Dauphin et al. 2017, <https://arxiv.org/abs/1612.08083>.
#![forbid(unsafe_code)]

use burn::tensor::{Tensor, activation};
use decay::network::{
    Head, Init, Leaves, MemberState, Mode, ParameterSpec, PopulationNetwork, Representation, State,
};

/// A gated perceptron with one hidden layer.
#[derive(Debug)]
pub struct Gated {
    /// Weight and bias of value, gate and output.
    parameters: Vec<ParameterSpec>,
}

impl Gated {
    /// For rows of `inputs` features.
    pub fn new(inputs: usize, hidden: usize, outputs: usize) -> Self {
        let linear = |name, fans| ParameterSpec::linear(name, fans, Init::XavierNormal);
        Self {
            parameters: [
                linear("value", [inputs, hidden]),
                linear("gate", [inputs, hidden]),
                linear("out", [hidden, outputs]),
            ]
            .concat(),
        }
    }
}

/// `x W + b` of every member, with parameters `place` and `place + 1`.
///
/// # Shapes
/// - `x`: `[R, B, inputs]`
/// - returns: `[R, B, outputs]`
fn linear(leaves: &Leaves, place: usize, x: Tensor<3>) -> Tensor<3> {
    x.matmul(leaves.matrix(place)) + leaves.vector(place + 1).unsqueeze_dim(1)
}

fn hidden(leaves: &Leaves, x: Tensor<3>) -> Tensor<3> {
    linear(leaves, 0, x.clone()) * activation::sigmoid(linear(leaves, 2, x))
}

impl PopulationNetwork for Gated {
    fn name(&self) -> &str {
        "gated"
    }

    fn parameters(&self) -> &[ParameterSpec] {
        &self.parameters
    }

    fn forward(&self, leaves: &Leaves, _: &mut State, x: Tensor<3>, _: Mode<'_>) -> Tensor<3> {
        linear(leaves, 4, hidden(leaves, x))
    }

    // What follows is not needed to train: it lets the audit look into the network.

    fn represent(&self, leaves: &Leaves, _: &mut State, x: Tensor<3>) -> Representation {
        let hidden = hidden(leaves, x);
        Representation {
            outputs: linear(leaves, 4, hidden.clone()),
            hidden: vec![hidden],
        }
    }

    fn head<'a>(&self, member: &'a MemberState) -> Option<Head<'a>> {
        Some(Head {
            weight: &member.parameters[4],
            bias: &member.parameters[5],
        })
    }
}
