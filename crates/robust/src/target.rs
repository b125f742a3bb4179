//! What attacks and certificates see of a population.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, Ordering};

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

impl InputScale {
    /// The scale of a network that takes its inputs as they are.
    pub fn identity(inputs: usize) -> Self {
        Self {
            center: vec![0.0; inputs],
            factor: vec![1.0; inputs],
        }
    }

    /// Whether `z = x`.
    fn is_identity(&self) -> bool {
        self.center.iter().all(|&c| c == 0.0) && self.factor.iter().all(|&f| f == 1.0)
    }
}

/// A population of networks, each behind its own scaling of the inputs, in evaluation mode.
///
/// Its inputs are in the unit in which perturbations are measured: pixels in `[0, 1]`, or a table's standard deviations.
#[derive(Debug, Clone)]
pub struct TargetPopulation<'a> {
    network: &'a Network,
    state: State,
    members: usize,
    /// Centers and factors, `[R, 1, inputs]`; absent if every member takes its inputs as they are.
    scale: Option<(Tensor<3>, Tensor<3>)>,
    stop: Option<&'a AtomicBool>,
}

/// What unwinds the work on a population that was told to stop, up to the place that says so in a [`RobustError`](crate::RobustError).
///
/// Attacks ask their networks hundreds of times from many loops, and none of them has a use for an answer that says that there is none.
struct Stopped;

impl<'a> TargetPopulation<'a> {
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
        let scaling = !scales.iter().all(InputScale::is_identity);
        Self {
            network,
            state: State::stack(states, device),
            members: states.len(),
            scale: scaling.then(|| {
                (
                    stacked(|scale| &scale.center),
                    stacked(|scale| &scale.factor),
                )
            }),
            stop: None,
        }
    }

    /// The same, whose next pass unwinds once the flag is set; who starts the work catches that.
    pub(crate) fn stopped_by(self, stop: &'a AtomicBool) -> Self {
        Self {
            stop: Some(stop),
            ..self
        }
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.members
    }

    /// The architecture of every member.
    pub fn network(&self) -> &'a Network {
        self.network
    }

    /// Logits of every member.
    ///
    /// # Shapes
    /// - `x`: `[R, B, inputs]`
    /// - returns: `[R, B, classes]`
    pub fn logits(&self, x: Tensor<3>) -> Tensor<3> {
        self.forward(self.scaled(x))
    }

    /// Logits, and the gradient of a function of them with respect to the inputs.
    ///
    /// ```text
    /// dx = factor * J(z)^T cotangent        cotangent = d objective / d logits, which `pull` computes from the logits
    /// ```
    ///
    /// Parameters are not tracked, so that the backward pass computes input gradients alone.
    ///
    /// # Shapes
    /// - `x`, the returned gradient: `[R, B, inputs]`
    /// - `pull`: from `[R, B, classes]`, flat, to as many derivatives; rows do not mix, so each row's are its own
    /// - returns: the logits, flat, and the gradient
    ///
    /// # Panics
    /// If the device fails, or `pull` returns another number of derivatives.
    pub fn gradient(
        &self,
        x: Tensor<3>,
        pull: impl FnOnce(&[f32]) -> Vec<f32>,
    ) -> (Vec<f32>, Tensor<3>) {
        let z = Tensor::from_inner(self.scaled(x)).require_grad();
        let output = self.forward(z.clone());
        let (shape, device) = (output.dims(), output.device());
        let logits = values(output.clone().inner());
        let cotangent = Tensor::from_data(TensorData::new(pull(&logits), shape), &device);
        let mut gradients = (output * cotangent).sum().backward();
        let gradient = z.grad_remove(&mut gradients).unwrap_or_else(|| {
            // No output depends on the input.
            z.inner().zeros_like()
        });
        let gradient = match &self.scale {
            Some((_, factor)) => gradient * factor.clone(),
            None => gradient,
        };
        (logits, gradient)
    }

    fn scaled(&self, x: Tensor<3>) -> Tensor<3> {
        match &self.scale {
            Some((center, factor)) => (x - center.clone()) * factor.clone(),
            None => x,
        }
    }

    fn forward(&self, z: Tensor<3>) -> Tensor<3> {
        if self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            resume_unwind(Box::new(Stopped));
        }
        let leaves = self.network.leaves(&self.state, false, Precision::F32);
        let mut state = self.state.clone();
        let output = self
            .network
            .forward(&leaves, &mut state, Input::Rows(z), Mode::Evaluate);
        output.values
    }
}

/// A tensor's values on the host, without a copy where it lies there and nobody else holds it.
///
/// # Panics
/// If the device fails.
pub(crate) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    match tensor.try_into_data() {
        Ok(data) => match data.try_into_vec::<f32>() {
            Ok(values) => values,
            Err(error) => panic!("{error:?}"),
        },
        Err(error) => panic!("{error}"),
    }
}
