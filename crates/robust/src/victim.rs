//! What attacks and certificates see of a population.

use burn::tensor::{Device, Tensor, TensorData};
use decay_model::{Input, MemberState, Mode, Network, Precision, State};

/// A member's own affine map of the inputs, `z = (x - center) * factor`.
#[derive(Debug, Clone, PartialEq)]
pub struct InputScale {
    /// `[inputs]`, in the unit of the attacked inputs.
    pub center: Vec<f32>,
    /// `[inputs]`.
    pub factor: Vec<f32>,
}

/// A population of networks, each behind its own scaling of the inputs, in evaluation mode.
///
/// Its inputs are in the unit in which perturbations are measured: pixels in `[0, 1]`, or a table's standard deviations.
#[derive(Debug, Clone)]
pub struct Victim<'a> {
    network: &'a Network,
    state: State,
    center: Tensor<3>,
    factor: Tensor<3>,
}

impl<'a> Victim<'a> {
    /// Puts a population on a device.
    ///
    /// # Shapes
    /// - `states`: `[R]`; `scales`: `[R]` of `[inputs]`
    pub fn new(
        network: &'a Network,
        states: &[MemberState],
        scales: &[InputScale],
        device: &Device,
    ) -> Self {
        let stacked = |of: fn(&InputScale) -> &Vec<f32>| {
            let values: Vec<f32> = scales.iter().flat_map(|scale| of(scale).clone()).collect();
            let inputs = values.len() / scales.len().max(1);
            Tensor::from_data(TensorData::new(values, [scales.len(), 1, inputs]), device)
        };
        Self {
            network,
            state: State::stack(states, device),
            center: stacked(|scale| &scale.center),
            factor: stacked(|scale| &scale.factor),
        }
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.center.dims()[0]
    }

    /// Logits of every member.
    ///
    /// # Shapes
    /// - `x`: `[R, B, inputs]`
    /// - returns: `[R, B, classes]`
    pub fn logits(&self, x: Tensor<3>) -> Tensor<3> {
        let z = (x - self.center.clone()) * self.factor.clone();
        let leaves = self.network.leaves(&self.state, false, Precision::F32);
        let mut state = self.state.clone();
        let output = self
            .network
            .forward(&leaves, &mut state, Input::Rows(z), Mode::Evaluate);
        output.values
    }
}
