//! The same network through the public functions and autodiff, as a trainer runs it.

use burn::backend::flex::FlexTensor;
use burn::tensor::{Device, Int, Tensor, TensorData};
use decay_kernels::{Activation, cross_entropy, linear, update};

use crate::ADAMW;
use crate::network::{floats, scalars};

/// A parameter and its moments; the moments' rank is one higher.
struct Slot<const D: usize, const M: usize>(Option<(Tensor<D>, Tensor<M>)>);

pub(crate) struct Tape {
    weights: Vec<Slot<3, 4>>,
    biases: Vec<Slot<2, 3>>,
    x: Tensor<3>,
    labels: Tensor<2, Int>,
    sample_weights: Tensor<2>,
    smoothing: Tensor<1>,
    scalars: Tensor<3>,
}

fn tensor<const D: usize>(values: FlexTensor) -> Tensor<D> {
    Tensor::from_data(values.into_data(), &Device::flex())
}

impl<const D: usize, const M: usize> Slot<D, M> {
    fn new(shape: [usize; D], step: usize) -> Self {
        let moments: Vec<usize> = [2].iter().chain(&shape).copied().collect();
        Self(Some((
            tensor(floats(shape, step)),
            tensor(floats(moments, 0)),
        )))
    }

    fn leaf(&self) -> Tensor<D> {
        let (parameter, _) = self.0.as_ref().expect("a parameter");
        Tensor::from_inner(parameter.clone()).require_grad()
    }

    fn update(&mut self, gradient: Tensor<D>, scalars: &Tensor<3>) {
        let (parameter, moments) = self.0.take().expect("a parameter");
        let (parameter, moments) = update(
            parameter.into_dispatch(),
            gradient.into_dispatch(),
            moments.into_dispatch(),
            scalars.clone(),
            0,
            ADAMW,
        );
        self.0 = Some((
            Tensor::from_dispatch(parameter),
            Tensor::from_dispatch(moments),
        ));
    }
}

impl Tape {
    pub(crate) fn new(members: usize, widths: &[usize], batch: usize) -> Self {
        let classes = widths[widths.len() - 1];
        let labels: Vec<i32> = (0..members * batch).map(|i| (i % classes) as i32).collect();
        let labels = TensorData::new(labels, [members, batch]);
        Self {
            weights: widths
                .windows(2)
                .map(|w| Slot::new([members, w[0], w[1]], 1))
                .collect(),
            biases: widths
                .windows(2)
                .map(|w| Slot::new([members, w[1]], 2))
                .collect(),
            x: tensor(floats([members, batch, widths[0]], 3)),
            labels: Tensor::from_data(labels, &Device::flex()),
            sample_weights: Tensor::ones([members, batch], &Device::flex()),
            smoothing: Tensor::zeros([members], &Device::flex()),
            scalars: tensor(scalars(members)),
        }
    }

    pub(crate) fn step(&mut self) {
        let weights: Vec<Tensor<3>> = self.weights.iter().map(Slot::leaf).collect();
        let biases: Vec<Tensor<2>> = self.biases.iter().map(Slot::leaf).collect();
        let mut x = Tensor::from_inner(self.x.clone());
        for (layer, (weight, bias)) in weights.iter().zip(&biases).enumerate() {
            let activation = if layer + 1 == weights.len() {
                Activation::Identity
            } else {
                Activation::Relu
            };
            x = linear(x, weight.clone(), bias.clone(), activation);
        }
        let (objective, _) = cross_entropy(
            x,
            self.labels.clone(),
            self.sample_weights.clone(),
            self.smoothing.clone(),
        );
        let mut gradients = objective.sum().backward();
        for (slot, leaf) in self.weights.iter_mut().zip(weights) {
            let gradient = leaf.grad_remove(&mut gradients).expect("a gradient");
            drop(leaf);
            slot.update(gradient, &self.scalars);
        }
        for (slot, leaf) in self.biases.iter_mut().zip(biases) {
            let gradient = leaf.grad_remove(&mut gradients).expect("a gradient");
            drop(leaf);
            slot.update(gradient, &self.scalars);
        }
    }
}
