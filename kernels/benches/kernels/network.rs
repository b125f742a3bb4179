//! A multi-layer perceptron on the operations alone, without autodiff.

use burn::backend::flex::FlexTensor;
use burn::tensor::{Shape, TensorData};
use decay_kernels::{Activation, Direction, Scalars};

use crate::ADAMW;
use crate::subject::{Subject, Three, Two};

/// A tensor of small values around zero.
pub(crate) fn floats(shape: impl Into<Shape>, step: usize) -> FlexTensor {
    let shape = shape.into();
    let values: Vec<f32> = (0..shape.num_elements())
        .map(|i| ((i * step * 7919 % 1009) as f32 - 504.0) / 4000.0)
        .map(|value| if step == 0 { 0.0 } else { value })
        .collect();
    FlexTensor::from_data(TensorData::new(values, shape))
}

/// The same AdamW for every member.
pub(crate) fn scalars(members: usize) -> FlexTensor {
    let row = Scalars {
        learning_rate: 1e-3,
        shrink: 1e-5,
        step: 3,
        ..Scalars::default()
    }
    .row(Direction::ADAM);
    let table: Vec<f32> = (0..members).flat_map(|_| row).collect();
    FlexTensor::from_data(TensorData::new(table, [1, members, Scalars::COUNT]))
}

/// A parameter and its two moments; empty only while it is being updated.
type Slot = Option<Two>;

pub(crate) struct Network {
    /// Weight and bias of each layer.
    slots: Vec<[Slot; 2]>,
    x: FlexTensor,
    labels: FlexTensor,
    weights: FlexTensor,
    smoothing: FlexTensor,
    scalars: FlexTensor,
}

fn slot(shape: &[usize], step: usize) -> Slot {
    let moments: Vec<usize> = [2].iter().chain(shape).copied().collect();
    Some((floats(shape.to_vec(), step), floats(moments, 0)))
}

fn parameter(slot: &Slot) -> FlexTensor {
    slot.as_ref().expect("a parameter").0.clone()
}

impl Network {
    pub(crate) fn new(members: usize, widths: &[usize], batch: usize) -> Self {
        let classes = widths[widths.len() - 1];
        let labels: Vec<i32> = (0..members * batch).map(|i| (i % classes) as i32).collect();
        Self {
            slots: widths
                .windows(2)
                .map(|w| [slot(&[members, w[0], w[1]], 1), slot(&[members, w[1]], 2)])
                .collect(),
            x: floats([members, batch, widths[0]], 3),
            labels: FlexTensor::from_data(TensorData::new(labels, [members, batch])),
            weights: FlexTensor::from_data(TensorData::new(
                vec![1f32; members * batch],
                [members, batch],
            )),
            smoothing: floats([members], 0),
            scalars: scalars(members),
        }
    }

    fn activation(&self, layer: usize) -> Activation {
        if layer + 1 == self.slots.len() {
            Activation::Identity
        } else {
            Activation::Relu
        }
    }

    /// The output of every layer.
    pub(crate) fn forward<S: Subject>(&self) -> Vec<FlexTensor> {
        let mut outputs: Vec<FlexTensor> = Vec::with_capacity(self.slots.len());
        for (layer, [weight, bias]) in self.slots.iter().enumerate() {
            let x = outputs.last().unwrap_or(&self.x).clone();
            let y = S::LINEAR(
                x,
                parameter(weight),
                parameter(bias),
                self.activation(layer),
            );
            outputs.push(y);
        }
        outputs
    }

    pub(crate) fn loss<S: Subject>(&self, logits: FlexTensor) -> Three {
        S::CROSS_ENTROPY(
            logits,
            self.labels.clone(),
            self.weights.clone(),
            self.smoothing.clone(),
        )
    }

    /// The gradients of every layer, the last one first.
    pub(crate) fn backward<S: Subject>(
        &self,
        outputs: &[FlexTensor],
        grad: FlexTensor,
    ) -> Vec<Two> {
        let mut grad = grad;
        let mut gradients = Vec::with_capacity(outputs.len());
        for layer in (1..outputs.len()).rev() {
            let (x, y) = (outputs[layer - 1].clone(), outputs[layer].clone());
            let weight = parameter(&self.slots[layer][0]);
            let (dx, dw, db) = S::LINEAR_BACKWARD(x, weight, y, grad, self.activation(layer));
            gradients.push((dw, db));
            grad = dx;
        }
        let (x, y) = (self.x.clone(), outputs[0].clone());
        gradients.push(S::PARAMETERS(x, y, grad, self.activation(0)));
        gradients
    }

    pub(crate) fn gradients<S: Subject>(&self) -> Vec<Two> {
        let outputs = self.forward::<S>();
        let gradient = self.loss::<S>(outputs[outputs.len() - 1].clone()).2;
        self.backward::<S>(&outputs, gradient)
    }

    pub(crate) fn update<S: Subject>(&mut self, gradients: &[Two]) {
        for ([weight, bias], (dw, db)) in self.slots.iter_mut().rev().zip(gradients) {
            for (slot, gradient) in [(weight, dw), (bias, db)] {
                let (w, m) = slot.take().expect("a parameter");
                let scalars = self.scalars.clone();
                *slot = Some(S::UPDATE(w, gradient.clone(), m, scalars, 0, ADAMW));
            }
        }
    }

    pub(crate) fn step<S: Subject>(&mut self) {
        let gradients = self.gradients::<S>();
        self.update::<S>(&gradients);
    }
}
